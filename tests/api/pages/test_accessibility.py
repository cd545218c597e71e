"""Every page in both languages: what a person who cannot see it, or who has no mouse, or no scripts, needs."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pytest

from tests.api.client import INTAKE, TestClient, put
from tests.api.pages.conftest import WITHHELD, Browser
from tests.api.pages.reading import Element, Page

ROWS = {"file": ("a.csv", b"full_name,sex\nDara SOKH,male\nTola,dragon\n")}
PAGES: dict[str, Callable[[Browser, int], Page]] = {
    "search": lambda browser, _: browser.get("/"),
    "answers": lambda browser, _: browser.post("/search", full_name="សុខ ដារ៉ា", mother_name="Chan Sreymom"),
    "empty answers": lambda browser, _: browser.post("/search"),
    "wrong search": lambda browser, _: browser.post("/search", status=422, sex="dragon"),
    "intake": lambda browser, _: browser.get("/intake"),
    "checked intake": lambda browser, _: browser.post("/intake", full_name="Dara SOKH"),
    "unsaved intake": lambda browser, _: browser.post("/intake", status=422, full_name="Dara SOKH", do="save"),
    "check": lambda browser, _: browser.get("/check"),
    "checked list": lambda browser, _: browser.post("/check", files=ROWS),
    "queue": lambda browser, _: browser.get("/matches?status=all"),
    "match": lambda browser, match: browser.get(f"/matches/{match}"),
    "refused decision": lambda browser, match: browser.post(f"/matches/{match}/decisions", status=422, by="x"),
    "record": lambda browser, _: browser.get("/records/police/1"),
    "withheld record": lambda browser, _: browser.get("/records/shelter/2"),
    "nights": lambda browser, _: browser.get("/reconciliations"),
    "error": lambda browser, _: browser.get("/nothing", status=404),
}


@pytest.fixture(scope="module", params=["en", "km"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def pages(client: TestClient, match: int, language: str) -> dict[str, Page]:
    """All pages of a home with a match, read in one go."""
    put(client, "shelter/2", INTAKE, full_name="Tola", withhold_from=WITHHELD)
    browser = Browser(client, language)
    return {name: open_(browser, match) for name, open_ in PAGES.items()}


def of(pages: dict[str, Page]) -> list[tuple[str, Page, Element]]:
    return [(name, page, element) for name, page in pages.items() for element in page.elements]


def test_all_pages(pages: dict[str, Page], language: str) -> None:
    """One home, one reading of all pages, then each rule over all of them."""
    for name, page in pages.items():
        assert page.left_open == [], name
        assert page.one("html").get("lang") == language, name
        assert page.one("title").text, name
        assert len(page.all("main")) == len(page.all("h1")) == 1, name
    for rule in (
        every_field_has_a_label, headings_go_down_one_by_one, no_id_is_given_twice, what_is_named_by_id_is_there,
        tables_say_what_heads_what, pictures_have_words, nothing_comes_from_elsewhere, no_style_or_script_stands_in_the_page,
        no_english_is_left_in_khmer,
    ):  # fmt: skip
        rule(pages)


def every_field_has_a_label(pages: dict[str, Page]) -> None:
    for name, page, element in of(pages):
        if element.tag not in ("input", "select", "textarea") or element.get("type") == "hidden":
            continue
        labelled = "label" in element.around or [
            label for label in page.all("label") if label.get("for") == element.get("id")
        ]
        assert labelled, f"{name}: {element.get('name')}"


def headings_go_down_one_by_one(pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        levels = [int(element.tag[1]) for element in page.elements if re.fullmatch(r"h[1-6]", element.tag)]
        assert levels[0] == 1, name
        assert all(after - before <= 1 for before, after in pairwise(levels)), f"{name}: {levels}"


def no_id_is_given_twice(pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        ids = [element.get("id") for element in page.elements if element.get("id")]
        assert len(ids) == len(set(ids)), name


def what_is_named_by_id_is_there(pages: dict[str, Page]) -> None:
    for name, page, element in of(pages):
        ids = {other.get("id") for other in page.elements}
        named = " ".join(element.get(at) for at in ("aria-describedby", "aria-labelledby", "for", "form")).split()
        fragment = element.get("href").removeprefix("#") if element.get("href").startswith("#") else ""
        assert {*named, *fragment.split()} <= ids, f"{name}: {named}"


def tables_say_what_heads_what(pages: dict[str, Page]) -> None:
    for name, _, element in of(pages):
        if element.tag == "th":
            assert element.get("scope") in ("col", "row"), name
            assert element.text, name


def pictures_have_words(pages: dict[str, Page]) -> None:
    for name, _, element in of(pages):
        if element.tag == "svg":
            assert element.get("aria-hidden") == "true" or element.get("aria-label"), name
        if element.tag == "img":
            assert "alt" in element.attributes, name


def nothing_comes_from_elsewhere(pages: dict[str, Page]) -> None:
    for name, _, element in of(pages):
        for at in ("href", "src", "action", "formaction", "srcset", "poster", "data"):
            address = element.get(at)
            assert not address or address.startswith(("/", "#", "?")), f"{name}: {address}"
            assert not address.startswith("//"), name


def no_style_or_script_stands_in_the_page(pages: dict[str, Page]) -> None:
    for name, _, element in of(pages):
        assert element.tag not in ("script", "style", "iframe", "object", "embed"), name
        assert "style" not in element.attributes, name
        assert not [at for at in element.attributes if at.startswith("on")], name


# Words that are the same in any language, or that are not Elijah's own: units, kinds of files, ids, what people wrote.
_NOT_OURS = frozenset({"Elijah", "English", "CSV", "Excel", "xlsx", "MB", "elijah", "check", "cm", "row"})


def no_english_is_left_in_khmer(pages: dict[str, Page]) -> None:
    if pages["search"].one("html").get("lang") != "km":
        return
    for name, page, element in of(pages):
        if (
            element.tag in ("label", "button", "h1", "h2", "legend", "summary", "dt", "caption", "th")
            and "bdi" not in element.around
        ):
            own = re.sub(r"\S*[/_]\S*", " ", element.text)
            written = " ".join(inner.text for inner in (*page.all("bdi"), *page.all("code")))
            words = set(re.findall(r"[A-Za-z]{2,}", own)) - set(re.findall(r"[A-Za-z]+", written)) - _NOT_OURS
            assert not words, f"{name}: {element.tag} {words}"


def test_every_page_is_named_after_what_it_is(pages: dict[str, Page]) -> None:
    titles = {name: page.one("title").text for name, page in pages.items()}
    assert (
        len({titles[name] for name in ("search", "intake", "check", "queue", "match", "record", "nights", "error")})
        == 8
    )


def test_a_keyboard_comes_to_the_content_first(pages: dict[str, Page]) -> None:
    for page in pages.values():
        first = next(element for element in page.elements if element.tag in ("a", "button", "input"))
        assert (first.get("class"), first.get("href")) == ("skip", "#main")
