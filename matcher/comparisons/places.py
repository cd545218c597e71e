"""Places as evidence: home, place of birth, and where the child was lost against where it was found."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from matcher.comparisons.base import SILENT, Compared, Comparison, each
from matcher.places import Gazetteer, PlaceCandidate, PlaceLevel, compare_places
from matcher.record import Kind, Record

Places = tuple[PlaceCandidate, ...]


def event_place(record: Record) -> str:
    """Where the child was last seen (report) or found (intake)."""
    return record.last_seen_place if record.kind is Kind.REPORT else record.found_place


class PlaceComparison(Comparison[Places]):
    """One pair of place fields, compared through the gazetteer."""

    levels = tuple(level.label for level in PlaceLevel)

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

    def compare(self, reports: Sequence[Places], intakes: Sequence[Places]) -> Compared:
        """The level of each pair of candidate lists."""
        return each(_level, reports, intakes)


def _level(report: Places, intake: Places) -> int:
    level = compare_places(report, intake)
    return SILENT if level is None else int(level)
