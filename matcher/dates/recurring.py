"""What comes round every year: a day of the civil or the lunar calendar, a feast, a season, an animal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import cache

from matcher.dates.calendar import HALF_MONTH, LunarMonth, lunar_day, lunar_month
from matcher.dates.civil import check_parts, civil_span, exists
from matcher.dates.errors import DateError, no_day_of_reference
from matcher.dates.interval import Interval, add_days, add_months, distinct, one_day
from matcher.dates.solar_year import ANIMALS, SAKS, lerng_sak, new_year
from matcher.dates.year import until
from matcher.tables import rows

# The days that begin in, or belong to, one civil year.
Recurring = Callable[[int], Iterable[Interval]]

_YEARS_BACK = 60
_CHULA_SAKARAJ = 638


def every_civil(month: int, day: int = 0) -> Recurring:
    """A month, or a day of it. Raises `DateError` where no year has it."""
    check_parts(day, month)
    return lambda year: (civil_span(year, month, day),) if exists(day, month, year) else ()


def every_lunar(month: LunarMonth, day: int = 0, *, waning: bool = False) -> Recurring:
    """A lunar month, or a day of one of its halves; Asadh of a leap year is both. Raises `DateError`."""
    if day > HALF_MONTH:
        raise DateError(f"impossible date: half a lunar month has {HALF_MONTH} days, not {day}")

    def of_year(year: int) -> Iterator[Interval]:
        for one in _months_meant(month, year):
            if not day:
                span = lunar_month(one, year)
                yield from (span,) if span else ()
            elif found := lunar_day(day, one, year, waning=waning):
                yield one_day(found)

    return of_year


def every_festival(name: str) -> Recurring:
    """A feast by its name in `dates_festivals.csv`, with the days around it that people count to it."""
    anchor, first, last = _festivals()[name]
    if anchor == "songkran":
        return lambda year: (Interval(new_year(year).date(), lerng_sak(year)),)
    if anchor == "chinese":
        days = _chinese_new_years()
        return lambda year: (_around(days[year], first, last),) if year in days else ()
    calendar, month, day = anchor.split()
    if calendar == "solar":
        return lambda year: (_around(date(year, int(month), int(day)), first, last),)
    return lambda year: (_around(_lunar_feast(LunarMonth(int(month)), int(day), year), first, last),)


def every_season(name: str) -> Recurring:
    """A season by its name in `dates_seasons.csv`, in the year in which it begins."""
    first_month, months = _seasons()[name]

    def of_year(year: int) -> tuple[Interval]:
        first = date(year, first_month, 1)
        return (Interval(first, add_months(first, months) - timedelta(1)),)

    return of_year


def animal_years(animal: int | None, sak: int | None, within: Interval, *, lunar: bool = False) -> tuple[Interval, ...]:
    """The Khmer years of an animal, of a sak, or of both, that have days in an interval; newest first.

    The day of the New Year belongs to both years, as the animal changes during it. The sak changes two or three days after the
    animal; with `lunar`, to place a lunar day, the days on which both hold come first, those between as an interval of their own.
    """
    first, last = (within.earliest or date.min).year - 1, (within.latest or date.max).year
    found: list[Interval] = []
    for year in range(last, first - 1, -1):
        if animal is None or (year - 4) % ANIMALS == animal:
            found += _sak_year(year, sak) if animal is None else _animal_year(year, sak, lunar)
    return tuple(one for one in found if one.meet(within))


def in_spans(recurring: Recurring, spans: Iterable[Interval], *, cut: bool) -> tuple[Interval, ...]:
    """The days of what comes round that lie in the spans: in the order of the spans, then the longest part first.

    What lies in a span only partly counts where nothing lies in it wholly; with `cut` only that part, else the whole.
    """
    found: list[Interval] = []
    for span in spans:
        inside = [(one, met) for one in _around_span(recurring, span) if (met := one.meet(span))]
        inside = [pair for pair in inside if pair[0] == pair[1]] or sorted(inside, key=lambda pair: -pair[1].days)
        found += (met if cut else one for one, met in inside)
    return distinct(found)


def most_recent(recurring: Recurring, on: date | None, what: str) -> tuple[Interval, ...]:
    """The last time that it had begun by the day of reference. Raises `DateError` without one, or where there is none."""
    if on is None:
        raise no_day_of_reference(what)
    for year in range(on.year + 1, on.year - 9, -1):
        begun = [one for one in recurring(year) if one.earliest and one.earliest <= on]
        if begun:
            return (max(begun, key=lambda one: one.earliest or date.min),)
    raise DateError("impossible date: there was no such day in the years before")


def plausible_lifetime(on: date | None) -> Interval:
    """The days in which somebody who is looked for may have been born."""
    return Interval(add_months(until(on), -12 * _YEARS_BACK), until(on))


def _around_span(recurring: Recurring, span: Interval) -> Iterator[Interval]:
    assert span.earliest and span.latest  # noqa: S101, PT018  # spans are years, never open
    for year in range(span.earliest.year - 1, span.latest.year + 2):
        yield from recurring(year)


def _sak_year(year: int, sak: int | None) -> tuple[Interval, ...]:
    if _sak_of(year) != sak:
        return ()
    return (Interval(lerng_sak(year), add_days(lerng_sak(year + 1), -1)),)


def _animal_year(year: int, sak: int | None, lunar: bool) -> tuple[Interval, ...]:
    turn, following = new_year(year).date(), new_year(year + 1).date()
    between = Interval(turn, add_days(lerng_sak(year), -1))
    if sak is None or (_sak_of(year) == sak and not lunar):
        return (Interval(turn, following),)
    if _sak_of(year) == sak:
        return (Interval(lerng_sak(year), following), between)
    return (between,) if _sak_of(year - 1) == sak else ()


def _sak_of(year: int) -> int:
    return (year - _CHULA_SAKARAJ) % SAKS


def _months_meant(month: LunarMonth, year: int) -> tuple[LunarMonth, ...]:
    if month is LunarMonth.ASADH and lunar_month(month, year) is None:
        return (LunarMonth.FIRST_ASADH, LunarMonth.SECOND_ASADH)
    return (month,)


def _lunar_feast(month: LunarMonth, day: int, year: int) -> date:
    span = lunar_month(_months_meant(month, year)[-1], year)
    assert span and span.earliest  # noqa: S101, PT018  # the feasts' months are in every year
    return add_days(span.earliest, day - 1)


def _around(day: date, first: int, last: int) -> Interval:
    return Interval(add_days(day, first), add_days(day, last))


@cache
def _festivals() -> dict[str, tuple[str, int, int]]:
    table = rows("dates_festivals.csv")
    return {row["festival"]: (row["anchor"], int(row["first"]), int(row["last"])) for row in table}


@cache
def _seasons() -> dict[str, tuple[int, int]]:
    return {row["season"]: (int(row["first_month"]), int(row["months"])) for row in rows("dates_seasons.csv")}


@cache
def periods() -> dict[str, Interval]:
    """The times that people name by their rule (`pol pot`, `untac`), by their names in `dates_periods.csv`."""
    table = rows("dates_periods.csv")
    return {row["period"]: Interval(*map(date.fromisoformat, (row["earliest"], row["latest"]))) for row in table}


@cache
def _chinese_new_years() -> dict[int, date]:
    days = (date.fromisoformat(row["day"]) for row in rows("dates_chinese_new_years.csv"))
    return {day.year: day for day in days}
