from __future__ import annotations

import pytest

from matcher.dates import DateError, Said, read_date
from tests.matcher.dates.builders import ON, best, read


@pytest.mark.parametrize(
    "written",
    [
        "2015-04-16", "2015/04/16", "2015.04.16", "2015 04 16", "2015-4-16", "16/4/2015", "16-04-2015", "16.4.2015", "16 4 2015",
        "16 / 4 / 2015", "១៦/០៤/២០១៥", "១៦-៤-២០១៥", "๑๖/๔/๒๕๕๘", "20150416", "16042015", "160415", "42110", "42110.0", "42110.75",
        "2015-04-16T00:00:00Z", "2015-04-16T00:00:00.000Z", "2015-04-16 00:00:00", "2015-04-16T08:30:00+07:00",
        "16/04/2015 00:00",
        "16/4/2015 12:00:00 AM", "20150416T083000", "20150416083000", " 2015-04-16 ", "2015\u200b-04-16", "２０１５-04-16",
    ],
)  # fmt: skip
def test_digits_in_any_order_and_with_any_separator_are_a_day(written: str) -> None:
    assert read(written) == ["2015-04-16"]


@pytest.mark.parametrize(
    ("written", "readings"),
    [
        ("4/5/2015", ["2015-05-04", "2015-04-05"]),
        ("04/05/2015", ["2015-05-04", "2015-04-05"]),
        ("5/5/2015", ["2015-05-05"]),
        ("13/5/2015", ["2015-05-13"]),
        ("5/13/2015", ["2015-05-13"]),
        ("12/31/2011", ["2011-12-31"]),
        ("2015-04-05", ["2015-04-05"]),
        ("4/5/15", ["2015-05-04", "2015-04-05"]),
    ],
)
def test_the_day_comes_first_and_the_month_where_it_may_or_must(written: str, readings: list[str]) -> None:
    assert read(written) == readings


@pytest.mark.parametrize(
    "written",
    ["2015-04", "2015/4", "04/2015", "4-2015", "201504", "xx/04/2015", "00/04/2015", "2015-04-00", "?/4/2015"],
)
def test_a_month_is_read_with_its_day_unknown(written: str) -> None:
    reading = read_date(written, on=ON)
    assert reading.said is Said.MONTH
    assert best(written) == "2015-04-01 2015-04-30"


@pytest.mark.parametrize("written", ["00/00/2015", "2015-00-00", "XX/XX/2015", "??/??/2015", "__/__/2015", "2015.0"])
def test_zeros_and_crosses_leave_the_year(written: str) -> None:
    assert read(written) == ["2015-01-01 2015-12-31"]


@pytest.mark.parametrize(
    ("written", "reading"),
    [
        ("2013-2015", "2013-01-01 2015-12-31"),
        ("2013 – 2015", "2013-01-01 2015-12-31"),
        ("2014-15", "2014-01-01 2015-12-31"),
        ("2015/16", "2015-01-01 2016-12-31"),
        ("2556-2558", "2012-05-06 2015-12-31"),
    ],
)
def test_two_years_are_a_span(written: str, reading: str) -> None:
    assert read(written) == [reading]


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("2015-02-30", "February has no more than 29 days, not 30"),
        ("2015-02-29", "February 2015 has 28 days, not 29"),
        ("29/2/2015", "February 2015 has 28 days, not 29"),
        ("29/2/2558", "February 2015 has 28 days, not 29"),
        ("31/4/2015", "April has no more than 30 days, not 31"),
        ("30/2/2014", "February has no more than 29 days, not 30"),
        ("32/1/2015", "January has no more than 31 days, not 32"),
        ("4/31/2015", "April has no more than 30 days, not 31"),
        ("13/13/2015", "no month 13"),
        ("2015-13-40", "no month 13"),
        ("2015-13-01", "no month 13"),
        ("2015-13", "no month 13"),
        ("20151340", "no month 13"),
        ("15/0/2015", "without its month"),
        ("15/xx/2015", "without its month"),
        ("0/15/2015", "without its month"),
        ("2015-04-15T25:00:00Z", "time of day"),
        ("2015-04-15 12:61", "time of day"),
        ("2015-2013", "ends before it begins"),
        ("15/4/xx", "without its year"),
        ("0000-00-00", "year 0"),
    ],
)
def test_what_does_not_exist_is_an_error_that_says_why(written: str, why: str) -> None:
    with pytest.raises(DateError, match=why):
        best(written)


@pytest.mark.parametrize("written", ["7", "15", "100", "0"])
def test_a_small_number_alone_is_no_date(written: str) -> None:
    with pytest.raises(DateError, match="a number alone"):
        best(written)


@pytest.mark.parametrize(
    "written",
    ["1234567", "999999999", "12345678901234567890", "99999", "1/1/1", "1/1/201", "12/34/56/78", "-", "2015-04-1x5"],
)
def test_other_numbers_are_no_dates(written: str) -> None:
    with pytest.raises(DateError):
        best(written)


def test_midnight_in_phnom_penh_written_in_utc_is_the_next_day() -> None:
    assert read("2015-04-15T17:00:00.000Z") == ["2015-04-16"]
    assert read("2015-04-15T17:00:01Z") == ["2015-04-15"]
    assert read("2015-04-15T17:00:00") == ["2015-04-15"]
