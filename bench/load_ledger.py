"""What was acknowledged: every version that was written and every decision that was taken, to be held against what is there."""

from __future__ import annotations

import math
import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Write:
    """One version of a record, and between which moments it was stored; `ended` is infinite while nobody knows."""

    version: str
    began: float
    ended: float
    acknowledged: bool


@dataclass(frozen=True, slots=True)
class Said:
    """A decision that was acknowledged: the step of the match's history that the server named."""

    match_id: int
    step: int
    decision: str


class Ledger:
    """Thread-safe. `begin` before a version is sent and `end` after its answer; what was never answered may have been stored."""

    def __init__(self) -> None:
        self._writes: defaultdict[str, dict[str, Write]] = defaultdict(dict)
        self._said: list[Said] = []
        self._changing = threading.Lock()

    def begin(self, record_id: str, version: str, at: float) -> None:
        """A version is being sent."""
        with self._changing:
            self._writes[record_id][version] = Write(version, at, math.inf, False)

    def end(self, record_id: str, version: str, at: float, *, acknowledged: bool) -> None:
        """It was answered: stored, or refused (then it may or may not be there)."""
        with self._changing:
            began = self._writes[record_id][version].began
            self._writes[record_id][version] = Write(version, began, at if acknowledged else math.inf, acknowledged)

    def say(self, said: Said) -> None:
        """A decision was acknowledged."""
        with self._changing:
            self._said.append(said)

    @property
    def acknowledged(self) -> list[str]:
        """The records of which some version was acknowledged."""
        return [name for name, some in self._writes.items() if any(write.acknowledged for write in some.values())]

    @property
    def writes(self) -> int:
        """How many versions were acknowledged."""
        return sum(write.acknowledged for some in self._writes.values() for write in some.values())

    @property
    def decisions(self) -> dict[int, list[Said]]:
        """What was said, by match."""
        said: defaultdict[int, list[Said]] = defaultdict(list)
        for one in self._said:
            said[one.match_id].append(one)
        return dict(said)

    def last_versions(self, record_id: str) -> set[str]:
        """The versions of which one must be there now.

        Two writers at once may come in either order, so all are allowed but those that were answered before another, acknowledged
        one was sent.
        """
        writes = list(self._writes[record_id].values())
        latest = max((write.began for write in writes if write.acknowledged), default=-math.inf)
        return {write.version for write in writes if write.ended >= latest}

    def lost_write(self, record_id: str, found: str | None) -> str:
        """In words what is lost of a record that now reads so (None: it cannot be read); blank: nothing."""
        expected = self.last_versions(record_id)
        if found in expected:
            return ""
        return f"{record_id}: {found or 'nothing'} is there instead of {' or '.join(sorted(expected))}"

    def lost_decisions(self, match_id: int, history: Iterable[tuple[int, str]]) -> list[str]:
        """In words what is missing in the history of a match (step and decision)."""
        steps = set(history)
        said = self.decisions.get(match_id, [])
        return [
            f"match {match_id}: {one.decision} (step {one.step})"
            for one in said
            if (one.step, one.decision) not in steps
        ]
