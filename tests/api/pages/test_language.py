from __future__ import annotations

import pytest

from api.pages.language import COOKIE
from tests.api.client import TestClient
from tests.api.pages.conftest import HTML, Browser


@pytest.mark.parametrize(
    ("preferred", "language"),
    [
        ("km", "km"), ("km-KH,km;q=0.9,en;q=0.8", "km"), ("en-GB,en;q=0.9", "en"), ("fr-FR,fr", "en"), ("", "en"), ("*", "en"),
        ("en;q=0.4, km;q=0.9", "km"), ("th, km;q=0.3", "km"), ("km;q=nonsense, en", "en"), (";;,,=", "en"), ("KM-kh", "km"),
        ("km;q=0, en;q=0.1", "en"),
    ],
)  # fmt: skip
def test_the_browsers_language_is_taken_at_first(client: TestClient, preferred: str, language: str) -> None:
    page = Browser(client, preferred).get("/")
    assert page.one("html").get("lang") == language


def test_the_switch_keeps_the_language_and_leads_back(client: TestClient, browser: Browser) -> None:
    answer = client.get("/language/km?next=/matches%3Flikelihood%3Dlikely", headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, "/matches?likelihood=likely")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=km;")
    assert "httponly" in cookie.lower()
    assert browser.get("/").one("html").get("lang") == "km"


@pytest.mark.parametrize(
    "stranger",
    ["https://example.org/", "//example.org", "/\\example.org", "javascript:alert(1)", "", "/a\nb", "/" * 2000],
)
def test_the_switch_leads_to_no_other_site(client: TestClient, stranger: str) -> None:
    answer = client.get("/language/km", params={"next": stranger}, headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_a_language_that_is_not_spoken_here_is_an_error(browser: Browser) -> None:
    assert browser.get("/language/fr", status=422).one("h1").text


def test_an_address_may_ask_for_a_language_and_it_stays(client: TestClient, browser: Browser) -> None:
    assert browser.get("/?lang=km").one("html").get("lang") == "km"
    assert client.cookies[COOKIE] == "km"
    assert browser.get("/matches").one("html").get("lang") == "km"


def test_a_cookie_that_somebody_changed_is_as_none(client: TestClient, browser: Browser) -> None:
    client.cookies.set(COOKIE, "<script>")
    assert browser.get("/").one("html").get("lang") == "en"


def test_each_page_leads_to_itself_in_the_other_language(browser: Browser) -> None:
    link = browser.get("/matches?held=yes").one("a", hreflang="km")
    assert link.get("href").startswith("/language/km?next=/matches%3F")
    assert "held%3Dyes" in link.get("href")


def test_answers_can_be_had_in_the_other_language_without_typing_again(browser: Browser) -> None:
    page = browser.post("/search", full_name="Sok Dara")
    button = page.one("button", name="lang", value="km")
    assert button.get("form") == page.one("form", action="/search#answers").get("id")
    again = browser.post("/search", full_name="Sok Dara", lang="km")
    assert again.one("html").get("lang") == "km"
    assert again.value("full_name") == "Sok Dara"
    assert browser.get("/").one("html").get("lang") == "km"
