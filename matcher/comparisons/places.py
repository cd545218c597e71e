"""Places as evidence: home, place of birth, and where the child was lost against where it was found."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

import numpy as np

from matcher.comparisons.base import Compared, Indexes, LaidOut
from matcher.places import Gazetteer, PlaceBatch, PlaceCandidate, PlaceLevel, compare_batches
from matcher.record import Kind, Record

Places = tuple[PlaceCandidate, ...]


def event_place(record: Record) -> str:
    """Where the child was last seen (report) or found (intake)."""
    return record.last_seen_place if record.kind is Kind.REPORT else record.found_place


class PlaceComparison(LaidOut[Places]):
    """One pair of place fields, compared through the gazetteer."""

    levels = tuple(level.label for level in PlaceLevel)
    is_quick = True

    def __init__(self, name: str, written: Callable[[Record], str], gazetteer: Gazetteer) -> None:
        super().__init__()
        self.name = name
        self._written = written
        self._gazetteer = gazetteer

    def text(self, record: Record) -> Hashable:
        """The place as written."""
        return self._written(record)

    def _read(self, text: Hashable) -> Places | None:
        return self._gazetteer.look_up(str(text)) or None

    def prepare(self, values: Sequence[Places]) -> PlaceBatch:
        """The look-ups laid out for comparing."""
        return PlaceBatch(values)

    def compare_at(self, reports: PlaceBatch, intakes: PlaceBatch, left: Indexes, right: Indexes) -> Compared:
        """The level of each pair of look-ups."""
        return Compared(compare_batches(reports, left, intakes, right), np.zeros(len(left), np.float32))
