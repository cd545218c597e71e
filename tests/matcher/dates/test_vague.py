from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.dates.interval import Interval
from matcher.dates.vague import about, after, before, part
from tests.matcher.dates.builders import span
from tests.matcher.dates.test_interval import days, intervals


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2015-04-16", "2015-04-01 2015-05-01"),
        ("2014-09-22 2014-09-24", "2014-09-07 2014-10-09"),
        ("2015-02-01 2015-02-28", "2015-01-01 2015-03-31"),
        ("2015-01-01 2015-12-31", "2014-01-01 2016-12-31"),
        ("2010-01-01 2019-12-31", "2009-01-01 2020-12-31"),
        ("2014-05-14 2015-05-02", "2013-05-14 2016-05-02"),
        (".. 2015-12-31", ".. 2016-12-31"),
    ],
)
def test_about_reaches_half_a_month_a_month_or_a_year(said: str, meant: str) -> None:
    assert about(span(said)) == span(meant)


@given(intervals)
def test_about_never_loses_a_day(interval: Interval) -> None:
    assert about(interval).meet(interval) == interval


def test_before_and_after_leave_the_time_itself_out() -> None:
    year = span("2015-01-01 2015-12-31")
    assert before(year) == span(".. 2014-12-31")
    assert after(year) == span("2016-01-01 ..")


@pytest.mark.parametrize(
    ("whole", "early", "mid", "late"),
    [
        ("2015-01-01 2015-12-31", "2015-01-01 2015-04-30", "2015-05-01 2015-08-31", "2015-09-01 2015-12-31"),
        ("2015-02-01 2015-02-28", "2015-02-01 2015-02-10", "2015-02-11 2015-02-20", "2015-02-21 2015-02-28"),
        ("1990-01-01 1999-12-31", "1990-01-01 1993-04-30", "1993-05-01 1996-08-31", "1996-09-01 1999-12-31"),
        ("2014-05-01 2014-10-31", "2014-05-01 2014-06-30", "2014-07-01 2014-08-30", "2014-08-31 2014-10-31"),
    ],
)
def test_early_mid_and_late_are_thirds(whole: str, early: str, mid: str, late: str) -> None:
    assert [part(span(whole), name) for name in ("early", "mid", "late")] == [span(early), span(mid), span(late)]


@given(days, st.integers(2, 4000))
def test_the_thirds_make_up_the_whole(first: date, length: int) -> None:
    whole = Interval(first, first + timedelta(length))
    thirds = [part(whole, name) for name in ("early", "mid", "late")]
    assert sum(third.days for third in thirds) == whole.days
    assert thirds[0].hull(thirds[2]) == whole


def test_a_day_has_no_early_part_and_an_open_time_neither() -> None:
    assert part(span("2015-04-15"), "early") == span("2015-04-15")
    assert part(span(".. 2015-04-15"), "late") == span(".. 2015-04-15")
