"""Birth: a date or an age on either side becomes an interval of birth; the levels follow the gap and the precision.

The gap between the two intervals decides, in steps that only ever go down, so that a birth date 51 days off is never worth
more than one 50 days off (peers.md, case 38: OSCaR kills the first and ignores the second).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from matcher.comparisons.base import SILENT, Compared, Comparison, each
from matcher.dates import DateError, DateReading, Interval, read_age, read_date
from matcher.record import Kind, Record

_DAYS_OF_A_YEAR: Final = 366
# A birth known to the day, to the month, to the year: the widest interval, in days, that still counts as such.
_DAY, _MONTH, _YEAR = 1, 31, 731
# "After 2005" overlaps with every child.
_SAYS_NOTHING: Final = 12 * _DAYS_OF_A_YEAR


@dataclass(frozen=True, slots=True)
class Birth:
    """Intervals of birth in days (proleptic ordinals, both ends inclusive), best reading first; `guessed` marks heaped dates."""

    intervals: tuple[tuple[int, int], ...]
    guessed: bool


def own_date(record: Record) -> date | None:
    """The day on which the record was true: recorded, else when the child was found or last seen."""
    event = record.last_seen_date if record.kind is Kind.REPORT else record.found_date
    for text in (record.recorded_on, event):
        if (reading := try_date(text, None)) is not None:
            return reading.intervals[0].latest
    return None


class BirthComparison(Comparison[Birth]):
    """Birth date against birth date, age against age, and the one against the other."""

    name = "birth"
    levels = (
        "far apart", "within four years", "within two years", "within a year", "within a month",
        "ages overlap", "same year", "same month", "same day, often a guess", "day and month swapped", "same day",
    )  # fmt: skip

    def text(self, record: Record) -> Hashable:
        """(birth, age, the day it was true), as written."""
        if not record.date_of_birth and not record.age:
            return ()
        if (
            record.date_of_birth[:4].isdigit()
            and record.date_of_birth.isascii()
            and len(record.date_of_birth) == len("2015-04-15")
        ):
            return (record.date_of_birth,)  # a full date needs no day of reference: more records share one reading
        event = record.last_seen_date if record.kind is Kind.REPORT else record.found_date
        return (record.date_of_birth, record.age, record.age_as_of or record.recorded_on or event)

    def _read(self, text: Hashable) -> Birth | None:
        assert isinstance(text, tuple)  # noqa: S101  # `text` above gives tuples only
        written, age, day = (*text, "", "")[:3]
        return read_birth(written, age, day)

    def compare(self, reports: Sequence[Birth], intakes: Sequence[Birth]) -> Compared:
        """The best level that a reading of one side reaches with a reading of the other."""
        return each(_level, reports, intakes)

    def show(self, text: Hashable) -> str:
        """The date, else the age and its day."""
        assert isinstance(text, tuple)  # noqa: S101  # `text` above gives tuples only
        written, age, day = (*text, "", "")[:3]
        return written or (f"age {age} on {day}" if day else f"age {age}")


def read_birth(written: str, age: str, day: str) -> Birth | None:
    """The intervals of birth that a record's cells allow; None where they say nothing that can be read."""
    reference = try_date(day, None)
    on = reference.intervals[0].latest if reference else None
    reading = try_date(written, on)
    if reading is None and age and on is not None:
        try:
            reading = read_age(age, as_of=on)
        except DateError:
            reading = None
    if reading is None:
        return None
    best, *others = map(ordinals, reading.intervals)
    # 9/4/2015 may be 4 September too, but that is the level "day and month swapped", not the same day.
    return Birth((best, *(other for other in others if not _is_swap(best, other))), reading.heaped)


def try_date(text: str, on: date | None) -> DateReading | None:
    """The reading of a cell, None where it is blank or cannot be read."""
    if not text:
        return None
    try:
        return read_date(text, on=on)
    except DateError:
        return None


def ordinals(interval: Interval) -> tuple[int, int]:
    """An interval in days, an open end far away."""
    earliest = interval.earliest or date(1900, 1, 1)
    latest = interval.latest or date(2100, 12, 31)
    return earliest.toordinal(), latest.toordinal()


def _level(report: Birth, intake: Birth) -> int:
    guessed = report.guessed or intake.guessed
    return max(interval_level(a, b, guessed) for a in report.intervals for b in intake.intervals)


def interval_level(a: tuple[int, int], b: tuple[int, int], guessed: bool) -> int:
    """The level of two intervals of birth; silent where they overlap only because one of them says next to nothing."""
    gap = max(a[0], b[0]) - min(a[1], b[1])
    width = max(a[1] - a[0], b[1] - b[0]) + 1
    levels = BirthComparison.levels
    if gap <= 0:
        if width > _SAYS_NOTHING:
            return SILENT
        return levels.index(_overlap_level(width, guessed))
    if _is_swap(a, b):
        return levels.index("day and month swapped")
    if gap <= _MONTH:
        return levels.index("within a month")
    for years, label in ((1, "within a year"), (2, "within two years"), (4, "within four years")):
        if gap <= years * _DAYS_OF_A_YEAR:
            return levels.index(label)
    return levels.index("far apart")


def _overlap_level(width: int, guessed: bool) -> str:
    if width == _DAY:
        return "same day, often a guess" if guessed else "same day"
    if width <= _MONTH:
        return "same month"
    return "same year" if width <= _YEAR else "ages overlap"


def _is_swap(a: tuple[int, int], b: tuple[int, int]) -> bool:
    one, other = date.fromordinal(a[0]), date.fromordinal(b[0])
    days = a[0] == a[1] and b[0] == b[1]
    return days and one.year == other.year and (one.month, one.day) == (other.day, other.month) and one != other
