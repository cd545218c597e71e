"""Birth: a date or an age on either side becomes an interval of birth; the levels follow the gap and the precision.

The gap between the two intervals decides, in steps that only ever go down, so that a birth date 51 days off is never worth
more than one 50 days off (peers.md, case 38: OSCaR kills the first and ignores the second).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.comparisons.base import SILENT, Compared, Indexes, LaidOut
from matcher.comparisons.groups import Groups, cross
from matcher.dates import DateError, DateReading, Interval, read_age, read_date
from matcher.record import Kind, Record

Days = NDArray[np.int32]
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


class BirthComparison(LaidOut[Birth]):
    """Birth date against birth date, age against age, and the one against the other."""

    name = "birth"
    levels = (
        "far apart", "within four years", "within two years", "within a year", "within a month",
        "ages overlap", "same year", "same month", "same day, often a guess", "day and month swapped", "same day",
    )  # fmt: skip
    is_quick = True

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

    def prepare(self, values: Sequence[Birth]) -> Births:
        """Births laid out for comparing."""
        return Births.of(values)

    def compare_at(self, reports: Births, intakes: Births, left: Indexes, right: Indexes) -> Compared:
        """The best level that a reading of one side reaches with a reading of the other."""
        crossed = cross(reports.groups, intakes.groups, left, right)
        levels = _levels(reports, crossed.first, intakes, crossed.second)
        return Compared(levels[crossed.best(levels.astype(np.float32))], np.zeros(len(left), np.float32))

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


@dataclass(frozen=True, slots=True)
class Births:
    """Births laid out for comparing, a row a reading: its first and last day, whether it is heaped; `day` holds year, month, day
    and `swapped` year, day, month of a birth known to the day, 0 and -1 for any other.
    """

    groups: Groups
    first: Days
    last: Days
    guessed: NDArray[np.bool_]
    day: Days
    swapped: Days

    @classmethod
    def of(cls, births: Sequence[Birth]) -> Births:
        """Lay out some births."""
        readings = [(reading, birth.guessed) for birth in births for reading in birth.intervals]
        days = np.array([reading for reading, _ in readings], np.int32).reshape(-1, 2)
        written = np.array([_written(*reading) for reading, _ in readings], np.int32).reshape(-1, 2)
        guessed = np.array([guessed for _, guessed in readings], np.bool_)
        groups = Groups.of([birth.intervals for birth in births])
        return cls(groups, days[:, 0].copy(), days[:, 1].copy(), guessed, written[:, 0].copy(), written[:, 1].copy())


def _written(first: int, last: int) -> tuple[int, int]:
    if first != last:
        return 0, -1
    day = date.fromordinal(first)
    return day.year * 10_000 + day.month * 100 + day.day, day.year * 10_000 + day.day * 100 + day.month


def _levels(reports: Births, a: Indexes, intakes: Births, b: Indexes) -> NDArray[np.int8]:
    """The level of reading a[i] of the reports and b[i] of the intakes."""
    start, end = (reports.first[a], intakes.first[b]), (reports.last[a], intakes.last[b])
    gap = np.maximum(*start) - np.minimum(*end)
    width = np.maximum(end[0] - start[0], end[1] - start[1]) + 1
    guessed = reports.guessed[a] | intakes.guessed[b]
    # A date that is its own mirror (5 May) overlaps, if at all, as the same day.
    swapped = (reports.day[a] == intakes.swapped[b]) & (gap > 0)
    rules = (
        ((gap <= 0) & (width > _SAYS_NOTHING), SILENT),
        ((gap <= 0) & (width == _DAY) & guessed, _GUESSED_DAY),
        ((gap <= 0) & (width == _DAY), _SAME_DAY),
        ((gap <= 0) & (width <= _MONTH), _SAME_MONTH),
        ((gap <= 0) & (width <= _YEAR), _SAME_YEAR),
        (gap <= 0, _AGES),
        (swapped, _SWAPPED),
        *((gap <= days, level) for days, level in _APART),
    )
    return np.select([holds for holds, _ in rules], [level for _, level in rules], 0).astype(np.int8)


_LEVEL: Final = {level: place for place, level in enumerate(BirthComparison.levels)}
_GUESSED_DAY, _SAME_DAY, _SWAPPED = (
    _LEVEL[level] for level in ("same day, often a guess", "same day", "day and month swapped")
)
_SAME_MONTH, _SAME_YEAR, _AGES = (_LEVEL[level] for level in ("same month", "same year", "ages overlap"))
_APART: Final = (
    (_MONTH, _LEVEL["within a month"]),
    (_DAYS_OF_A_YEAR, _LEVEL["within a year"]),
    (2 * _DAYS_OF_A_YEAR, _LEVEL["within two years"]),
    (4 * _DAYS_OF_A_YEAR, _LEVEL["within four years"]),
)


def _is_swap(a: tuple[int, int], b: tuple[int, int]) -> bool:
    one, other = date.fromordinal(a[0]), date.fromordinal(b[0])
    days = a[0] == a[1] and b[0] == b[1]
    return days and one.year == other.year and (one.month, one.day) == (other.day, other.month) and one != other
