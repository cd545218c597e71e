from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from indexer.installation import Installation
from tests.api.client import INTAKE, REPORT, TestClient, put
from tests.api.pages.conftest import PLACE, WITHHELD, Browser
from tests.api.pages.reading import Page

HOSTILE = '"><script>alert(1)</script>'


def found(page: Page) -> list[str]:
    """The records that the page lists, best first."""
    links = [link.get("href") for link in page.all("a") if link.get("href").startswith("/records/")]
    return [link.removeprefix("/records/") for link in links]


def test_a_khmer_name_finds_the_child_whom_a_shelter_wrote_in_latin_letters(
    client: TestClient, browser: Browser
) -> None:
    put(client, "shelter/1", INTAKE)
    page = browser.post("/search", full_name="សុខ ដារ៉ា", date_of_birth="2015-04-15", mother_name="Chan Sreymom")
    assert found(page) == ["shelter/1"]
    (card,) = page.all("article")
    assert "Dara SOKH" in card.text
    assert "Likely" in card.text
    assert "The names sound the same." in card.text


def test_reports_are_looked_for_when_they_are_asked_for(client: TestClient, browser: Browser) -> None:
    put(client, "police/1", REPORT)
    put(client, "shelter/1", INTAKE)
    assert found(browser.post("/search", full_name="Dara Sokh", kind="report")) == ["police/1"]
    assert found(browser.post("/search", full_name="Dara Sokh", kind="intake")) == ["shelter/1"]


def test_the_same_order_as_over_the_interface(client: TestClient, browser: Browser) -> None:
    for number, name in enumerate(("Dara SOKH", "Davuth SOK", "Tola Ek", "Sok Dara"), start=1):
        put(client, f"shelter/{number}", INTAKE, full_name=name)
    asked: dict[str, Any] = {"full_name": "សុខ ដារ៉ា", "mother_name": "Chan Sreymom"}
    listed = client.post("/v1/search", json=asked).json()["matches"]
    assert found(browser.post("/search", **asked)) == [match["record_id"] for match in listed]


def test_the_form_keeps_what_was_typed_and_shows_it_above_the_answers(browser: Browser) -> None:
    typed: dict[str, Any] = {
        "full_name": "សុខ ដារ៉ា",
        "home_place": "Battambang",
        "event_date": "2025",
        "marks": "scar",
        "nickname": "ពៅ",
    }
    page = browser.post("/search", **typed, sex="male", kind="report")
    assert {name: page.value(name) for name in typed} == typed
    assert [option.get("value") for option in page.all("option", selected="")] == ["male"]
    assert page.one("input", name="kind", checked="").get("value") == "report"
    assert "Battambang" in page.all("summary")[0].text


def test_folded_fields_that_hold_something_are_open(browser: Browser) -> None:
    (folded,) = browser.get("/").all("details", class_="group")
    assert "open" not in folded.attributes
    (opened,) = browser.post("/search", nickname="ពៅ").all("details", class_="group")
    assert "open" in opened.attributes


@pytest.mark.parametrize("typed", [{}, {"full_name": "   "}, {"full_name": "?"}, {"age_as_of": ""}])
def test_an_empty_question_gets_a_friendly_word(client: TestClient, browser: Browser, typed: dict[str, Any]) -> None:
    put(client, "shelter/1", INTAKE)
    page = browser.post("/search", **typed)
    assert "Write at least one thing" in page.text
    assert found(page) == []


def test_a_question_without_candidates_says_so_in_the_readers_language(khmer: Browser) -> None:
    assert "មិនមានកុមារណាដែលបានមកដល់" in khmer.post("/search", full_name="Tola").text
    assert "មិនមានរបាយការណ៍" in khmer.post("/search", full_name="Tola", kind="report").text


def test_what_was_typed_is_shown_and_never_run(client: TestClient, browser: Browser) -> None:
    put(client, "shelter/1", INTAKE, full_name=f"Dara SOKH {HOSTILE}", marks=HOSTILE, found_place=HOSTILE)
    page = browser.post("/search", full_name=f"Dara SOKH {HOSTILE}", marks=HOSTILE)
    assert page.all("script") == []
    assert page.value("full_name") == f"Dara SOKH {HOSTILE}"
    assert HOSTILE in page.one("article").text


def test_a_value_that_cannot_be_read_is_told_beside_its_field(khmer: Browser) -> None:
    page = khmer.post("/search", status=422, full_name="Dara", sex="dragon")
    field = page.one("select", name="sex")
    assert field.get("aria-invalid") == "true"
    described = field.get("aria-describedby").split()
    assert "ភេទមិនស្គាល់" in next(page.one("p", id=name).text for name in described if name.endswith("wrong"))
    assert page.value("full_name") == "Dara"


def test_a_text_that_nobody_types_is_refused(browser: Browser) -> None:
    page = browser.post("/search", status=422, full_name="x" * 2_001)
    assert "longer than 2000 characters" in page.text


def test_control_characters_are_left_out(browser: Browser) -> None:
    assert browser.post("/search", full_name="Da\0ra\x07").value("full_name") == "Dara"


def test_files_and_a_flood_of_fields_are_refused(browser: Browser) -> None:
    browser.post("/search", status=400, files={"photo": ("a.jpg", b"x")}, full_name="Dara")
    flood: dict[str, Any] = {f"field{number}": "x" for number in range(200)}
    browser.post("/search", status=400, **flood)


def test_names_never_stand_in_an_address(client: TestClient, browser: Browser) -> None:
    put(client, "shelter/1", INTAKE)
    page = browser.post("/search", full_name="សុខ ដារ៉ា")
    addresses = [element.get("href") + element.get("action") for element in page.elements]
    assert not [address for address in addresses if "សុខ" in address or "Dara" in address or "%E1%9E" in address]
    assert all(form.get("method") == "post" for form in page.all("form"))


def test_a_reader_who_reloads_the_address_of_an_answer_gets_the_form(client: TestClient) -> None:
    answer = client.get("/search", headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_a_child_who_is_held_is_shown_without_the_place_where_it_is(client: TestClient, browser: Browser) -> None:
    put(client, "shelter/1", INTAKE, withhold_from=WITHHELD, caregiver_name="Mother of House 3", phones="012999888")
    page = browser.post(
        "/search", full_name="សុខ ដារ៉ា", father_name=WITHHELD, phones="012999888", event_place="Poipet", event_date="2025-11-02"
    )  # fmt: skip
    assert found(page) == ["shelter/1"]
    assert "Held for a senior reviewer" in page.one("article").text
    answers = page.one("section", aria_labelledby="answers").text
    assert PLACE not in page.html
    assert "House 3" not in page.html
    assert "012999888" not in answers


def test_an_unknown_asker_does_not_learn_where_a_withheld_child_is(client: TestClient, browser: Browser) -> None:
    put(client, "shelter/1", INTAKE, withhold_from=WITHHELD)
    assert PLACE not in browser.post("/search", full_name="សុខ ដារ៉ា").html


def test_a_child_without_consent_is_found_by_its_owner_only(
    client: TestClient, browser: Browser, browser_of: Callable[..., Browser]
) -> None:
    put(client, "shelter/1", INTAKE, consent_for_tracing=False)
    assert found(browser.post("/search", full_name="សុខ ដារ៉ា")) == []
    owner = browser_of(own_sources="shelter")
    put(owner.client, "shelter/1", INTAKE, consent_for_tracing=False)
    assert found(owner.post("/search", full_name="សុខ ដារ៉ា")) == ["shelter/1"]


def test_a_brother_or_sister_is_told_as_such(client: TestClient, browser: Browser) -> None:
    put(client, "shelter/2", INTAKE, full_name="Sokh Bopha", sex="female", date_of_birth="2011-01-01")
    page = browser.post(
        "/search", full_name="Sok Dara", sex="male", date_of_birth="2015-04-15", father_name="Sok Vuth",
        mother_name="Chan Sreymom", home_place="Battambang",
    )  # fmt: skip
    assert "Brother or sister?" in page.one("article").text


def test_searching_stores_nothing(browser: Browser, here: Installation) -> None:
    browser.post("/search", full_name="Sok Dara")
    assert (here.store.count(), here.store.last_change()) == (0, 0)


def test_a_likelihood_is_never_told_by_a_colour_alone(client: TestClient, browser: Browser) -> None:
    put(client, "shelter/1", INTAKE)
    page = browser.post("/search", full_name="សុខ ដារ៉ា")
    for badge in page.all("span", class_="badge"):
        assert badge.text in ("Likely", "Possible", "Unlikely")
    for bar in page.all("svg", role="img"):
        assert bar.get("aria-label").startswith("from ")
