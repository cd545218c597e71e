from __future__ import annotations

from datetime import date

import pytest

from matcher.dates.errors import DateError
from matcher.dates.interval import whole_years
from matcher.dates.year import Era, Year, said_before
from tests.matcher.dates.builders import ON, best, read, span


@pytest.mark.parametrize(
    "written", ["2015", "ឆ្នាំ២០១៥", "ឆ្នាំ ២០១៥", "គ.ស. ២០១៥", "2015 AD", "AD 2015", "year 2015", "born in 2015", "2015."]
)
def test_a_year_of_the_common_era_is_its_days(written: str) -> None:
    assert read(written) == ["2015-01-01 2015-12-31"]


@pytest.mark.parametrize(
    "written", ["ព.ស. ២៥៥៨", "ព.ស.២៥៥៨", "ពស ២៥៥៨", "ពុទ្ធសករាជ ២៥៥៨", "ឆ្នាំ២៥៥៨ ព.ស.", "ព.ស. 2558", "ឆ្នាំ ព.ស. ២៥៥៨"]
)
def test_a_cambodian_buddhist_year_runs_from_visak_to_visak_and_may_be_thai(written: str) -> None:
    assert read(written) == ["2014-05-14 2015-05-02", "2015-01-01 2015-12-31"]


@pytest.mark.parametrize("written", ["2558", "BE 2558", "2558 BE", "B.E. 2558", "ឆ្នាំ២៥៥៨", "២៥៥៨", "Buddhist Era 2558"])
def test_a_buddhist_year_from_an_unknown_source_is_both_at_once(written: str) -> None:
    assert read(written) == ["2014-05-14 2015-12-31"]


@pytest.mark.parametrize("written", ["พ.ศ. 2558", "พ.ศ. ๒๕๕๘"])
def test_a_thai_year_is_a_civil_year(written: str) -> None:
    assert read(written) == ["2015-01-01 2015-12-31"]


@pytest.mark.parametrize("written", ["ច.ស. ១៣៧៧", "ម.ស. ១៩៣៧"])
def test_the_old_eras_begin_their_years_on_lerng_sak(written: str) -> None:
    assert best(written) == "2015-04-16 2016-04-15"


@pytest.mark.parametrize(
    ("written", "readings"),
    [
        # Before Visak both ways of counting give the same year, after it the Thai one is a year later.
        ("15/4/2558", ["2015-04-15"]),
        ("15/8/2558", ["2014-08-15", "2015-08-15"]),
        ("ថ្ងៃទី១៥ ខែមេសា ព.ស.២៥៥៨", ["2015-04-15"]),
        ("ថ្ងៃទី១៥ ខែសីហា ព.ស.២៥៥៨", ["2014-08-15", "2015-08-15"]),
        # Visak of 2015 was on 2 May: the 2nd is still 2558, the 3rd is 2559.
        ("2/5/2558", ["2015-05-02", "2015-02-05"]),
        ("ថ្ងៃទី៣ ខែឧសភា ព.ស.២៥៥៩", ["2015-05-03", "2016-05-03"]),
        ("29/2/2559", ["2016-02-29"]),
        ("15 เมษายน 2558", ["2015-04-15"]),
    ],
)
def test_a_full_date_with_a_buddhist_year_is_a_day(written: str, readings: list[str]) -> None:
    assert read(written) == readings


def test_a_month_that_visak_cuts_comes_in_its_parts() -> None:
    assert read("ខែឧសភា ព.ស.២៥៥៨")[:2] == ["2014-05-14 2014-05-31", "2015-05-01 2015-05-02"]


def test_beside_the_lunar_calendar_a_buddhist_year_is_cambodian() -> None:
    assert Year(2558, 4, Era.CAMBODIAN).spans(ON, lunar=True) == (span("2014-05-14 2015-05-02"),)


@pytest.mark.parametrize(
    ("written", "on", "readings"),
    [
        ("15/4/15", date(2024, 6, 1), ["2015-04-15"]),
        ("15/4/24", date(2024, 6, 1), ["2024-04-15"]),
        ("15/7/24", date(2024, 6, 1), ["1924-07-15"]),
        ("15/4/75", date(2024, 6, 1), ["1975-04-15"]),
        ("15 Apr 99", date(2024, 6, 1), ["1999-04-15"]),
        ("Apr-15", date(2024, 6, 1), ["2015-04-01 2015-04-30"]),
        ("'15", date(2024, 6, 1), ["2015-01-01 2015-12-31"]),
        ("99-04-16", date(2024, 6, 1), ["1999-04-16"]),
    ],
)
def test_two_digits_are_the_last_such_year_before_the_day_of_reference(
    written: str, on: date, readings: list[str]
) -> None:
    assert read(written, on) == readings


def test_without_a_day_of_reference_two_digits_are_still_read() -> None:
    assert read("15/4/15", None) == ["2015-04-15"]
    assert read("15/4/75", None) == ["1975-04-15"]


@pytest.mark.parametrize(
    "written", ["1015", "2300", "3015", "0015-04-15", "1849-12-31", "ព.ស. ៣០០០", "BE 1200", "9999-01-01"]
)
def test_a_year_that_nobody_lives_in_is_refused(written: str) -> None:
    with pytest.raises(DateError, match=r"write (a year|one) from 1850 to 2150"):
        best(written)


def test_the_last_of_several_that_had_begun_is_meant() -> None:
    choices = [whole_years(2027, 2027), whole_years(1927, 1927)]
    assert said_before(choices, ON) == (whole_years(1927, 1927),)
    assert said_before(choices, date(2027, 1, 1)) == (whole_years(2027, 2027),)
    assert said_before([], ON) == ()
