from __future__ import annotations

from itertools import pairwise

import pytest

from indexer.installation import Installation
from indexer.reconcile import reconcile
from tests.api.client import INTAKE, REPORT, TestClient, put
from tests.api.conftest import AT
from tests.api.pages.conftest import PLACE, Browser
from tests.api.pages.reviewing import BY, added_up, cells, decide, history, listed, refused, seen

# one match


def test_two_records_stand_side_by_side_with_the_evidence_that_adds_up(match: int, browser: Browser) -> None:
    page = browser.get(f"/matches/{match}")
    assert "សុខ ដារ៉ា" in page.one("h1").text
    assert "Dara SOKH" in page.one("h1").text
    pair = page.one("table", class_="pair").text
    for words in ("Poipet", PLACE, "2015-04-15", "15/4/2015"):
        assert words in pair
    assert added_up(page) == pytest.approx(float(cells(page)[-1]), abs=0.02)


def test_the_waterfall_is_a_table_whose_bars_say_from_where_to_where(match: int, browser: Browser) -> None:
    page = browser.get(f"/matches/{match}")
    bars = page.all("svg", role="img")
    assert len(bars) == len(cells(page))
    assert bars[0].get("aria-label") == "from 0.00 to −13.00"
    for bar, after in pairwise(bars[:-1]):
        assert bar.get("aria-label").split(" to ")[1] == after.get("aria-label").split(" to ")[0].removeprefix("from ")


def test_every_word_of_a_match_is_there_in_khmer(match: int, khmer: Browser) -> None:
    page = khmer.get(f"/matches/{match}")
    assert "ឈ្មោះអានដូចគ្នា។" in page.text
    for english in ("Name", "The names", "Missing", "Decide", "bits", "male", "open"):
        assert english not in page.text.split()


@pytest.mark.parametrize("match_id", ["0", "999", "x", "-1", "1e3", "99999999999999999999999", "%00", "១"])
def test_a_match_that_is_not_there_is_a_readable_page(match: int, browser: Browser, match_id: str) -> None:
    page = browser.get(f"/matches/{match_id}", status=404)
    assert "There is no such match" in page.text
    assert page.one("html").get("lang") == "en"


# deciding


def test_a_decision_is_kept_with_its_reason_and_who_said_it(match: int, browser: Browser) -> None:
    where = decide(browser, match, "confirmed", reason="the mother knew the scar <b>at once</b>")
    assert where == f"/matches/{match}?said=kept#main"
    page = browser.get(where)
    assert "Your decision is kept" in page.text
    assert history(page)[-1] == "The same child"
    assert "the mother knew the scar <b>at once</b>" in page.one("ol", class_="history").text
    assert BY in page.one("ol", class_="history").text
    assert listed(browser.get("/matches")) == []
    assert listed(browser.get("/matches?status=confirmed")) == [f"/matches/{match}"]


def test_what_is_offered_follows_the_state(match: int, browser: Browser) -> None:
    def offered() -> list[str]:
        return [
            choice.get("value")
            for choice in browser.get(f"/matches/{match}").all("input", name="decision", type="radio")
        ]

    assert offered() == ["confirmed", "not_a_match", "same_family", "unsure", "handed_on"]
    decide(browser, match, "confirmed")
    assert offered() == ["not_a_match", "same_family", "unsure", "handed_on", "verified", "reunited"]
    decide(browser, match, "reunited")
    assert offered() == []
    assert "Take back the last decision first" in browser.get(f"/matches/{match}").text


def test_the_last_decision_is_taken_back_and_both_stay_in_the_history(match: int, browser: Browser) -> None:
    assert browser.get(f"/matches/{match}").all("form", class_="undo") == []
    decide(browser, match, "not_a_match")
    assert len(browser.get(f"/matches/{match}").all("form", class_="undo")) == 1
    where = decide(browser, match, "undo")
    page = browser.get(where)
    assert "The last decision is taken back." in page.text
    assert history(page)[1:] == ["Not the same child (taken back)", "Last decision taken back"]
    assert page.all("form", class_="undo") == []
    assert listed(browser.get("/matches")) == [f"/matches/{match}"]


def test_who_decides_is_remembered_for_the_next_match(match: int, browser: Browser, client: TestClient) -> None:
    decide(browser, match, "unsure", by="ស្រី លក្ខណ៍")
    page = browser.get(f"/matches/{match}")
    assert {field.get("value") for field in page.all("input", name="by")} == {"ស្រី លក្ខណ៍"}


def test_a_name_without_end_is_cut(match: int, browser: Browser) -> None:
    decide(browser, match, "unsure", by="ក" * 5_000)
    assert "ក" * 200 in browser.get(f"/matches/{match}").text
    assert "ក" * 201 not in browser.get(f"/matches/{match}").text


def test_two_people_never_overwrite_each_other(match: int, browser: Browser, khmer: Browser) -> None:
    before = seen(browser.get(f"/matches/{match}"))
    decide(browser, match, "confirmed")
    page = khmer.post(
        f"/matches/{match}/decisions", status=409,
        decision="not_a_match", by="Meas Bopha", reason="other ears", seen_decision=before,
    )  # fmt: skip
    assert "មានអ្នកផ្សេងបានសម្រេចលើគូនេះរួចហើយ" in page.one("div", role="alert").text
    assert page.value("reason") == "other ears"
    assert seen(page) != before
    assert history(page)[-1] == "កុមារតែមួយ"


@pytest.mark.parametrize(
    ("form", "status", "told"),
    [
        ({"decision": "confirmed", "by": "  "}, 422, "Say who decides"),
        ({"decision": ""}, 422, "Choose what you decide"),
        ({"decision": "merge"}, 422, "Choose what you decide"),
        ({"decision": "confirmed", "seen_decision": ""}, 422, "The form is incomplete"),
        ({"decision": "confirmed", "seen_decision": "-1"}, 422, "The form is incomplete"),
        ({"decision": "confirmed", "seen_decision": "9" * 5_000}, 422, "The form is incomplete"),
        ({"decision": "confirmed", "seen_decision": "9" * 18}, 409, "Somebody else decided"),
        ({"decision": "reunited"}, 409, "This cannot be decided yet"),
        ({"decision": "undo"}, 409, "There is no decision to undo"),
        ({"decision": "confirmed", "reason": "x" * 4_001}, 422, "longer than 4000 characters"),
    ],
)
def test_what_cannot_be_decided_is_told_above_what_was_typed(
    match: int, browser: Browser, form: dict[str, str], status: int, told: str
) -> None:
    page = refused(browser, match, status, **form)
    assert told in page.one("div", role="alert").text
    assert history(page) == ["Found by Elijah"]


def test_a_decision_on_no_match_is_a_readable_page(browser: Browser) -> None:
    page = browser.post("/matches/999/decisions", status=404, decision="confirmed", by=BY, seen_decision="0")
    assert "There is no such match" in page.text


# rules that protect children


def test_a_held_match_shows_nowhere_where_the_child_is(held: int, browser: Browser) -> None:
    page = browser.get(f"/matches/{held}")
    assert "This match is held." in page.text
    assert "The intake names the person who asks, or a relative" in page.text
    for secret in (PLACE, "House 3", "012999888"):
        assert secret not in page.html
    assert added_up(page) == pytest.approx(float(cells(page)[-1]), abs=0.02)


def test_the_reasons_for_holding_are_told_in_khmer(held: int, khmer: Browser) -> None:
    page = khmer.get(f"/matches/{held}")
    assert "កំណត់ត្រាកុមារសរសេរថា" in page.one("div", class_="held").text


def test_only_a_senior_reviewer_confirms_a_held_match(held: int, browser: Browser) -> None:
    assert "I am a senior reviewer" in browser.get(f"/matches/{held}").text
    page = refused(browser, held, 403, decision="confirmed")
    assert "A senior reviewer must decide" in page.one("div", role="alert").text
    decide(browser, held, "confirmed", senior="yes")
    assert listed(browser.get("/matches?status=confirmed&held=yes")) == [f"/matches/{held}"]


def test_a_match_that_is_not_held_does_not_ask_for_a_senior(match: int, browser: Browser) -> None:
    assert browser.get(f"/matches/{match}").all("input", name="senior") == []


def test_a_brother_or_sister_is_told_as_such(client: TestClient, here: Installation, browser: Browser) -> None:
    put(client, "police/1", REPORT, phones="012000111")
    put(client, "shelter/2", INTAKE, full_name="Sokh Sovann", date_of_birth="2013-06", phones="012000111")
    reconcile(here, at=AT)
    (address,) = listed(browser.get("/matches?family=yes"))
    assert "This may be a brother or sister." in browser.get(address).text


def test_a_child_whose_consent_was_taken_back_is_shown_no_more(
    match: int, client: TestClient, browser: Browser
) -> None:
    put(client, "shelter/1", INTAKE, consent_for_tracing=False)
    page = browser.get(f"/matches/{match}", status=403)
    assert "Dara" not in page.html
    assert "no consent for tracing" in page.text
    assert listed(browser.get("/matches?status=all")) == []


def test_a_score_that_has_changed_since_a_decision_is_told(
    match: int, client: TestClient, here: Installation, browser: Browser
) -> None:
    decide(browser, match, "confirmed")
    put(client, "shelter/1", INTAKE, father_name="Kong Thlang")
    reconcile(here, at=AT)
    assert "The records have changed since" in browser.get(f"/matches/{match}").text


def test_what_the_machine_did_is_told_in_words(
    match: int, client: TestClient, here: Installation, browser: Browser, khmer: Browser
) -> None:
    decide(browser, match, "not_a_match")
    put(client, "shelter/1", INTAKE, marks="scar on the left knee")
    reconcile(here, at=AT)
    assert history(browser.get(f"/matches/{match}"))[-1] == "Opened again"
    assert "អ្វីដែលប្រៀបធៀបបានផ្លាស់ប្តូរ" in khmer.get(f"/matches/{match}").text
    assert browser.get(f"/matches/{match}").all("form", class_="undo") == []


def test_hostile_names_are_shown_and_never_run(client: TestClient, here: Installation, browser: Browser) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    put(client, "police/1", REPORT, nickname=hostile, marks=hostile, odd_column=hostile)
    put(client, "shelter/1", INTAKE)
    reconcile(here, at=AT)
    (address,) = listed(browser.get("/matches"))
    for page in (browser.get("/matches"), browser.get(address)):
        assert hostile in page.text
        assert not [element for element in page.elements if "onerror" in element.attributes]


def test_the_match_page_shows_how_the_names_were_heard_sound_by_sound(
    match: int, browser: Browser, khmer: Browser
) -> None:
    page = browser.get(f"/matches/{match}")
    assert "How the names were heard" in page.text
    heard = [cell.text for cell in page.all("td") if "details" in cell.around]
    assert {"D", "R", "S", "Kh"} <= set(heard)
    assert "របៀបស្តាប់ឈ្មោះ" in khmer.get(f"/matches/{match}").text
