from __future__ import annotations

import pytest

from indexer.installation import Installation
from indexer.reconcile import reconcile
from tests.api.client import INTAKE, REPORT, TestClient, put
from tests.api.conftest import AT
from tests.api.pages.conftest import Browser
from tests.api.pages.reviewing import listed


def two_matches(client: TestClient, here: Installation) -> None:
    put(client, "police/1", REPORT)
    put(client, "shelter/1", INTAKE)
    put(client, "shelter/2", INTAKE, date_of_birth="2015", full_name="Sokh Dara", found_date="")
    reconcile(here, at=AT)


def test_the_queue_shows_both_names_and_the_strongest_evidence(match: int, browser: Browser) -> None:
    page = browser.get("/matches")
    (row,) = [row for row in page.all("tr") if "tbody" in row.around]
    for words in ("សុខ ដារ៉ា", "police/1", "Dara SOKH", "shelter/1", "Likely", "Father", "to review"):
        assert words in row.text
    assert listed(page) == [f"/matches/{match}"]


def test_an_empty_queue_says_so(browser: Browser, khmer: Browser) -> None:
    assert "No match fits" in browser.get("/matches").text
    assert "គ្មានគូណា" in khmer.get("/matches").text


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("likelihood=likely", True), ("likelihood=unlikely", False), ("status=confirmed", False), ("status=all", True),
        ("held=yes", False), ("held=no", True), ("family=yes", False), ("family=no", True), ("record=police/1", True),
        ("record=shelter/1", True), ("record=shelter/9", False),
        ("status=nonsense&likelihood=%3Cscript%3E", True), ("page=2", False),
    ],
)  # fmt: skip
def test_filters_leave_only_what_was_asked_for(match: int, browser: Browser, asked: str, shown: bool) -> None:
    page = browser.get(f"/matches?{asked}")
    assert (listed(page) == [f"/matches/{match}"]) is shown
    assert page.all("script") == []


def test_the_form_keeps_the_filters(browser: Browser) -> None:
    page = browser.get("/matches?likelihood=possible&record=police/1")
    assert page.value("record") == "police/1"
    assert "possible" in [option.get("value") for option in page.all("option", selected="")]


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999"])
def test_a_page_that_cannot_be_is_an_error_page(browser: Browser, page: str) -> None:
    browser.get(f"/matches?page={page}", status=422)


def test_a_long_queue_is_turned_page_by_page(
    client: TestClient, here: Installation, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.routes.pages.matches._PAGE", 1)
    two_matches(client, here)
    first = browser.get("/matches?likelihood=likely&status=all")
    assert "1 to 1 of 2" in first.text
    after = first.one("a", rel="next").get("href")
    assert "likelihood=likely" in after
    second = browser.get(after)
    assert "2 to 2 of 2" in second.text
    assert second.all("a", rel="next") == []
    assert listed(browser.get(second.one("a", rel="prev").get("href"))) == listed(first) != listed(second)
