"""An interval of days, and the small arithmetic of days and months that every reader of dates shares."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class Interval:
    """Days from `earliest` to `latest`, both included; None is an open end."""

    earliest: date | None
    latest: date | None

    @property
    def is_day(self) -> bool:
        """True where the interval is one known day."""
        return self.earliest is not None and self.earliest == self.latest

    @property
    def days(self) -> int:
        """How many days it has; an open end counts to the end of the calendar."""
        return ((self.latest or date.max) - (self.earliest or date.min)).days + 1

    def meet(self, other: Interval) -> Interval | None:
        """The days that both have, None where there are none."""
        earliest = max(filter(None, (self.earliest, other.earliest)), default=None)
        latest = min(filter(None, (self.latest, other.latest)), default=None)
        return None if earliest and latest and earliest > latest else Interval(earliest, latest)

    def hull(self, other: Interval) -> Interval:
        """The shortest interval that has the days of both."""
        earliest = min(self.earliest, other.earliest) if self.earliest and other.earliest else None
        latest = max(self.latest, other.latest) if self.latest and other.latest else None
        return Interval(earliest, latest)


def one_day(day: date) -> Interval:
    """The interval of one day."""
    return Interval(day, day)


def days_of_month(year: int, month: int) -> int:
    """How many days a month of the civil calendar has."""
    return 29 if month == 2 and isleap(year) else _LENGTHS[month - 1]


def whole_month(year: int, month: int) -> Interval:
    """The days of one month of the civil calendar."""
    return Interval(date(year, month, 1), date(year, month, days_of_month(year, month)))


def whole_years(first: int, last: int) -> Interval:
    """The days from 1 January of the first to 31 December of the last year."""
    return Interval(date(first, 1, 1), date(last, 12, 31))


def add_days(day: date, days: int) -> date:
    """The day so many days later, or the first or last day of the calendar where it ends before."""
    ordinal = min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal())
    return date.fromordinal(ordinal)


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months later; the month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        return date.min if months < 0 else date.max
    return date(year, month + 1, min(day.day, days_of_month(year, month + 1)))


def meets(these: Iterable[Interval], those: Iterable[Interval]) -> tuple[Interval, ...]:
    """What each of these has in common with each of those, in order, without doubles."""
    others = tuple(those)
    return distinct(met for one in these for other in others if (met := one.meet(other)))


def distinct(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """The intervals in order, each once."""
    return tuple(dict.fromkeys(intervals))


def joined(intervals: tuple[Interval, ...]) -> tuple[Interval, ...]:
    """One interval where they touch or overlap from first to last, else the intervals as they are."""
    if any(one.earliest is None or one.latest is None for one in intervals):
        return intervals
    ordered = sorted(intervals, key=lambda one: one.earliest or date.min)
    whole = ordered[0]
    for one in ordered[1:]:
        assert whole.latest is not None and one.earliest is not None  # noqa: S101, PT018  # open ends have left above
        if one.earliest - whole.latest > _DAY:
            return intervals
        whole = whole.hull(one)
    return (whole,)
