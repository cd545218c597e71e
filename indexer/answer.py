"""An answer: the query as it was understood, ranked matches, and the records as they may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from matcher.match import Match
from matcher.record import Record


@dataclass(frozen=True, slots=True)
class Answer:
    """`records` holds, by record_id, each candidate as it may be shown: without whereabouts where the match is held."""

    query: Record
    matches: tuple[Match, ...] = ()
    records: Mapping[str, Record] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """The public shape, the same on the command line and over HTTP."""
        return {
            "query": self.query.to_flat(),
            "matches": [
                {**match.to_json(), "record": self.records[match.record_id].to_flat()} for match in self.matches
            ],
            "notes": list(self.notes),
        }
