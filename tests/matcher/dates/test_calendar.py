from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.dates.calendar import (
    LunarDate,
    LunarMonth,
    buddhist_year,
    days_of_buddhist_year,
    from_lunar,
    lunar_day,
    lunar_month,
    to_lunar,
    visak,
)
from matcher.dates.errors import DateError

# Facts of domain/dates.md 5.4: Visak and the Buddhist year after it, Meak Bochea, Pchum Ben, full moon of the Water Festival.
FEASTS = {
    1990: ("05-09", 2534, "02-10", "09-19", "11-02"),
    1994: ("05-24", 2538, "02-25", "10-05", "11-18"),
    1999: ("04-29", 2543, "01-31", "10-09", "11-22"),
    2001: ("05-07", 2545, "02-08", "09-17", "10-31"),
    2004: ("05-03", 2548, "02-05", "10-13", "11-26"),
    2009: ("05-08", 2553, "02-09", "09-19", "11-02"),
    2012: ("05-05", 2556, "02-07", "10-15", "11-28"),
    2013: ("05-24", 2557, "02-25", "10-04", "11-17"),
    2014: ("05-13", 2558, "02-14", "09-23", "11-06"),
    2015: ("05-02", 2559, "02-03", "10-12", "11-25"),
    2016: ("05-20", 2560, "02-22", "10-01", "11-14"),
    2018: ("04-29", 2562, "01-31", "10-09", "11-22"),
    2021: ("04-26", 2565, "01-28", "10-06", "11-19"),
    2023: ("05-04", 2567, "02-05", "10-14", "11-27"),
    2024: ("05-22", 2568, "02-24", "10-02", "11-15"),
    2027: ("05-20", 2571, "02-21", "09-30", "11-13"),
    2030: ("05-16", 2574, "02-17", "09-27", "11-10"),
}
GOAT, SAPTASAK = 7, 7
years = st.integers(1850, 2150)
days = st.dates(min_value=date(1850, 1, 1), max_value=date(2150, 12, 31))


@pytest.mark.parametrize(("year", "facts"), list(FEASTS.items()))
def test_the_feasts_fall_on_the_published_days(year: int, facts: tuple[str, int, str, str, str]) -> None:
    found = (
        visak(year),
        lunar_day(15, LunarMonth.MEAK, year, waning=False),
        lunar_day(15, LunarMonth.PHOTROBOT, year, waning=True),
        lunar_day(15, LunarMonth.KADEUK, year, waning=False),
    )
    assert found == tuple(date.fromisoformat(f"{year}-{day}") for day in (facts[0], *facts[2:]))


@pytest.mark.parametrize(("year", "facts"), list(FEASTS.items()))
def test_the_buddhist_year_changes_on_the_day_after_visak(year: int, facts: tuple[str, int, str, str, str]) -> None:
    day = visak(year)
    assert buddhist_year(day) == facts[1] - 1
    assert buddhist_year(day + timedelta(1)) == facts[1]


def test_a_buddhist_year_runs_from_visak_to_visak() -> None:
    year = days_of_buddhist_year(2558)
    assert (year.earliest, year.latest) == (date(2014, 5, 14), date(2015, 5, 2))


@pytest.mark.parametrize(
    ("moment", "lunar"),
    [
        # Two of the vectors of momentkh, and days around the New Year of 2015 (14 April, 14:02).
        (datetime(1900, 4, 8, 4, 54), LunarDate(9, False, LunarMonth.CHET, 11, 1, 2443)),  # noqa: DTZ001  # Phnom Penh time
        (datetime(2200, 10, 8, 18, 59), LunarDate(15, True, LunarMonth.PHOTROBOT, 0, 2, 2744)),  # noqa: DTZ001
        (date(2015, 4, 13), LunarDate(10, True, LunarMonth.CHET, 6, 6, 2558)),
        (date(2015, 4, 15), LunarDate(12, True, LunarMonth.CHET, GOAT, 6, 2558)),
        (date(2015, 4, 16), LunarDate(13, True, LunarMonth.CHET, GOAT, SAPTASAK, 2558)),
        (date(2015, 5, 2), LunarDate(15, False, LunarMonth.PISAKH, GOAT, SAPTASAK, 2558)),
        (date(2015, 5, 3), LunarDate(1, True, LunarMonth.PISAKH, GOAT, SAPTASAK, 2559)),
    ],
)
def test_a_civil_day_has_its_lunar_date(moment: date, lunar: LunarDate) -> None:
    assert to_lunar(moment) == lunar


@given(days)
def test_a_day_goes_to_the_lunar_calendar_and_back(day: date) -> None:
    lunar = to_lunar(day)
    assert from_lunar(lunar.day, lunar.month, lunar.buddhist_year, waning=lunar.waning) == day


@given(days)
def test_the_next_day_is_the_next_lunar_day(day: date) -> None:
    today, tomorrow = to_lunar(day), to_lunar(day + timedelta(1))
    if (today.month, today.waning) == (tomorrow.month, tomorrow.waning):
        assert tomorrow.day == today.day + 1
    else:
        assert tomorrow.day == 1
        assert today.day == 15 or (today.day == 14 and today.waning)


@given(years)
def test_the_months_of_a_year_follow_each_other_without_a_gap(year: int) -> None:
    spans = [span for month in LunarMonth if (span := lunar_month(month, year))]
    spans.sort(key=lambda span: span.earliest or date.min)
    for one, following in pairwise(spans):
        assert one.latest is not None
        assert following.earliest == one.latest + timedelta(1)
    assert sum(span.days for span in spans) in (354, 355, 384)


@given(years)
def test_a_year_has_one_asadh_or_two(year: int) -> None:
    has = {month for month in LunarMonth if lunar_month(month, year)}
    asadh, both = {LunarMonth.ASADH}, {LunarMonth.FIRST_ASADH, LunarMonth.SECOND_ASADH}
    assert has & (asadh | both) in (asadh, both)


@given(years)
def test_a_year_with_two_asadhs_has_no_leap_day(year: int) -> None:
    jesth = lunar_month(LunarMonth.JESTH, year)
    assert jesth is not None
    assert jesth.days == 29 or lunar_month(LunarMonth.ASADH, year) is not None


def test_2015_had_two_asadhs_and_2014_one() -> None:
    assert lunar_month(LunarMonth.SECOND_ASADH, 2015) is not None
    assert lunar_month(LunarMonth.SECOND_ASADH, 2014) is None
    assert lunar_month(LunarMonth.ASADH, 2014) is not None


@pytest.mark.parametrize(
    ("day", "month", "waning"),
    [
        (15, LunarMonth.CHET, True),
        (16, LunarMonth.PISAKH, False),
        (0, LunarMonth.PISAKH, False),
        (16, LunarMonth.BOS, True),
    ],
)
def test_a_day_that_a_month_has_not_is_none(day: int, month: LunarMonth, waning: bool) -> None:
    assert lunar_day(day, month, 2015, waning=waning) is None
    with pytest.raises(DateError, match="no such lunar day"):
        from_lunar(day, month, 2558, waning=waning)


@pytest.mark.parametrize("day", [date(1799, 12, 31), date(2301, 1, 1), date.min, date.max])
def test_days_outside_the_reckoning_are_refused(day: date) -> None:
    with pytest.raises(DateError, match="1800 to 2300"):
        to_lunar(day)
