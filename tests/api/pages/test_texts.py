from __future__ import annotations

import re
import string
from collections.abc import Iterable
from pathlib import Path

import pytest

import api.pages
import api.routes.pages
from api.pages.fields import INTAKE, KEEPING, SEARCH
from api.pages.subjects import SUBJECTS
from api.pages.texts import LANGUAGES, Texts, rows, texts
from api.routes.pages.matches import FILTERS
from indexer.store import Decision, MatchStatus
from matcher.evidence import declared_comparisons
from matcher.places import Gazetteer
from matcher.record import COLUMNS, Kind, Sex, Status

ROWS = rows("texts.csv")
KHMER = re.compile("[\u1780-\u17ff]")
TEMPLATES = sorted((Path(api.pages.__file__).parent / "templates").glob("*.html"))
CODE = [
    path
    for package in (api.pages, api.routes.pages)
    for path in sorted(Path(str(package.__file__)).parent.glob("*.py"))
]
# `t("a.key")`, `t('a.key')`, `t.count("a.key"`, `w.t(...)`; not what goes on with `~` or is an f-string.
_USED = re.compile(r"""\bt(\.count)?\(\s*["']([\w.]+)["']\s*[),]""")
_NAMED = re.compile(r"""["'](nav\.\w+|nights\.\w+|filter\.\w+(?:\.\w+)?|consent\.\w+|hint\.\w+)["']""")
_FORMS = [field for group in (*SEARCH, *INTAKE, KEEPING) for field in group.fields]
_STEPS = (*Decision, "reopened", "reunited_elsewhere")
# Keys that are put together while a page is made.
FAMILIES: dict[str, Iterable[str]] = {
    "comparison": [*(comparison.name for comparison in declared_comparisons(Gazetteer.shipped())), "cap"],
    "subject": [*(subject.key for subject in SUBJECTS), "extra"],
    "field": [*COLUMNS, *(field.name for field in _FORMS)],
    "group": [group.key for group in (*SEARCH, *INTAKE)],
    "hint": [field.hint.partition(".")[2] for field in _FORMS if field.hint],
    "sex": [*Sex, "unknown"],
    "kind": Kind,
    "record_status": Status,
    "status": MatchStatus,
    "likelihood": ("likely", "possible", "unlikely"),
    "evidence": ("for", "against", "neither"),
    "decision": [*_STEPS, *(f"{decision}.hint" for decision in Decision if decision is not Decision.UNDO)],
    "consent": ("yes", "no", "blank"),
    "role": ("father", "mother", "caregiver", "inquirer", "sibling"),
    "night": ("running", "done", "stopped", "failed"),
    "answers.none": Kind,
    "record.candidates": Kind,
    "keep.consent": ("true", "true.hint", "false", "false.hint"),
    "match.said": ("kept", "undone"),
    "filter": [name for name, _ in FILTERS],
    "error": ("400", "403", "404", "405", "409", "413", "422", "500", "503"),
}
_NOT_SHOWN = {"field.kind"}


def used_keys() -> set[str]:
    keys = {f"{family}.{name}" for family, names in FAMILIES.items() for name in names}
    for path in (*TEMPLATES, *CODE):
        source = path.read_text(encoding="utf-8")
        for count, key in _USED.findall(source):
            keys |= {f"{key}.one", f"{key}.many"} if count else {key}
        keys |= set(_NAMED.findall(source))
    keys |= {key for _, options in FILTERS for _, key in options}
    return keys - _NOT_SHOWN - {"its.key"}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_key_that_a_page_uses_has_its_words() -> None:
    assert used_keys() - {row["key"] for row in ROWS} == set()


def test_no_words_are_kept_that_no_page_uses() -> None:
    assert {row["key"] for row in ROWS} - used_keys() == set()


def test_no_key_is_written_twice() -> None:
    keys = [row["key"] for row in ROWS]
    assert len(keys) == len(set(keys))


def test_both_languages_say_everything_with_the_same_values() -> None:
    for row in ROWS:
        assert row["en"].strip() == row["en"] != "", row["key"]
        assert row["km"].strip() == row["km"] != "", row["key"]
        # "1 row" says its number in words.
        needless = {"n"} if row["key"].endswith(".one") else set()
        assert placeholders(row["en"]) | needless == placeholders(row["km"]) | needless, row["key"]


def test_the_khmer_is_khmer_and_the_english_is_not() -> None:
    # The name of the program is the same in both; the example of a Buddhist year stays Khmer in English.
    not_khmer = {row["key"] for row in ROWS if not KHMER.search(row["km"])}
    khmer_in_english = {row["key"] for row in ROWS if KHMER.search(row["en"])}
    assert (not_khmer, khmer_in_english) == ({"brand"}, {"hint.date_of_birth"})


def test_no_template_holds_words_of_its_own() -> None:
    for path in TEMPLATES:
        source = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        seen = re.sub(r"<[^>]*>", " ", source)
        assert re.findall(r"[^\W\d_]{2,}", seen) == [], path.name


def test_a_key_that_nobody_wrote_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(KeyError):
        texts("en")("no.such.key")


def test_an_unknown_language_is_an_error() -> None:
    with pytest.raises(KeyError):
        texts("fr")


def test_one_thing_is_said_otherwise_than_many() -> None:
    t = texts("en")
    assert t.count("check.checked", 1) == "1 row was checked."
    assert t.count("check.checked", 3) == "3 rows were checked."


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_come_with_the_data_are_chosen_by_the_language(language: str) -> None:
    assert Texts(language, {}).either("en", "km") == language
