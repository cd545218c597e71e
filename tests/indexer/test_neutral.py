from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.neutral import as_written, neutralised


@pytest.mark.parametrize("text", ["=1+1", "+855 12 345 678", "-", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "－5"])
def test_a_cell_that_a_spreadsheet_might_run_is_neutralised(text: str) -> None:
    assert neutralised(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Sokha", "សុខា", "012 345 678", "a=b", "'quoted'", " =1"])
def test_a_harmless_cell_stays_as_it_is(text: str) -> None:
    assert neutralised(text) == text
    assert as_written(text) == text


def test_an_apostrophe_typed_to_keep_a_telephone_number_is_taken_off() -> None:
    assert as_written("'+85512345678") == "+85512345678"


def test_an_apostrophe_that_belongs_to_a_name_stays() -> None:
    assert as_written("'Ali") == "'Ali"


@given(st.text() | st.from_regex(r"'*[=+\-@\t\r].*", fullmatch=True))
def test_what_was_neutralised_comes_back_as_it_was(text: str) -> None:
    assert as_written(neutralised(text)) == text


@given(st.text())
def test_nothing_that_goes_out_begins_with_the_sign_of_a_formula(text: str) -> None:
    assert not neutralised(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
