"""The Khmer lunar calendar, both ways: civil day -> lunar day, month, animal, sak and Buddhist year, and back.

A lunar year is named here by the civil year in which its Visak lies: it runs from 1 keut Migasir (November or December of the
year before) to the last day of Kadeuk. Months have 29 and 30 days in turn; a leap year has either a 30th day in Jesth or a second
Asadh. Rules of the almanac (domain/dates.md 5.6), in whole numbers.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import IntEnum
from functools import cache

from matcher.dates.errors import DateError
from matcher.dates.interval import Interval, add_days
from matcher.dates.solar_year import FIRST_YEAR, LAST_YEAR, animal_at, check_year, sak_on


class LunarMonth(IntEnum):
    """The months in their order; Asadh of a leap year is two months of their own."""

    MIGASIR = 1
    BOS = 2
    MEAK = 3
    PHALKUN = 4
    CHET = 5
    PISAKH = 6
    JESTH = 7
    ASADH = 8
    SRAP = 9
    PHOTROBOT = 10
    ASSOCH = 11
    KADEUK = 12
    FIRST_ASADH = 13
    SECOND_ASADH = 14


@dataclass(frozen=True, slots=True)
class LunarDate:
    """A day of the Khmer calendar: `day` 1 to 15 of the waxing (keut) or waning (roach) half, animal 0 to 11, sak 0 to 9."""

    day: int
    waning: bool
    month: LunarMonth
    animal: int
    sak: int
    buddhist_year: int


HALF_MONTH = 15
# 1 January 1900 was 1 keut Bos: the lunar year 1900 began a month of 29 days before.
_EPOCH_YEAR, _EPOCH = 1900, date(1900, 1, 1).toordinal() - 29
_BEFORE_VISAK, _AFTER_VISAK = 543, 544
# Avoman and bodithey count in 692nds of a day; a leap month follows from bodithey, a leap day from avoman.
_PARTS = 692


def to_lunar(moment: date | datetime) -> LunarDate:
    """The Khmer date of a moment; a day without a time is taken at its noon, which matters on New Year's Day only.

    Raises `DateError` outside 1800 to 2300.
    """
    at = moment if isinstance(moment, datetime) else datetime.combine(moment, time(12))
    today = at.date()
    check_year(today.year)
    starts = _year_starts()
    index = bisect_right(starts, today.toordinal()) - 1
    month, number = _month_and_day(FIRST_YEAR + index, today.toordinal() - starts[index])
    day, waning = (number - HALF_MONTH, True) if number > HALF_MONTH else (number, False)
    return LunarDate(day, waning, month, animal_at(at), sak_on(today), buddhist_year(today))


def from_lunar(day: int, month: LunarMonth, buddhist_year: int, *, waning: bool) -> date:
    """The civil day of a lunar day in a Cambodian Buddhist year.

    Raises `DateError` where that year has no such month or the month no such day.
    """
    after_visak = (month in _AFTER_PISAKH) or (month is LunarMonth.PISAKH and waning)
    year = buddhist_year - (_AFTER_VISAK if after_visak else _BEFORE_VISAK)
    found = lunar_day(day, month, year, waning=waning)
    if found is None:
        raise DateError("no such lunar day: that Buddhist year has no such month, or the month no such day")
    return found


def lunar_day(day: int, month: LunarMonth, year: int, *, waning: bool) -> date | None:
    """The civil day of a lunar day in the lunar year whose Visak lies in `year`; None where there is no such day.

    Raises `DateError` outside 1800 to 2300.
    """
    span = lunar_month(month, year)
    number = day + HALF_MONTH * waning
    if span is None or span.earliest is None or not 1 <= day <= HALF_MONTH or number > span.days:
        return None
    return add_days(span.earliest, number - 1)


def lunar_month(month: LunarMonth, year: int) -> Interval | None:
    """The civil days of a month of the lunar year whose Visak lies in `year`; None where that year has no such month.

    Asadh of a leap year is to be asked for as first or second Asadh. Raises `DateError` outside 1800 to 2300.
    """
    check_year(year)
    first = date.fromordinal(_year_starts()[year - FIRST_YEAR])
    for one, length in _months(year):
        if one is month:
            return Interval(first, add_days(first, length - 1))
        first = add_days(first, length)
    return None


def visak(year: int) -> date:
    """Visak Bochea, the full moon of Pisakh; the Buddhist year changes on the day after it. Raises `DateError`."""
    found = lunar_day(HALF_MONTH, LunarMonth.PISAKH, year, waning=False)
    assert found is not None  # noqa: S101  # every year has a Pisakh of 30 days
    return found


def buddhist_year(day: date) -> int:
    """The Cambodian Buddhist year of a civil day. Raises `DateError`."""
    return day.year + (_AFTER_VISAK if day > visak(day.year) else _BEFORE_VISAK)


def days_of_buddhist_year(buddhist_year: int) -> Interval:
    """The civil days of a Cambodian Buddhist year, from the day after one Visak to the next. Raises `DateError`."""
    year = buddhist_year - _AFTER_VISAK
    return Interval(add_days(visak(year), 1), visak(year + 1))


_AFTER_PISAKH = frozenset(LunarMonth) - {month for month in LunarMonth if month <= LunarMonth.PISAKH}


def _month_and_day(year: int, day: int) -> tuple[LunarMonth, int]:
    """The month that the day with this number (from 0) of a lunar year lies in, and its number there (from 1)."""
    for month, length in _months(year):
        if day < length:
            return month, day + 1
        day -= length
    raise AssertionError("a day beyond its lunar year")


@cache
def _months(year: int) -> tuple[tuple[LunarMonth, int], ...]:
    return tuple(_each_month(year))


def _each_month(year: int) -> Iterator[tuple[LunarMonth, int]]:
    leap_month, leap_day = _leap(year + _AFTER_VISAK)
    for month in list(LunarMonth)[:12]:
        if month is LunarMonth.ASADH and leap_month:
            yield LunarMonth.FIRST_ASADH, 30
            yield LunarMonth.SECOND_ASADH, 30
        else:
            yield month, 30 if month % 2 == 0 or (month is LunarMonth.JESTH and leap_day) else 29


@cache
def _year_starts() -> tuple[int, ...]:
    """The day numbers on which the lunar years begin, from FIRST_YEAR to the one after LAST_YEAR."""
    lengths = [sum(length for _, length in _months(year)) for year in range(FIRST_YEAR, LAST_YEAR + 1)]
    start = _EPOCH - sum(lengths[: _EPOCH_YEAR - FIRST_YEAR])
    starts = [start]
    for length in lengths:
        starts.append(starts[-1] + length)
    return tuple(starts)


def _leap(buddhist_year: int) -> tuple[bool, bool]:
    """Whether the year has a second Asadh, and whether it has a 30th day in Jesth; never both."""
    if _has_leap_month(buddhist_year):
        return True, False
    if _earns_leap_day(buddhist_year):
        return False, True
    # A leap day that falls together with a leap month is put off to the next year that has none.
    before = buddhist_year - 1
    while _has_leap_month(before):
        if _earns_leap_day(before):
            return False, True
        before -= 1
    return False, False


def _has_leap_month(buddhist_year: int) -> bool:
    bodithey, following = _bodithey(buddhist_year), _bodithey(buddhist_year + 1)
    if (bodithey, following) == (25, 5):
        return False
    return (bodithey, following) == (24, 6) or bodithey >= 25 or bodithey < 6


def _earns_leap_day(buddhist_year: int) -> bool:
    avoman = _avoman(buddhist_year)
    if avoman == 0 and _avoman(buddhist_year - 1) == 137:
        return True
    if _is_solar_leap(buddhist_year):
        return avoman < 127
    return avoman < 138 and not (avoman == 137 and _avoman(buddhist_year + 1) == 0)


def _parts(buddhist_year: int) -> int:
    return buddhist_year * 292_207 + 499


def _aharkun(buddhist_year: int) -> int:
    return _parts(buddhist_year) // 800 + 4


def _avoman(buddhist_year: int) -> int:
    return (11 * _aharkun(buddhist_year) + 25) % _PARTS


def _bodithey(buddhist_year: int) -> int:
    aharkun = _aharkun(buddhist_year)
    return ((11 * aharkun + 25) // _PARTS + aharkun + 29) % 30


def _is_solar_leap(buddhist_year: int) -> bool:
    return 800 - _parts(buddhist_year) % 800 <= 207
