from __future__ import annotations

import pytest

from matcher.dates import Said, read_date
from matcher.dates.reading import DateReading, is_heaped, whole
from tests.matcher.dates.builders import ON, span


@pytest.mark.parametrize("day", ["2015-01-01", "2015-12-31", "2015-04-15"])
def test_days_that_people_guess_are_heaped(day: str) -> None:
    assert is_heaped(span(day))


@pytest.mark.parametrize(
    "day",
    [
        "2015-01-02", "2015-12-30", "2015-04-16", "2015-05-04", "2015-05-05", "2015-08-08", "2015-01-01 2015-01-31",
        ".. 2015-01-01",
    ],
)  # fmt: skip
def test_other_days_and_longer_times_are_not(day: str) -> None:
    assert not is_heaped(span(day))


@pytest.mark.parametrize(
    ("written", "heaped"),
    [
        ("2015-01-01", True),
        ("1/1/2015", True),
        ("ថ្ងៃទី១ ខែមករា ឆ្នាំ២០១៥", True),
        ("2015-04-15", True),
        ("2015-04-16", False),
        ("2015-01", False),
        ("2015", False),
        ("about 1/1/2015", False),
        ("before 1/1/2015", False),
        ("1 January 2558", True),
        # Reckoned, not written: 15 keut is the full moon, not a guess.
        ("១៥កើត ខែពិសាខ ២០១២", False),
        ("Visak Bochea 2012", False),
    ],
)
def test_only_a_written_day_is_heaped(written: str, heaped: bool) -> None:
    assert read_date(written, on=ON).heaped is heaped


def test_the_text_is_kept_as_it_was() -> None:
    assert read_date(" ឆ្នាំ២០១៥ ", on=ON).text == " ឆ្នាំ២០១៥ "
    assert read_date("2015-04-16", on=None).text == "2015-04-16"


def test_readings_are_equally_likely_where_nothing_else_is_known() -> None:
    reading = read_date("4/5/2015", on=ON)
    assert reading.density == ((span("2015-05-04"), 1.0), (span("2015-04-05"), 1.0))
    assert reading.best == span("2015-05-04")


def test_several_readings_give_their_intervals_once() -> None:
    one = DateReading("", (span("2015-05-04"), span("2015-04-05")), Said.DAY)
    other = DateReading("", (span("2015-04-05"),), Said.DAY)
    assert whole((one, other)) == (span("2015-05-04"), span("2015-04-05"))
