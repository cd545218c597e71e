from __future__ import annotations

import json

import pytest

from indexer.installation import Installation
from tests.api.client import HERE, TestClient
from tests.api.pages.conftest import HTML, Browser

STRANGER = {**HTML, "origin": "https://example.org", "sec-fetch-site": "cross-site"}


def test_an_address_of_nothing_is_a_page_in_the_readers_language(browser: Browser, khmer: Browser) -> None:
    assert browser.get("/nothing", status=404).one("h1").text == "There is nothing here"
    assert khmer.get("/nothing", status=404).one("h1").text == "គ្មានអ្វីនៅទីនេះទេ"


def test_a_program_gets_a_problem_where_a_person_gets_a_page(client: TestClient) -> None:
    for path in ("/nothing", "/matches/999"):
        answer = client.get(path)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == 404


def test_the_interface_gives_problems_even_to_a_browser(client: TestClient) -> None:
    answer = client.get("/v1/matches/999", headers=HTML)
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_wrong_way_to_an_address_is_told_with_the_ways_that_it_has(client: TestClient) -> None:
    answer = client.put("/search", headers=HTML)
    assert (answer.status_code, answer.headers["content-type"]) == (405, "text/html; charset=utf-8")
    assert set(answer.headers["allow"].split(", ")) >= {"GET", "POST"}


@pytest.mark.parametrize("path", ["/search", "/intake", "/check/again", "/matches/1/decisions", "/reconciliations"])
def test_a_form_on_another_website_changes_nothing(client: TestClient, here: Installation, path: str) -> None:
    answer = client.post(path, data={"full_name": "x", "do": "save"}, headers=STRANGER)
    assert (answer.status_code, answer.headers["content-type"]) == (403, "text/html; charset=utf-8")
    assert "another website" in answer.text
    assert (here.store.count(), here.store.last_reconciliations()) == (0, [])


def test_an_unexpected_error_is_a_page_without_a_traceback(
    client: TestClient, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("Dara SOKH")

    monkeypatch.setattr("api.routes.pages.matches.listed", broken)
    page = browser.get("/matches", status=500)
    assert page.one("h1").text == "Something went wrong here"
    assert "ZeroDivisionError at test_errors.py" in page.text
    assert "Dara" not in page.html
    assert "Traceback" not in page.html


def test_a_database_that_is_busy_is_told_with_when_to_come_back(
    client: TestClient, khmer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from indexer.errors import DatabaseBusyError  # noqa: PLC0415  # only this test needs it

    def busy(*_: object, **__: object) -> None:
        raise DatabaseBusyError("the database is held by another process; wait for it to end, then try again")

    monkeypatch.setattr("api.routes.pages.matches.listed", busy)
    answer = client.get("/matches", headers=khmer.headers)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "មូលដ្ឋានទិន្នន័យកំពុងជាប់រវល់" in answer.text


def test_error_pages_are_kept_by_no_cache_and_run_nothing(client: TestClient) -> None:
    answer = client.get("/nothing", headers=HTML)
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_a_hostile_address_is_not_repeated(browser: Browser) -> None:
    assert browser.get("/<script>alert(1)</script>", status=404).all("script") == []


def test_pages_are_left_out_of_the_interfaces_description(client: TestClient) -> None:
    paths = json.loads(client.get("/openapi.json").text)["paths"]
    assert not [path for path in paths if path in ("/", "/search", "/intake", "/check", "/matches", "/reconciliations")]


def test_the_style_sheet_may_be_kept_and_is_our_own(client: TestClient) -> None:
    answer = client.get("/static/elijah.css")
    assert answer.status_code == 200
    assert "url(" not in answer.text
    assert "@import" not in answer.text
    assert client.get("/static/elijah.svg").headers["content-type"] == "image/svg+xml"
    assert HERE[0] == "127.0.0.1"
