"""Columns: many records read for every comparison, each distinct text once; and how two columns meet, pair by pair of records."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matcher.comparisons.base import SILENT, Compared, Comparison, Indexes
from matcher.distinct import distinct
from matcher.record import Record

# Outcomes of so many pairs of distinct values are remembered; beyond that each block of pairs finds its own distinct ones.
_REMEMBERED: Final = 1 << 20
_UNKNOWN: Final = -2
Comparisons = tuple[Comparison[Any], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One comparison's view of many records: per record the position of its value, `SILENT` where it says nothing; the distinct
    texts; the values as the comparison has `prepared` them.
    """

    positions: NDArray[np.int32]
    texts: list[Hashable]
    prepared: Any

    def __bool__(self) -> bool:
        return bool(self.texts)


@dataclass(frozen=True, slots=True)
class Columns:
    """Many records of one kind, read for every comparison."""

    record_ids: list[str]
    columns: tuple[Column, ...]


def silent_column(length: int) -> Column:
    """A column of records that say nothing, or need not be read."""
    return Column(np.full(length, SILENT, dtype=np.int32), [], None)


# What one comparison makes of one record: its text and value; nothing where it is silent.
Said = tuple[Hashable, object] | tuple[()]
_SILENT: Final[tuple[()]] = ()


class Reading:
    """A record and what comparisons have read of it so far: who keeps this spares the next question the reading.

    Threads may share it: what two of them read at once is the same.
    """

    __slots__ = ("_read", "record")

    def __init__(self, record: Record) -> None:
        self.record = record
        self._read: tuple[Comparisons, list[Said | None]] | None = None

    def by(self, comparisons: Comparisons) -> list[Said | None]:
        """What each of these comparisons has read, None where it has not yet; to be filled in. Only the last ones' are kept."""
        read = self._read
        if read is None or read[0] is not comparisons:
            read = self._read = comparisons, [None] * len(comparisons)
        return read[1]


def read_column(comparisons: Comparisons, place: int, readings: Sequence[Reading]) -> Column:
    """What some records say for the comparison at this place."""
    comparison = comparisons[place]
    places: dict[Hashable, int] = {}
    texts: list[Hashable] = []
    values: list[object] = []
    positions: list[int] = []
    for reading in readings:
        read = reading.by(comparisons)
        said = read[place]
        if said is None:
            said = read[place] = _read(comparison, reading.record)
        if not said:
            positions.append(SILENT)
            continue
        text, value = said
        position = places.setdefault(text, len(texts))
        if position == len(texts):
            texts.append(text)
            values.append(value)
        positions.append(position)
    return Column(np.array(positions, np.int32), texts, comparison.prepare(values) if values else None)


def _read(comparison: Comparison[Any], record: Record) -> Said:
    text = comparison.text(record)
    value = comparison.read(text) if text else None
    return _SILENT if value is None else (text, value)


class Meeting:
    """One comparison of two columns. Pairs of distinct values are compared once and their outcome handed to all records that have
    them, but where finding the distinct ones takes longer than comparing.
    """

    def __init__(self, comparison: Comparison[Any], reports: Column, intakes: Column) -> None:
        self._comparison = comparison
        self._reports = reports
        self._intakes = intakes
        size = 0 if comparison.is_quick else len(reports.texts) * len(intakes.texts)
        self._levels = np.full(size if size <= _REMEMBERED else 0, _UNKNOWN, np.int8)
        self._commonness = np.zeros(len(self._levels), np.float32)

    def __bool__(self) -> bool:
        """Whether both sides say anything at all."""
        return bool(self._reports) and bool(self._intakes)

    def compare(self, left: Indexes, right: Indexes) -> Compared:
        """The outcome for the records at these positions of the reports and the intakes."""
        a, b = self._reports.positions[left], self._intakes.positions[right]
        both = np.flatnonzero((a != SILENT) & (b != SILENT))
        compared = self._values(a[both].astype(np.intp), b[both].astype(np.intp))
        if len(both) == len(left):
            return compared
        levels, commonness = np.full(len(left), SILENT, np.int8), np.zeros(len(left), np.float32)
        levels[both], commonness[both] = compared.levels, compared.commonness
        return Compared(levels, commonness)

    def _values(self, a: Indexes, b: Indexes) -> Compared:
        if self._comparison.is_quick:
            return self._compare(a, b)
        codes = a * len(self._intakes.texts) + b
        if not len(self._levels):
            values, back = distinct(codes, len(self._reports.texts) * len(self._intakes.texts))
            compared = self._compare(*np.divmod(values, len(self._intakes.texts)))
            return Compared(compared.levels[back], compared.commonness[back])
        unknown = np.unique(codes[self._levels[codes] == _UNKNOWN])
        if len(unknown):
            compared = self._compare(*np.divmod(unknown, len(self._intakes.texts)))
            self._levels[unknown], self._commonness[unknown] = compared.levels, compared.commonness
        return Compared(self._levels[codes], self._commonness[codes])

    def _compare(self, a: Indexes, b: Indexes) -> Compared:
        return self._comparison.compare_at(self._reports.prepared, self._intakes.prepared, a, b)
