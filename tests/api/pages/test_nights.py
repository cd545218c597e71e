from __future__ import annotations

import time

from indexer.installation import Installation
from indexer.reconcile import only_one
from tests.api.client import INTAKE, REPORT, TestClient, put
from tests.api.conftest import AT
from tests.api.pages.conftest import Browser


def wait_for_the_end(here: Installation) -> None:
    for _ in range(300):
        if here.store.last_reconciliations(1)[0].status != "running":
            return
        time.sleep(0.05)


def test_before_the_first_night_the_page_says_so(browser: Browser, khmer: Browser) -> None:
    assert "It has not run yet." in browser.get("/reconciliations").text
    assert "វាមិនទាន់ដំណើរការទេ។" in khmer.get("/reconciliations").text


def test_a_night_can_be_started_and_its_outcome_read(client: TestClient, here: Installation, browser: Browser) -> None:
    put(client, "police/1", REPORT)
    put(client, "shelter/1", INTAKE)
    assert browser.send("/reconciliations") == "/reconciliations#run-1"
    wait_for_the_end(here)
    row = browser.get("/reconciliations").one("tr", id="run-1").text.split()
    assert row[-4:] == ["2", "1", "1", "0"]
    assert "done" in row


def test_a_full_night_is_started_when_it_is_asked_for(here: Installation, browser: Browser) -> None:
    browser.send("/reconciliations", full="yes")
    wait_for_the_end(here)
    assert "(everything)" in browser.get("/reconciliations").text


def test_two_nights_never_run_at_once(here: Installation, browser: Browser, khmer: Browser) -> None:
    with only_one(here.settings):
        page = browser.post("/reconciliations", status=409)
        assert "The night job is running already" in page.one("div", role="alert").text
        assert "ការងារពេលយប់កំពុងដំណើរការហើយ" in khmer.post("/reconciliations", status=409).text


def test_a_running_night_says_how_far_it_is(here: Installation, browser: Browser) -> None:
    run = here.store.start_reconciliation(full=False, at=AT)
    here.store.note_progress(run, done=200, total=900)
    assert "Running: 200 of 900 records." in browser.get("/reconciliations").text


def test_a_record_that_was_stopped_is_told_with_the_reason(here: Installation, khmer: Browser) -> None:
    run = here.store.start_reconciliation(full=False, at=AT)
    reason = "61 new likely matches, more than 50: check this record, then load it again"
    summary = {
        "records": 5,
        "new": 0,
        "new_likely": 0,
        "kept": 0,
        "stopped": [{"record_id": "ngo/1", "reason": reason}],
    }
    here.store.finish_reconciliation(run, status="stopped", summary=summary, at=AT)
    told = khmer.get("/reconciliations").one("tr", class_="stopped").text
    assert told == "ឈប់នៅ ngo/1៖ គូថ្មីទំនង 61 លើសពី 50។ សូមពិនិត្យកំណត់ត្រានេះ។"
