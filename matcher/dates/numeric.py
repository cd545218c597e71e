"""Texts of digits only: D/M/Y, Y-M-D, months, years, time stamps, and the day numbers of spreadsheets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from matcher.dates.civil import check_parts, civil_span, exists, no_such_day
from matcher.dates.errors import DateError, unreadable
from matcher.dates.interval import Interval, add_days, distinct, one_day
from matcher.dates.reading import DateReading, Said, is_heaped
from matcher.dates.recurring import every_civil, in_spans
from matcher.dates.year import FIRST_CIVIL, LAST_CIVIL, Year, said_before

_UNKNOWN = r"[x?*]{1,2}|--"
_PART = rf"\d{{1,2}}|{_UNKNOWN}"
_TIME = (
    r"(?:\s?t?\s?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?\s?(?:[ap]m)?"
    r"\s?(?P<zone>z|[+-]\d{2}:?\d{2})?)?"
)
_TRIPLE = re.compile(
    rf"(?P<a>\d{{4}}|{_PART})(?P<sep>\s?[-/.,]\s?|\s)(?P<b>{_PART})(?:\s?[-/.,]\s?|\s)(?P<c>\d{{4}}|{_PART}){_TIME}"
)
_PAIR = re.compile(rf"(\d{{4}}|{_PART})(?:\s?[-/.]\s?|(?<=\d)\s(?=\d))(\d{{4}}|{_PART})")
_DIGITS = re.compile(r"(\d+)(?:[.,]0+)?|(?P<stamp>\d{8})t\d{4,6}z?")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
# Day 0 of the serial numbers of spreadsheets, and the numbers that are taken for one: the years 1954 to 2064.
_DAY_ZERO, _FIRST_SERIAL, _LAST_SERIAL = date(1899, 12, 30), 20_000, 60_000
_LONGEST_MONTH = 31
# Seasons and quarters in the place of a month (edtf.py).
_EDTF_CODES = range(21, 42)


def read_numeric(folded: str, on: date | None) -> DateReading | None:
    """The reading of a folded text that has nothing but digits and separators; None for other texts. Raises `DateError`."""
    if not (folded[:1].isdigit() or folded[:1] in "x?*-"):
        return None
    if match := _TRIPLE.fullmatch(folded):
        return day_reading(_next_day_in_utc(match, read_parts((match["a"], match["b"], match["c"]), on)))
    if match := _PAIR.fullmatch(folded):
        return _pair(match[1], match[2], on)
    if (match := _SERIAL.fullmatch(folded)) and _FIRST_SERIAL <= int(match[1]) <= _LAST_SERIAL:
        return day_reading((one_day(_DAY_ZERO + timedelta(int(match[1]))),))
    if match := _DIGITS.fullmatch(folded):
        return _run(match["stamp"] or match[1], on)
    return None


def day_reading(intervals: tuple[Interval, ...]) -> DateReading:
    """The reading of days, months or years that were written out."""
    return DateReading("", intervals, said_of(intervals[0]), heaped=is_heaped(intervals[0]))


def said_of(interval: Interval) -> Said:
    """What an interval of a written date is: a day, a month, a year or something longer."""
    for said, days in ((Said.DAY, 1), (Said.MONTH, 31), (Said.YEAR, 385)):
        if interval.days <= days:
            return said
    return Said.SPAN


def read_parts(parts: Sequence[str], on: date | None) -> tuple[Interval, ...]:
    """The days that two or three parts of a written date may mean, best first: year first or last, else day before month.

    A part of zeros, `x` or `?` is not known. Raises `DateError`.
    """
    if len(parts) == 2:
        year, month = parts if len(parts[0]) == 4 else reversed(parts)
        return _placed(_year(year), [(_number(month), 0)], on)
    first, middle, last = parts
    if len(first) == 4 or (len(last) < 3 and _number(first) > _LONGEST_MONTH):
        if len(last) > 2:
            raise unreadable()
        return _placed(_year(first), [(_number(middle), _number(last))], on)
    if len(last) not in (2, 4) or len(first) > 2:
        raise unreadable()
    return _placed(_year(last), _orders(_number(first), _number(middle)), on)


def _orders(first: int, second: int) -> list[tuple[int, int]]:
    """(month, day) of two numbers: day first; month first where it must be, or also where it may be."""
    orders = [(second, first), (first, second)]
    possible = [(month, day) for month, day in orders if exists(day, month) or (not month and not day)]
    return list(dict.fromkeys(possible)) or orders[1 if second > 12 >= first else 0 :][:1]


def _placed(year: Year, orders: Sequence[tuple[int, int]], on: date | None) -> tuple[Interval, ...]:
    spans = year.spans(on)
    found = distinct(one for month, day in orders for one in _in_order(year, spans, month, day, on))
    if not found:
        month, day = orders[0]
        raise no_such_day(day, month, (spans[0].latest or date.max).year)
    return found


def _in_order(year: Year, spans: Sequence[Interval], month: int, day: int, on: date | None) -> tuple[Interval, ...]:
    check_parts(day, month)
    if not month:
        return year.whole(on)
    civil_year = spans[0].earliest.year if len(spans) == 1 and spans[0].earliest else 0
    if civil_year:  # one look-up: most dates are of this kind
        return (civil_span(civil_year, month, day),) if exists(day, month, civil_year) else ()
    placed = in_spans(every_civil(month, day), spans, cut=True)
    return said_before(placed, on) if year.is_short else placed


def _year(text: str) -> Year:
    return Year(int(text), len(text)) if text.isdigit() else _unknown_year()


def _unknown_year() -> Year:
    raise DateError("a date without its year cannot be placed: write the year")


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _pair(first: str, second: str, on: date | None) -> DateReading | None:
    if len(first) == 4 and len(second) == 4:
        return _years(int(first), int(second))
    if len(first) == 4 and second.isdigit() and len(second) == 2 and int(second) > 12:
        following = int(first) // 100 * 100 + int(second)
        if following == int(first) + 1:  # 2014-15
            return _years(int(first), following)
        if int(second) in _EDTF_CODES:
            return None
    if 4 not in (len(first), len(second)):
        raise unreadable()
    return day_reading(read_parts((first, second), on))


def _years(first: int, last: int) -> DateReading:
    if first > last:
        raise DateError("impossible date: the time ends before it begins")
    return DateReading("", (Year(first).whole(None)[0].hull(Year(last).whole(None)[0]),), Said.SPAN)


def _run(digits: str, on: date | None) -> DateReading:
    if len(digits) in (12, 14):  # a time stamp without separators
        digits = digits[:8]
    if len(digits) == 4:
        return DateReading("", Year(int(digits)).whole(on), Said.YEAR)
    if len(digits) == 8:
        ahead, behind = (digits[:4], digits[4:6], digits[6:]), (digits[:2], digits[2:4], digits[4:])
        return day_reading(read_parts(ahead if _is_civil(digits[:4]) else behind, on))
    if len(digits) == 6:
        month = (digits[:4], digits[4:])
        is_month = _is_civil(digits[:4]) and 1 <= int(digits[4:]) <= 12
        return day_reading(read_parts(month if is_month else (digits[:2], digits[2:4], digits[4:]), on))
    if len(digits) <= 3:
        raise DateError("a number alone is no date: write a year with four digits, or `age 7`")
    raise unreadable()


def _is_civil(digits: str) -> bool:
    return FIRST_CIVIL <= int(digits) <= LAST_CIVIL


def _next_day_in_utc(match: re.Match[str], days: tuple[Interval, ...]) -> tuple[Interval, ...]:
    """The days, one later for 17:00 UTC: that is how programs write midnight in Phnom Penh."""
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    if hour > 24 or minute > 59 or second > 60:
        raise DateError("impossible time of day: hours go to 23, minutes and seconds to 59")
    if match["zone"] == "z" and (hour, minute, second) == (17, 0, 0):
        return tuple(one_day(add_days(one.earliest, 1)) if one.earliest and one.is_day else one for one in days)
    return days
