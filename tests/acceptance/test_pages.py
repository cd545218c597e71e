"""The pages in a real browser on a real server: what the four people do, with a mouse, a keyboard, a phone, without scripts."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.acceptance.browser import DESKTOP, PHONE, Browser, open_browser
from tests.acceptance.conftest import SAMPLES, Server

pytestmark = pytest.mark.real("chromium")

LEAST_CONTRAST = 4.5
ADDRESSES = (
    "/",
    "/intake",
    "/check",
    "/matches",
    "/matches/1",
    "/records/police/M24-011",
    "/reconciliations",
    "/nothing",
)
# The shared samples: a report in Khmer, and the same boy as a shelter wrote him down.
REPORT, INTAKE = "police/M24-011", "shelter/A24-013"
Opener = Callable[..., AbstractContextManager[Browser]]


@pytest.fixture
def server(serve: Callable[[Path], Server], loaded_home: Path, tmp_path: Path) -> Server:
    """A server on a home of its own with the samples, reconciled."""
    home = tmp_path / "home"
    shutil.copytree(loaded_home, home)
    return serve(home)


@pytest.fixture
def window(server: Server, tmp_path: Path) -> Opener:
    """`with window(size=PHONE, language="km") as browser:` opens a fresh browser on the server."""
    opened = iter(range(1_000))

    def open_(**how: object) -> AbstractContextManager[Browser]:
        return open_browser(server.url, tmp_path / f"profile-{next(opened)}", **how)  # type: ignore[arg-type]  # passed on as it is

    return open_


def test_an_investigator_types_khmer_and_finds_the_child_whom_a_shelter_wrote_in_latin_letters(window: Opener) -> None:
    with window() as browser:
        browser.open("/")
        browser.write("full_name", "សុខ ដារ៉ា")
        browser.write("mother_name", "ចាន់ ស្រីមុំ")
        browser.write("marks", "ស្លាកស្នាមជង្គង់ឆ្វេង")
        browser.press("button.main")
        best = browser.find("article").text
        assert INTAKE in best
        assert "Likely" in best
        assert "The names sound the same." in best
        browser.choose("article details summary")
        assert "Two records are rarely the same child." in browser.find("article").text
        assert browser.find('[name="full_name"]').get_attribute("value") == "សុខ ដារ៉ា"
        assert "%" not in browser.driver.current_url

        browser.press('.languages button[value="km"]')
        assert browser.language == "km"
        assert "ឈ្មោះអានដូចគ្នា។" in browser.find("article").text
        assert INTAKE in browser.find("article").text
        browser.open("/matches")
        assert browser.language == "km"
        browser.press(".languages a")
        assert browser.language == "en"
        assert browser.driver.current_url.endswith("/matches?status=potential&page=1")


def test_a_reviewer_decides_takes_it_back_and_meets_a_colleague(window: Opener) -> None:
    with window() as browser, window(language="km") as colleague:
        browser.open(f"/matches?record={INTAKE}&status=all")
        browser.press("td.go a")
        match = browser.driver.current_url
        colleague.driver.get(match)

        browser.choose('input[value="confirmed"]')
        browser.write("reason", "the mother knew the scar")
        browser.find("#by").send_keys("Srey Leak")
        browser.press(".say button.main")
        assert "Your decision is kept" in browser.text
        assert "the mother knew the scar" in browser.find(".history").text

        colleague.choose('input[value="not_a_match"]')
        colleague.find("#by").send_keys("ម៉ៅ បុប្ផា")
        colleague.press(".say button.main")
        assert "មានអ្នកផ្សេងបានសម្រេចលើគូនេះរួចហើយ" in colleague.find("[role=alert]").text

        browser.press(".undo button")
        assert "The last decision is taken back." in browser.text
        assert [item.text for item in browser.all(".history .what")] == [
            "Found by Elijah", "The same child (taken back)", "Last decision taken back",
        ]  # fmt: skip
        assert browser.all(".undo") == []


def test_a_held_child_is_nowhere_shown_where_it_is(window: Opener) -> None:
    with window() as browser:
        browser.open("/matches?held=yes&status=all")
        addresses = [link.get_attribute("href") for link in browser.all("td.go a")]
        assert addresses
        for address in addresses:
            browser.driver.get(str(address))
            assert "This match is held." in browser.text
            intake = browser.all("table.pair thead a")[1].text
            browser.open(f"/records/{intake}")
            assert "Where the child is now is left out." in browser.text
            assert "Found at" not in browser.find("table.one").text


def test_a_shelter_drops_its_list_and_takes_the_answers_along(window: Opener) -> None:
    with window() as browser:
        browser.open("/check")
        browser.find("#file").send_keys(str(SAMPLES / "arrivals.xlsx"))
        browser.press("button.main")
        assert "12 rows were checked. Nothing of the list is stored." in browser.text
        assert len(browser.all("article")) == 12
        browser.press('.languages button[value="km"]')
        assert "បានពិនិត្យ 12 ជួរ។" in browser.text


def test_intake_staff_check_a_child_and_save_it_with_consent(window: Opener) -> None:
    with window() as browser:
        browser.open("/intake")
        browser.write("full_name", "Dara Sok")
        browser.write("mother_name", "Chan Sreymom")
        browser.press("button.main")
        assert REPORT in browser.find("article").text
        browser.write("source", "newshelter")
        browser.write("number", "1")
        browser.press(".keep button.main")
        assert "Say whether there is consent" in browser.find("#consent-wrong").text
        browser.choose('input[name="consent_for_tracing"][value="true"]')
        browser.press(".keep button.main")
        assert "Saved as newshelter/1." in browser.text
        browser.press("[role=status] a")
        assert REPORT in browser.find("section + section").text


def test_everything_can_be_done_with_the_keyboard_alone(window: Opener) -> None:
    with window() as browser:
        browser.open("/")
        browser.tab_to(".skip")
        browser.tab_to("#f-full_name")
        browser.focused().send_keys("Sok Dara")
        browser.enter()
        assert browser.all("article")
        browser.tab_to("article summary")
        outline = browser.focused().value_of_css_property("outline-style")
        assert outline == "solid"
        browser.open("/matches/1")
        browser.tab_to('input[value="confirmed"]', most=80)
        browser.tab_to("#by")
        browser.focused().send_keys("Srey Leak")
        browser.tab_to(".say button.main")


def test_without_scripts_all_of_it_works_as_well(window: Opener) -> None:
    with window(scripts=False) as browser:
        browser.driver.get("data:text/html,<title>off</title><script>document.title = 'on'</script>")
        assert browser.driver.title == "off"
        browser.open("/")
        browser.write("full_name", "Sok Dara")
        browser.press("button.main")
        browser.choose("article summary")
        assert "Two records are rarely the same child." in browser.find("article").text


@pytest.mark.parametrize("language", ["en", "km"])
def test_on_a_phone_and_on_a_desk_every_page_fits_can_be_read_and_comes_from_here_alone(
    window: Opener, server: Server, language: str
) -> None:
    for size in (PHONE, DESKTOP):
        with window(size=size, language=language) as browser:
            for address in ADDRESSES:
                browser.open(address)
                look_at(browser, f"{address} {size} {language}")
            browser.open("/")
            browser.write("full_name", "សុខ ដារ៉ា")
            browser.write("home_place", "ភូមិដែលមានឈ្មោះវែង" * 10)
            browser.press("button.main")
            for summary in browser.all("details > summary"):
                browser.driver.execute_script("arguments[0].parentElement.open = true", summary)
            look_at(browser, f"answers {size} {language}")
            fetched = browser.fetched()
            assert f"{server.url}/static/elijah.css" in fetched
            assert [
                address for address in fetched if address.startswith("http") and not address.startswith(server.url)
            ] == []
            # A page of nothing answers 404, as it should.
            assert [word for word in browser.complaints() if "404" not in word] == []


def look_at(browser: Browser, where: str) -> None:
    assert browser.sideways() == 0, where
    least, text = browser.weakest_contrast()
    assert least >= LEAST_CONTRAST, f"{where}: {least:.2f} for {text!r}"
