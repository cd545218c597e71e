"""Days and months of the civil calendar as written in digits, and what is wrong with one that does not exist."""

from __future__ import annotations

from calendar import month_name
from datetime import date

from matcher.dates.errors import DateError
from matcher.dates.interval import Interval, days_of_month, one_day, whole_month, whole_years

_MONTHS = 12
_LEAP_YEAR = 2000


def civil_span(year: int, month: int = 0, day: int = 0) -> Interval:
    """The day, the month (`day` 0) or the year (`month` 0). Raises `DateError` where there is no such day."""
    if not month:
        return whole_years(year, year)
    if not day:
        return whole_month(year, month)
    if not exists(day, month, year):
        raise no_such_day(day, month, year)
    return one_day(date(year, month, day))


def exists(day: int, month: int, year: int = _LEAP_YEAR) -> bool:
    """True where the month has the day, in any year if none is given; day 0 stands for an unknown one."""
    return 1 <= month <= _MONTHS and 0 <= day <= days_of_month(year, month)


def check_parts(day: int, month: int) -> None:
    """Raises `DateError` where no year has the day or the month; 0 stands for an unknown one."""
    if not 0 <= month <= _MONTHS:
        raise DateError(f"impossible date: there is no month {month}")
    if month and not exists(day, month):
        raise no_such_day(day, month)
    if day and not month:
        raise DateError("a day without its month cannot be placed: write the month")


def no_such_day(day: int, month: int, year: int = _LEAP_YEAR) -> DateError:
    """The error that says how many days the month has."""
    days = days_of_month(year, month)
    has = f"February {year} has 28 days" if days == 28 else f"{month_name[month]} has no more than {days} days"
    return DateError(f"impossible date: {has}, not {day}")
