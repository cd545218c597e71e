from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.dates.interval import (
    Interval,
    add_days,
    add_months,
    days_of_month,
    distinct,
    joined,
    meets,
    one_day,
    whole_month,
    whole_years,
)
from tests.matcher.dates.builders import span

days = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))
ends = st.one_of(st.none(), days)
intervals = st.builds(
    lambda a, b: Interval(*sorted((a, b))) if a and b else Interval(a, b),
    ends,
    ends,
)


def test_a_day_is_known_from_a_longer_interval() -> None:
    assert one_day(date(2015, 4, 15)).is_day
    assert not whole_month(2015, 4).is_day
    assert not Interval(None, None).is_day


def test_both_ends_count() -> None:
    assert one_day(date(2015, 4, 15)).days == 1
    assert whole_month(2016, 2).days == 29
    assert whole_years(2015, 2016).days == 731


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        ("2015-01-01 2015-12-31", "2015-04-14 2016-04-13", "2015-04-14 2015-12-31"),
        ("2015-01-01 2015-12-31", ".. 2015-03-01", "2015-01-01 2015-03-01"),
        ("2015-01-01 ..", ".. 2015-03-01", "2015-01-01 2015-03-01"),
        ("2015-04-15", "2015-04-15", "2015-04-15"),
    ],
)
def test_the_common_days_of_two_intervals(one: str, other: str, common: str) -> None:
    assert span(one).meet(span(other)) == span(common)


def test_intervals_apart_have_nothing_in_common() -> None:
    assert span("2015-01-01 2015-12-31").meet(span("2016-01-01 2016-12-31")) is None


@given(intervals, intervals)
def test_meeting_does_not_depend_on_the_order(one: Interval, other: Interval) -> None:
    assert one.meet(other) == other.meet(one)


@given(intervals, intervals)
def test_the_hull_holds_both(one: Interval, other: Interval) -> None:
    hull = one.hull(other)
    assert hull.meet(one) == one
    assert hull.meet(other) == other


@given(days, st.integers(-1500, 1500))
def test_months_added_and_taken_away_end_in_the_same_month(day: date, months: int) -> None:
    back = add_months(add_months(day, months), -months)
    assert (back.year, back.month) == (day.year, day.month)
    assert back.day <= day.day


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2015, 1, 31), 1, date(2015, 2, 28)),
        (date(2016, 1, 31), 1, date(2016, 2, 29)),
        (date(2016, 2, 29), 12, date(2017, 2, 28)),
        (date(2015, 12, 15), 1, date(2016, 1, 15)),
        (date(2015, 1, 15), -1, date(2014, 12, 15)),
        (date(5, 1, 15), -120, date.min),
        (date(9999, 1, 15), 120, date.max),
    ],
)
def test_adding_months_keeps_the_day_where_the_month_has_it(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


def test_days_stop_at_the_ends_of_the_calendar() -> None:
    assert add_days(date.min, -1) == date.min
    assert add_days(date.max, 1) == date.max
    assert add_days(date(2015, 12, 31), 1) == date(2016, 1, 1)


@pytest.mark.parametrize(("year", "days_of_february"), [(1900, 28), (2000, 29), (2015, 28), (2016, 29), (2100, 28)])
def test_february_follows_the_leap_years(year: int, days_of_february: int) -> None:
    assert days_of_month(year, 2) == days_of_february


def test_touching_intervals_become_one_and_others_stay() -> None:
    touching = (whole_years(2014, 2014), whole_years(2013, 2013))
    apart = (whole_years(2010, 2010), whole_years(2014, 2014))
    open_ended = (Interval(None, date(2013, 1, 1)), whole_years(2013, 2013))
    assert joined(touching) == (whole_years(2013, 2014),)
    assert joined(apart) == apart
    assert joined(open_ended) == open_ended


def test_an_interval_inside_another_joins_it() -> None:
    assert joined((whole_years(2013, 2015), whole_years(2014, 2014))) == (whole_years(2013, 2015),)


def test_common_days_of_several_come_in_order_and_once() -> None:
    years = (whole_years(2015, 2015), whole_years(2014, 2014))
    assert meets(years, [span("2014-06-01 2015-05-31")]) == (
        span("2015-01-01 2015-05-31"),
        span("2014-06-01 2014-12-31"),
    )
    assert distinct([*years, *years]) == years
