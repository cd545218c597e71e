"""The days that the parts of a date have in common."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from matcher.dates.civil import exists, no_such_day
from matcher.dates.errors import DateError, no_day_of_reference
from matcher.dates.interval import Interval, add_days, distinct, meets, one_day
from matcher.dates.numeric import read_parts, said_of
from matcher.dates.parts import Parts
from matcher.dates.reading import DateReading, Said, is_heaped
from matcher.dates.recurring import (
    Recurring,
    animal_years,
    every_civil,
    every_festival,
    every_lunar,
    every_season,
    in_spans,
    most_recent,
    plausible_lifetime,
)
from matcher.dates.year import Era, Year, said_before

Spans = tuple[Interval, ...]


def solve(parts: Parts, on: date | None) -> DateReading | None:
    """The reading of one date; None where the parts name none. Raises `DateError` for one that does not exist.

    Where the parts contradict each other, the written year and day stand and the reading says so.
    """
    found: Spans
    if parts.relative:
        found, contradictory = (parts.relative,), False
    elif parts.dates:
        found, contradictory = _of_written(parts, on)
    elif recurring := _recurring(parts):
        found, contradictory = _of_recurring(parts, recurring, on)
    elif parts.day is not None or parts.lunar_day is not None:
        return None  # a day without its month
    else:
        found, contradictory = _of_years(parts, on)
    if parts.weekday is not None:
        found, fits = _on_weekday(found, parts, on)
        contradictory = contradictory or not fits
    if not found:
        return None
    return DateReading("", found, _said(parts, found[0]), heaped=_is_written(parts, found), contradictory=contradictory)


def _of_written(parts: Parts, on: date | None) -> tuple[Spans, bool]:
    written = distinct(one for date_parts in parts.dates for one in read_parts(date_parts, on))
    for spans in _tiers(parts, on):
        if met := meets(written, spans):
            return met, False
    return written, bool(parts.years) or parts.animal is not None or parts.period is not None


def _of_recurring(parts: Parts, recurring: Recurring, on: date | None) -> tuple[Spans, bool]:
    tiers = list(_tiers(parts, on))
    if parts.maybe_year:
        return _day_or_year(parts, parts.maybe_year, recurring, on), False
    if not tiers:
        return most_recent(recurring, on, "a date without its year"), False
    for tier, spans in enumerate(tiers):
        found = in_spans(recurring, spans, cut=parts.month is not None)
        if found:
            short = any(year.is_short for year in parts.years)
            return (said_before(found, on) if short else found), tier > 0
    year = (tiers[-1][0].latest or date.max).year if tiers[-1] else 0
    if parts.month is not None and parts.day is not None and not exists(parts.day, parts.month, year):
        raise no_such_day(parts.day, parts.month, year)
    raise DateError("impossible date: that year has no such lunar day or month, or no such feast is known in it")


def _of_years(parts: Parts, on: date | None) -> tuple[Spans, bool]:
    if len(parts.years) == 1 and parts.animal is None and parts.sak is None and parts.period is None:
        return parts.years[0].whole(on), False
    for tier, spans in enumerate(_tiers(parts, on)):
        if spans:
            return (said_before(spans, on) if any(year.is_short for year in parts.years) else spans), tier > 0
    return (), False


def _day_or_year(parts: Parts, year: Year, recurring: Recurring, on: date | None) -> Spans:
    """`April 15` without a year: the last 15 April, or April 2015."""
    assert parts.month is not None  # noqa: S101  # set together with maybe_year
    days = most_recent(recurring, on, "a date without its year")
    return (*days, *said_before(in_spans(every_civil(parts.month), year.spans(on), cut=True), on))


def _tiers(parts: Parts, on: date | None) -> Iterator[Spans]:
    """The days that all years, animals and periods named allow; then those of the written years alone."""
    lunar = parts.lunar_day is not None and parts.month is None and not parts.dates
    by_trust = sorted(parts.years, key=lambda year: year.era is not Era.UNSAID)
    each = [year.spans(on, lunar=lunar) for year in by_trust]
    if parts.period:
        each.append((parts.period,))
    if parts.animal is not None or parts.sak is not None:
        within = _hull(each[0]) if each else plausible_lifetime(on)
        each.append(animal_years(parts.animal, parts.sak, within, lunar=lunar))
    if not each:
        return
    common = each[0]
    for spans in each[1:]:
        common = meets(common, spans)
    yield common
    if len(each) > 1:
        yield each[0]


def _hull(spans: Spans) -> Interval:
    whole = spans[0]
    for one in spans[1:]:
        whole = whole.hull(one)
    return whole


def _recurring(parts: Parts) -> Recurring | None:
    if parts.month is not None:
        return every_civil(parts.month, parts.day or 0)
    if parts.lunar_month is not None:
        day, waning = parts.lunar_day or (0, False)
        return every_lunar(parts.lunar_month, day, waning=waning)
    if parts.festival is not None:
        return every_festival(parts.festival)
    return every_season(parts.season) if parts.season is not None else None


def _on_weekday(found: Spans, parts: Parts, on: date | None) -> tuple[Spans, bool]:
    """The days on the weekday that was named, and whether there is one; the last such day where nothing else was named."""
    if not found:
        if on is None:
            raise no_day_of_reference("a weekday")
        back = (on.weekday() - (parts.weekday or 0)) % 7
        return (one_day(add_days(on, -(back or 7 * parts.strictly_before))),), True
    days = tuple(one for one in found if one.is_day and one.earliest and one.earliest.weekday() == parts.weekday)
    if days or any(one.is_day for one in found):
        return days or found, bool(days)
    return found, True


def _is_written(parts: Parts, found: Spans) -> bool:
    return (bool(parts.dates) or parts.month is not None) and is_heaped(found[0])


def _said(parts: Parts, best: Interval) -> Said:
    named = (
        (parts.relative, Said.RELATIVE),
        (parts.dates or parts.month, None),
        (parts.lunar_day, Said.LUNAR_DAY),
        (parts.lunar_month, Said.LUNAR_MONTH),
        (parts.festival, Said.FESTIVAL),
        (parts.season, Said.SEASON),
        (parts.animal is not None or parts.sak is not None, Said.ANIMAL_YEAR),
        (parts.period, Said.PERIOD),
        (parts.years, Said.YEAR),
    )
    return next((said for there, said in named if there), None) or said_of(best)
