"""A year as written, in one of five eras, and the days it may mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from matcher.dates.calendar import days_of_buddhist_year
from matcher.dates.errors import DateError
from matcher.dates.interval import Interval, add_days, distinct, whole_years
from matcher.dates.solar_year import lerng_sak

FIRST_CIVIL, LAST_CIVIL = 1850, 2150
_FIRST_BUDDHIST, _LAST_BUDDHIST = 2443, 2620
_BUDDHIST, _MAHA, _CHULA = 543, -78, -638
# Where no day of reference is given, readings reach to the end of this year: the year in which these rules were written.
_NOW_WITHOUT_A_DAY = date(2026, 12, 31)


class Era(StrEnum):
    """What a year counts from; the values are those of `dates_words.csv`."""

    UNSAID = ""
    COMMON = "ce"
    CAMBODIAN = "be-kh"
    THAI = "be-th"
    BUDDHIST = "be"  # Cambodian or Thai
    MAHA = "ms"
    CHULA = "cs"


@dataclass(frozen=True, slots=True)
class Year:
    """A year as written: its number, how many digits it was written with, and the era where one was named."""

    number: int
    digits: int = 4
    era: Era = Era.UNSAID

    @property
    def is_short(self) -> bool:
        """True for two digits: the century is to be found from the day of reference."""
        return self.era is Era.UNSAID and self.digits <= 2

    def spans(self, on: date | None, *, lunar: bool = False) -> tuple[Interval, ...]:
        """The days that the year may mean, best first: to place a month or a day in. Raises `DateError`.

        A Buddhist year is Cambodian first, from Visak to Visak, then Thai, a civil year (dates.md 5.1); with `lunar`, beside
        the lunar calendar, Cambodian only.
        """
        if self.is_short:
            century = until(on).year // 100 * 100
            return tuple(whole_years(year, year) for year in (century + self.number, century - 100 + self.number))
        era = self._era()
        if era is Era.COMMON:
            return (_civil(self.number),)
        civil = _civil(self.number - _OFFSETS[era])
        strict = () if era is Era.THAI else (_STRICT[era](self.number),)
        return strict if lunar and strict else (*strict, civil)

    def whole(self, on: date | None) -> tuple[Interval, ...]:
        """The days of the year named alone: as `spans`, but one interval where nobody said whose Buddhist year it is."""
        spans = self.spans(on)
        if self.is_short:
            return said_before(spans, on)
        if self._era() is Era.BUDDHIST:
            return (spans[0].hull(spans[1]),)
        return spans

    def _era(self) -> Era:
        if self.era is not Era.UNSAID:
            return self.era
        if _FIRST_BUDDHIST <= self.number <= _LAST_BUDDHIST:
            return Era.BUDDHIST
        if not FIRST_CIVIL <= self.number <= LAST_CIVIL:
            raise DateError(f"year {self.number}: write a year from {FIRST_CIVIL} to {LAST_CIVIL}, or a Buddhist year")
        return Era.COMMON


def until(on: date | None) -> date:
    """The last day that something said on a day may mean; without the day, a fixed one."""
    return on or _NOW_WITHOUT_A_DAY


def said_before(intervals: Iterable[Interval], on: date | None) -> tuple[Interval, ...]:
    """The first interval that had begun on the day of reference, or the last of all: of centuries, festivals, birthdays."""
    choices = tuple(intervals)
    begun = (one for one in choices if one.earliest is None or one.earliest <= until(on))
    return distinct((next(begun, choices[-1]),)) if choices else ()


def _civil(year: int) -> Interval:
    if not FIRST_CIVIL <= year <= LAST_CIVIL:
        raise DateError(f"that year is {year} of the common era: write one from {FIRST_CIVIL} to {LAST_CIVIL}")
    return whole_years(year, year)


def _from_lerng_sak(year: int) -> Interval:
    return Interval(lerng_sak(year), add_days(lerng_sak(year + 1), -1))


_OFFSETS = {Era.CAMBODIAN: _BUDDHIST, Era.BUDDHIST: _BUDDHIST, Era.THAI: _BUDDHIST, Era.MAHA: _MAHA, Era.CHULA: _CHULA}
_STRICT: dict[Era, Callable[[int], Interval]] = {
    Era.CAMBODIAN: days_of_buddhist_year,
    Era.BUDDHIST: days_of_buddhist_year,
    Era.MAHA: lambda year: _from_lerng_sak(year - _MAHA),
    Era.CHULA: lambda year: _from_lerng_sak(year - _CHULA),
}
