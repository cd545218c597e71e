"""What a comparison is: one kind of evidence between a report and an intake.

A comparison reads its part of a record once per distinct text, then compares *distinct pairs of values*, many at a time. It knows
levels, never weights: those stand in the model. Every pair is oriented (report, intake), so that the score belongs to the pair.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from matcher.record import Record

V = TypeVar("V")
Indexes = NDArray[np.intp]

SILENT = -1
# What a comparison makes of what a record says: its text and value; nothing where it is silent.
Said = tuple[Hashable, Any] | tuple[()]
SILENT_SAID: Final[tuple[()]] = ()
# Distinct values kept per comparison; a night over 20,000 records has fewer, a server's memory stays bounded.
_CACHED_VALUES = 100_000


@dataclass(frozen=True, slots=True)
class Compared:
    """The outcome for aligned value pairs: the level's index (`SILENT` where a side says nothing) and the commonness of what met.

    `commonness` is the share of children of whom the agreeing value is true (0 where the level's own `u` is to be used).
    """

    levels: NDArray[np.int8]
    commonness: NDArray[np.float32]


class Comparison(ABC, Generic[V]):
    """One declared kind of evidence. `levels` are ordered from the worst to the best."""

    name: str
    levels: tuple[str, ...]
    # Whether `compare_at` takes less time for a pair than finding out that another pair has the same two values.
    is_quick: bool = False
    # Whether it reads what was derived from a record's files, not its columns: most records have none of it.
    is_derived: bool = False

    def __init__(self) -> None:
        # One object for equal texts, as long as it is remembered: it stands for them wherever many records are read.
        self.said: Callable[[Hashable], Said] = lru_cache(maxsize=_CACHED_VALUES)(self._said)

    @abstractmethod
    def text(self, record: Record) -> Hashable:
        """What the record says on this, cheaply and hashable; a false value where it says nothing."""

    def compared(self, text: Hashable) -> Hashable:
        """What of the text is compared: as long as it stays, a "not a match" stays said (rule 7)."""
        return text

    def read(self, text: Hashable) -> V | None:
        """The value that is compared, remembered per text; None where the text gives nothing to compare."""
        said = self.said(text)
        return said[1] if said else None

    def _said(self, text: Hashable) -> Said:
        value = self._read(text)
        return SILENT_SAID if value is None else (text, value)

    @abstractmethod
    def _read(self, text: Hashable) -> V | None:
        """`read`, the first time that a text is met."""

    def prepare(self, values: Sequence[V]) -> Any:
        """Many distinct values laid out for comparing; `compare_at` takes positions in two of these."""
        return values

    def compare_at(self, reports: Any, intakes: Any, left: Indexes, right: Indexes) -> Compared:
        """Compare values left[i] of the prepared reports and right[i] of the prepared intakes."""
        return self.compare([reports[i] for i in left.tolist()], [intakes[i] for i in right.tolist()])

    @abstractmethod
    def compare(self, reports: Sequence[V], intakes: Sequence[V]) -> Compared:
        """Compare aligned values, report side and intake side."""

    def show(self, text: Hashable) -> str:
        """The text as a reviewer sees it in the evidence."""
        parts = text if isinstance(text, tuple) else (text,)
        return ", ".join(str(part) for part in parts if part)

    def show_both(self, mine: Hashable, other: Hashable) -> tuple[str, str]:
        """The two texts as a reviewer sees them beside each other."""
        return self.show(mine), self.show(other)


class LaidOut(Comparison[V]):
    """A comparison that meets many distinct values: it lays them out once and compares positions, so that no Python object is
    touched a pair.
    """

    @abstractmethod
    def prepare(self, values: Sequence[V]) -> Any:
        """The values laid out for comparing."""

    @abstractmethod
    def compare_at(self, reports: Any, intakes: Any, left: Indexes, right: Indexes) -> Compared:
        """Compare values left[i] of the prepared reports and right[i] of the prepared intakes."""

    def compare(self, reports: Sequence[V], intakes: Sequence[V]) -> Compared:
        """`compare_at` for aligned values."""
        pairs = np.arange(len(reports))
        return self.compare_at(self.prepare(reports), self.prepare(intakes), pairs, pairs)


def each(compare: Callable[[V, V], int], reports: Sequence[V], intakes: Sequence[V]) -> Compared:
    """Run a comparison of two values over aligned pairs: for kinds of evidence with few distinct values."""
    levels = np.fromiter(map(compare, reports, intakes), dtype=np.int8, count=len(reports))
    return Compared(levels, np.zeros(len(reports), dtype=np.float32))
