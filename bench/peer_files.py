"""What the benches and each engine say to each other: a folder with the two sides, and one answer an engine.

An engine is a module with a command line that runs in a process, and for the peers in an interpreter, of its own. Both sides read
this module, so it needs the standard library only.
"""

from __future__ import annotations

import json
import resource
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

Columns = dict[str, Any]
Ranking = Sequence[tuple[str, float]]
_COLUMNS = "columns.json"
_ANSWER = "answer.json"
_DEEPEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an engine found: per report its intakes with their scores, best first; what the engine is, and what it took.

    `cut` is the score that its documentation calls a match, None where it names none; `probable` says that scores are meant as
    probabilities. `ready` are the seconds before matching (reading, storing, indexing), `seconds` those of matching.
    """

    engine: str
    cut: float | None
    probable: bool
    rankings: Mapping[str, Ranking]
    ready: float
    seconds: float
    peak_mb: int
    notes: Sequence[str] = ()


class Stopwatch:
    """The seconds since the last lap."""

    def __init__(self) -> None:
        self._last = time.perf_counter()

    def lap(self) -> float:
        """Seconds since it was made or last asked."""
        before, self._last = self._last, time.perf_counter()
        return self._last - before


def write_columns(folder: Path, reports: Sequence[Columns], intakes: Sequence[Columns]) -> None:
    """Leave the two sides for the peers."""
    text = json.dumps({"reports": list(reports), "intakes": list(intakes)}, ensure_ascii=False)
    (folder / _COLUMNS).write_text(text, encoding="utf-8")


def read_columns(folder: Path) -> tuple[list[Columns], list[Columns]]:
    """The reports and the intakes that were left for the peers."""
    found = json.loads((folder / _COLUMNS).read_text(encoding="utf-8"))
    return found["reports"], found["intakes"]


def write_answer(folder: Path, answer: Answer) -> None:
    """Leave what an engine found."""
    (folder / _ANSWER).write_text(json.dumps(asdict(answer), ensure_ascii=False), encoding="utf-8")


def read_answer(folder: Path) -> Answer:
    """What the engine that ran last left."""
    found = json.loads((folder / _ANSWER).read_text(encoding="utf-8"))
    rankings = {
        report: [(intake, score) for intake, score in ranking] for report, ranking in found.pop("rankings").items()
    }
    return Answer(rankings=rankings, **found)


def ranked(pairs: Iterable[tuple[str, str, float, float]]) -> dict[str, Ranking]:
    """Scored pairs (report, intake, score, what decides between equal scores) as rankings, best first; equals by intake."""
    found: defaultdict[str, list[tuple[float, float, str]]] = defaultdict(list)
    for report, intake, score, tie in pairs:
        found[report].append((-score, -tie, intake))
    return {
        report: [(intake, -minus) for minus, _, intake in sorted(rows)[:_DEEPEST]] for report, rows in found.items()
    }


def peak_mb() -> int:
    """The most memory that this process has held, in megabytes."""
    status = Path("/proc/self/status")
    if status.exists():  # `ru_maxrss` counts what the parent held when it started this process
        found = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM:"))
        return int(found.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
