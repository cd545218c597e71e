"""Columns: many records read for every comparison, each distinct text once; and how two columns meet, pair by pair of records."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matcher.comparisons.base import SILENT, SILENT_SAID, Compared, Comparison, Indexes, Said
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


def read_column(comparison: Comparison[Any], records: Iterable[Record]) -> Column:
    """What some records say for a comparison."""
    return _column(comparison, [_said(comparison, record) for record in records])


def reread_columns(comparisons: Comparisons, needed: Sequence[bool], readings: Sequence[Reading]) -> tuple[Column, ...]:
    """`read_column` for each comparison that is needed, of records that may have been read before."""
    read = [reading.by(comparisons) for reading in readings]
    columns = []
    for place, (comparison, is_needed) in enumerate(zip(comparisons, needed, strict=True)):
        if not is_needed:
            columns.append(silent_column(len(readings)))
            continue
        said = [known[place] for known in read]
        if None in said:
            _fill_in(comparison, place, readings, read)
        columns.append(_column(comparison, [known[place] or SILENT_SAID for known in read]))
    return tuple(columns)


def _fill_in(
    comparison: Comparison[Any], place: int, readings: Sequence[Reading], read: Sequence[list[Said | None]]
) -> None:
    for reading, known in zip(readings, read, strict=True):
        if known[place] is None:
            known[place] = _said(comparison, reading.record)


def _said(comparison: Comparison[Any], record: Record) -> Said:
    text = comparison.text(record)
    return comparison.said(text) if text else SILENT_SAID


def _column(comparison: Comparison[Any], said: Sequence[Said]) -> Column:
    # What was said of equal texts is one object: telling objects apart takes no hashing of texts.
    places: dict[int, int] = {}
    positions = [places.setdefault(id(one), len(places)) if one else SILENT for one in said]
    distinct_said = list({id(one): one for one in said if one}.values())
    texts, values = [text for text, _ in distinct_said], [value for _, value in distinct_said]
    return Column(np.array(positions, np.int32), texts, comparison.prepare(values) if values else None)


class Meeting:
    """One comparison of two columns. Pairs of distinct values are compared once and their outcome handed to all records that have
    them, but where finding the distinct ones takes longer than comparing.
    """

    def __init__(self, comparison: Comparison[Any], reports: Column, intakes: Column) -> None:
        self._comparison = comparison
        self._reports = reports
        self._intakes = intakes
        self._size = len(reports.texts) * len(intakes.texts)

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
        across = len(self._intakes.texts)
        if self._comparison.is_quick:
            return self._compare(a, b)
        if self._size <= len(a):
            compared = self._compare(*np.divmod(np.arange(self._size), across))
            return Compared(*(outcome[a * across + b] for outcome in (compared.levels, compared.commonness)))
        codes = a * across + b
        if self._size > _REMEMBERED:
            values, back = distinct(codes, self._size)
            compared = self._compare(*np.divmod(values, across))
            return Compared(compared.levels[back], compared.commonness[back])
        levels, commonness = self._remembered
        unknown = codes[levels[codes] == _UNKNOWN]
        if len(unknown):
            unknown, _ = distinct(unknown, self._size)
            compared = self._compare(*np.divmod(unknown, across))
            levels[unknown], commonness[unknown] = compared.levels, compared.commonness
        return Compared(levels[codes], commonness[codes])

    @cached_property
    def _remembered(self) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
        return np.full(self._size, _UNKNOWN, np.int8), np.zeros(self._size, np.float32)

    def _compare(self, a: Indexes, b: Indexes) -> Compared:
        return self._comparison.compare_at(self._reports.prepared, self._intakes.prepared, a, b)
