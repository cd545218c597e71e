from __future__ import annotations

from pathlib import Path

import pytest

import api.pages
from api.pages.messages import message, pattern
from api.pages.texts import rows
from tests.api.pages.said import messages_in, texts_in

ROOT = Path(api.pages.__file__).parents[2]
ROWS = rows("messages.csv")
# What a person can meet on a page in the course of ordinary work, and must be able to read in Khmer.
MET = (
    "api/pages/fields.py",
    "api/routes/pages/check.py",
    "api/routes/pages/intake.py",
    "api/routes/pages/matches.py",
    "indexer/reviewing.py",
    "indexer/store/decisions.py",
    "indexer/readers/rows.py",
    "indexer/readers/dates.py",
    "indexer/readers/opening.py",
    "indexer/readers/encodings.py",
    "indexer/readers/csv_table.py",
    "indexer/readers/xlsx_parts.py",
    "matcher/record.py",
)
# Where a file cannot be opened at all, which does not happen to one that was uploaded, or only values are put together.
_OTHERS = ("no such file", "is a folder", "cannot be read", "{}", "--source")


def test_what_a_person_meets_in_ordinary_work_is_told_in_khmer() -> None:
    # A message about a file begins with the file's name, which the page leaves out.
    said = {text.removeprefix("{}: ") for path in MET for text in messages_in(ROOT / path)}
    assert len(said) > 40
    ours = sorted(text for text in said if not text.startswith(_OTHERS))
    assert [text for text in ours if message(text, "km").language != "km"] == []


def test_no_translation_is_kept_of_what_nobody_says_any_more() -> None:
    modules = [path for room in ("matcher", "indexer", "api") for path in (ROOT / room).rglob("*.py")]
    said = {text.removeprefix("{}: ") for path in modules for text in texts_in(path)}
    known = [(row["message"], pattern(row["message"])) for row in ROWS]
    assert [begins for begins, beginning in known if not any(map(beginning.fullmatch, said))] == []


def test_every_row_has_its_khmer_with_the_same_values() -> None:
    for row in ROWS:
        assert any("\u1780" <= letter <= "\u17ff" for letter in row["km"]), row["message"]
        assert row["km"].count("{}") <= row["message"].count("{}"), row["message"]
        assert row["en"].count("{}") <= row["message"].count("{}"), row["message"]


def test_a_message_is_known_by_its_beginning_whatever_advice_follows() -> None:
    for advice in ("", "; write `female`", ": write it", " (say so)", ", as `x`"):
        assert message(f"unknown sex{advice}", "km").language == "km"
    assert message("unknown sexes", "km").language == "en"


def test_values_are_carried_over() -> None:
    assert "4000" in message("the reason is longer than 4000 characters; shorten it", "km").text


def test_what_nobody_has_translated_is_shown_in_english_and_marked_so() -> None:
    told = message("the moon is in the way; wait for it to pass", "km")
    assert (told.text, told.language) == ("The moon is in the way; wait for it to pass.", "en")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("no such file", "No such file."),
        ("ELIJAH_HOME is missing", "ELIJAH_HOME is missing."),
        ("record_id is missing", "record_id is missing."),
        ("is it there?", "Is it there?"),
        ("", ""),
    ],
)
def test_english_messages_become_sentences(said: str, shown: str) -> None:
    assert message(said, "en").text == shown


def test_a_page_may_word_it_more_plainly_than_a_program() -> None:
    held = "this match is held: a senior reviewer must decide (say so with `senior`)"
    assert "senior`" not in message(held, "en").text


def test_braces_in_what_a_person_wrote_do_no_harm() -> None:
    assert message("no record {0}/{x}; gone", "km").text.startswith("មិនមានកំណត់ត្រា {0}/{x}")
