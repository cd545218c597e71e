from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from indexer.installation import Installation
from matcher.record import Kind
from tests.api.client import INTAKE, REPORT, TestClient, put
from tests.api.pages.conftest import Browser

CHILD: dict[str, Any] = {
    "full_name": "Dara SOKH",
    "sex": "male",
    "date_of_birth": "2015-04-15",
    "mother_name": "Chan Sreymom",
}
KEEP: dict[str, Any] = {**CHILD, "do": "save", "source": "shelter", "number": "A26-001", "consent_for_tracing": "true"}


@pytest.fixture(autouse=True)
def _one_open_report(client: TestClient) -> None:
    put(client, "police/1", REPORT)


def test_a_child_who_has_just_arrived_is_checked_at_once_and_nothing_is_stored(
    browser: Browser, here: Installation
) -> None:
    page = browser.post("/intake", **CHILD, do="check")
    (card,) = page.all("article")
    for words in ("សុខ ដារ៉ា", "police/1", "Likely"):
        assert words in card.text
    assert here.store.count() == 1


def test_saving_is_offered_only_after_the_check(browser: Browser) -> None:
    assert browser.get("/intake").all("input", name="consent_for_tracing") == []
    assert len(browser.post("/intake", **CHILD).all("input", name="consent_for_tracing")) == 2


def test_consent_is_asked_and_never_taken_for_granted(browser: Browser, here: Installation) -> None:
    page = browser.post("/intake", **CHILD, do="check")
    assert [choice for choice in page.all("input", name="consent_for_tracing") if "checked" in choice.attributes] == []
    refused = browser.post("/intake", status=422, **{**KEEP, "consent_for_tracing": ""})
    assert "Say whether there is consent" in refused.one("p", id="consent-wrong").text
    assert refused.value("source") == "shelter"
    assert here.store.count() == 1


def test_what_is_saved_is_the_record_as_it_was_typed(browser: Browser, here: Installation) -> None:
    assert browser.send("/intake", **KEEP, withhold_from="the uncle") == "/intake?saved=shelter/A26-001"
    stored = here.store.get("shelter/A26-001")
    assert stored is not None
    record = stored.record
    assert (record.kind, record.full_name, record.consent_for_tracing) == (Kind.INTAKE, "Dara SOKH", True)
    assert record.withhold_from == ("the uncle",)
    assert record.recorded_on == datetime.now(UTC).date().isoformat()
    assert set(record.extra) == set()


def test_after_saving_the_page_says_so_and_leads_to_the_record(browser: Browser) -> None:
    page = browser.get(browser.send("/intake", **KEEP))
    assert "Saved as shelter/A26-001." in page.text
    assert page.one("a", href="/records/shelter/A26-001")
    assert page.value("full_name") == ""


def test_a_saved_child_is_found_by_the_next_search(browser: Browser) -> None:
    browser.send("/intake", **KEEP)
    assert "shelter/A26-001" in browser.post("/search", full_name="សុខ ដារ៉ា").text


def test_without_consent_the_child_is_saved_and_stays_with_its_owner(browser: Browser, here: Installation) -> None:
    page = browser.get(browser.send("/intake", **{**KEEP, "consent_for_tracing": "false"}))
    assert "Saved as shelter/A26-001." in page.text
    assert page.all("a", href="/records/shelter/A26-001") == []
    assert "shelter/A26-001" not in browser.post("/search", full_name="សុខ ដារ៉ា").text
    assert here.store.get("shelter/A26-001") is not None


def test_without_a_number_the_child_is_given_one_of_its_own(browser: Browser, here: Installation) -> None:
    saved = {browser.send("/intake", **{**KEEP, "number": ""}) for _ in range(3)}
    assert len(saved) == 3
    for address in saved:
        assert re.fullmatch(r"/intake\?saved=shelter/\d{8}-[0-9a-f]{6}", address)
    assert here.store.count() == 4


def test_another_childs_record_is_never_overwritten(client: TestClient, browser: Browser, here: Installation) -> None:
    put(client, "shelter/A26-001", INTAKE, full_name="Kong Thlang")
    page = browser.post("/intake", status=422, **KEEP)
    assert "This number is in use already" in page.one("p", id="f-number-wrong").text
    stored = here.store.get("shelter/A26-001")
    assert stored is not None
    assert stored.record.full_name == "Kong Thlang"


def test_a_withdrawn_number_stays_gone(client: TestClient, browser: Browser, here: Installation) -> None:
    put(client, "shelter/A26-001", INTAKE)
    here.withdraw("shelter/A26-001", at=datetime.now(UTC))
    page = browser.post("/intake", status=422, **KEEP)
    assert "was withdrawn and stays gone" in page.one("p", id="f-number-wrong").text
    assert here.store.get("shelter/A26-001") is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"source": ""}, "source"), ({"source": "a/b"}, "source"), ({"source": "../x"}, "source"), ({"source": "<b>"}, "source"),
        ({"source": "x" * 61}, "source"),
        ({"number": "/x"}, "number"), ({"number": "a b"}, "number"), ({"number": "?x#"}, "number"),
    ],
)  # fmt: skip
def test_an_id_that_could_not_stand_in_an_address_is_refused(
    browser: Browser, here: Installation, wrong: dict[str, str], field: str
) -> None:
    page = browser.post("/intake", status=422, **{**KEEP, **wrong})
    assert "Latin letters and digits" in page.one("p", id=f"f-{field}-wrong").text
    assert page.value(field) == {**KEEP, **wrong}[field]
    assert here.store.count() == 1


def test_a_child_of_whom_nothing_is_known_is_not_saved(browser: Browser, here: Installation) -> None:
    nothing: dict[str, Any] = {name: text for name, text in KEEP.items() if name not in CHILD}
    browser.post("/intake", status=422, **nothing)
    assert "Write at least one thing" in browser.post("/intake", do="check").text
    assert here.store.count() == 1


def test_a_value_that_cannot_be_read_keeps_all_that_was_typed(browser: Browser) -> None:
    page = browser.post("/intake", status=422, **{**KEEP, "sex": "dragon", "marks": "scar"})
    assert page.value("marks") == "scar"
    assert "Unknown sex" in page.one("p", id="f-sex-wrong").text


def test_who_must_not_learn_it_holds_the_match_already_in_the_check(browser: Browser) -> None:
    page = browser.post("/intake", **CHILD, withhold_from="Sok Vuth", do="check")
    assert "Held" in page.one("article").text


def test_the_owner_of_one_source_need_not_type_it(browser_of: Callable[..., Browser]) -> None:
    owner = browser_of(own_sources="shelter")
    assert owner.post("/intake", **CHILD).value("source") == "shelter"
    assert owner.post("/intake", **CHILD, source="police").value("source") == "police"
    assert browser_of(own_sources="shelter,police").post("/intake", **CHILD).value("source") == ""


def test_an_address_cannot_make_the_page_say_that_something_was_saved(browser: Browser) -> None:
    for saved in ("shelter/nothing", "<script>", "x" * 5_000):
        assert "Saved as" not in browser.client.get("/intake", params={"saved": saved}, headers=browser.headers).text


def test_the_whole_form_is_there_in_khmer(khmer: Browser) -> None:
    page = khmer.post("/intake", **CHILD, do="check")
    assert "តើមានការយល់ព្រមឱ្យស្វែងរកគ្រួសារទេ?" in page.text
    assert "អាចជាកុមារនេះ" in page.text
