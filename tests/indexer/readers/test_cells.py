from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.readers.cells import MENDERS, day, phones, whole
from matcher.comparisons.numbers import phone_numbers
from matcher.record import COLUMNS


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("12345678", "012345678"), ("12345678.0", "012345678"), ("972345678", "0972345678"), ("85512345678", "+85512345678"),
        ("8.5512345678E+10", "+85512345678"), ("8,5512345678E+10", "+85512345678"), ("1.2345678e7", "012345678"),
        ("១២៣៤៥៦៧៨", "012345678"), ("012345678", "012345678"),
    ],
)  # fmt: skip
def test_a_telephone_number_that_a_spreadsheet_made_a_number_is_put_right(cell: str, number: str) -> None:
    assert phones(cell) == number


@pytest.mark.parametrize("cell", ["012 345 678", "+855 12 345 678", "012345678 / 098765432", "ask the aunt", "023-5"])
def test_a_telephone_number_as_people_write_it_stays(cell: str) -> None:
    assert phones(cell) == cell


@pytest.mark.parametrize("cell", ["8.55E+10", "8.5512E+10", "8E+10"])
def test_a_number_whose_digits_are_gone_is_left_out_and_not_filled_with_zeros(cell: str) -> None:
    assert phones(cell) == ""


def test_each_number_of_a_list_is_put_right() -> None:
    assert phones("12345678; 85598765432.0\n012 111 222") == "012345678;+85598765432\n012 111 222"


@given(st.text(alphabet="0123456789.E+ ;/", max_size=24))
def test_putting_right_twice_changes_nothing_more(cell: str) -> None:
    assert phones(phones(cell)) == phones(cell)


@given(st.integers(10_000_000, 99_999_999))
def test_every_form_a_spreadsheet_gives_is_the_same_number(subscriber: int) -> None:
    forms = [f"0{subscriber}", str(subscriber), f"{subscriber}.0", f"855{subscriber}", f"+855 {subscriber}"]
    forms.append(f"{str(subscriber)[0]}.{str(subscriber)[1:]}E+07")
    assert len({phone_numbers([phones(form)]) for form in forms}) == 1


@pytest.mark.parametrize(
    ("cell", "mended"), [("17.0", "17"), ("-3.00", "-3"), ("17.5", "17.5"), ("v1.0", "v1.0"), ("0", "0")]
)
def test_a_whole_number_loses_the_point_that_a_program_gave_it(cell: str, mended: str) -> None:
    assert whole(cell) == mended


@pytest.mark.parametrize(
    ("cell", "mended"),
    [
        ("42109", "2015-04-15"), ("42109.0", "2015-04-15"), ("42109.75", "2015-04-15"), ("2015.0", "2015"), ("2015", "2015"),
        ("2015-04-15 00:00:00", "2015-04-15"), ("2015-04-15T10:30:00+07:00", "2015-04-15"), ("15/4/2015", "15/4/2015"),
        ("12345", "12345"), ("ឆ្នាំមមែ", "ឆ្នាំមមែ"),
    ],
)  # fmt: skip
def test_a_day_as_a_spreadsheet_counts_it_is_a_date(cell: str, mended: str) -> None:
    assert day(cell) == mended


@given(st.dates(date(1980, 1, 1), date(2040, 12, 31)))
def test_every_day_of_our_time_comes_back_from_its_number(when: date) -> None:
    assert day(str((when - date(1899, 12, 30)).days)) == when.isoformat()


def test_names_and_free_text_are_never_mended() -> None:
    assert set(MENDERS) <= set(COLUMNS)
    assert {"full_name", "local_name", "description", "clothing", "marks", "nickname"}.isdisjoint(MENDERS)
