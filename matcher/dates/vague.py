"""What words and signs of vagueness do to an interval: about, before and after, early, middle and late."""

from __future__ import annotations

from datetime import timedelta

from matcher.dates.interval import Interval, add_days, add_months, whole_years

# How far `about` reaches on either side of a day or a feast, of a month, of a year or more.
_DAYS_AROUND_A_DAY, _DAYS_OF_A_FEAST, _DAYS_OF_A_MONTH = 15, 7, 31


def about(interval: Interval) -> Interval:
    """The interval with as much on either side as people mean by `about`: half a month, a month or a year (as EDTF pads)."""
    if interval.days <= _DAYS_OF_A_FEAST:
        return _widened(interval, days=_DAYS_AROUND_A_DAY)
    return _widened(interval, months=1 if interval.days <= _DAYS_OF_A_MONTH else 12)


def before(interval: Interval) -> Interval:
    """The days before the interval."""
    return Interval(None, interval.earliest and add_days(interval.earliest, -1))


def after(interval: Interval) -> Interval:
    """The days after the interval."""
    return Interval(interval.latest and add_days(interval.latest, 1), None)


def part(interval: Interval, name: str) -> Interval:
    """The `early`, `mid` or `late` third: four months of a year, ten days of a month."""
    first, last = interval.earliest, interval.latest
    if first is None or last is None or interval.days < 3:
        return interval
    if (first, last) == ((year := whole_years(first.year, last.year)).earliest, year.latest):
        months = 4 * (last.year - first.year + 1)
        cuts = add_months(first, months), add_months(first, 2 * months)
    elif first.day == 1 and last == add_months(first, 1) - timedelta(1):
        cuts = first.replace(day=11), first.replace(day=21)
    else:
        cuts = add_days(first, interval.days // 3), add_days(first, interval.days * 2 // 3)
    edges = {"early": (first, add_days(cuts[0], -1)), "mid": (cuts[0], add_days(cuts[1], -1)), "late": (cuts[1], last)}
    return Interval(*edges[name])


def _widened(interval: Interval, *, days: int = 0, months: int = 0) -> Interval:
    earliest, latest = interval.earliest, interval.latest
    if months and earliest and latest and latest.day == _last_day(interval):
        # Whole months stay whole: about April is March to May.
        return Interval(add_months(earliest, -months), add_months(add_days(latest, 1), months) - timedelta(1))
    return Interval(
        earliest and add_days(add_months(earliest, -months), -days),
        latest and add_days(add_months(latest, months), days),
    )


def _last_day(interval: Interval) -> int:
    assert interval.latest  # noqa: S101  # asked of closed intervals only
    return (add_months(interval.latest.replace(day=1), 1) - timedelta(1)).day
