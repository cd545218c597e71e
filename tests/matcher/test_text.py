from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.text import fold_digits, is_blank, split_list, tidy, tidy_unless_blank


@pytest.mark.parametrize("text", ["", "  ", "-", "n/a", "NaN", "[]", "មិនដឹង", "\u200b", "unknown"])
def test_what_people_write_for_nothing_is_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["Na", "Nan", "NA", "0", "សុខ"])
def test_short_names_and_zero_are_not_blank(text: str) -> None:
    assert not is_blank(text)


def test_khmer_digits_are_digits() -> None:
    assert fold_digits("ឆ្នាំ២០១៥") == "ឆ្នាំ2015"


def test_invisible_characters_are_no_part_of_a_text() -> None:
    assert tidy("\ufeffសុខ\u200b \u202e ដារ៉ា\x00 ") == "សុខ ដារ៉ា"


def test_a_list_keeps_the_order_and_leaves_blanks_out() -> None:
    assert split_list("b; a;;b;\n n/a; c") == ("b", "a", "c")


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(" \u00a0\u200b\t\x00\u0301e\u202e")))
def test_a_tidy_text_is_composed_and_has_single_spaces_and_nothing_invisible(text: str) -> None:
    tidied = tidy(text)
    assert tidied == unicodedata.normalize("NFC", tidied)
    assert tidied.split(" ") == tidied.split() or tidied == ""
    assert not re.search("[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad]", tidied)


@given(st.text(alphabet="ក១๒٣4a é", max_size=12))
def test_digits_are_folded_one_by_one_and_nothing_else(text: str) -> None:
    folded = "".join(str(unicodedata.digit(letter)) if letter.isdigit() else letter for letter in text)
    assert fold_digits(text) == folded


@pytest.mark.parametrize("text", ["", " - ", "NaN", "\u200bunknown\n", "Sok  Dara", " ចាន់\u200b ដារ៉ា", "NA", "n/a."])
def test_made_tidy_unless_blank_is_both_rules_in_one(text: str) -> None:
    assert tidy_unless_blank(text) == ("" if is_blank(text) else tidy(text))
