"""What is brought up for every open report, ranked, as columns: 200 candidates of many reports fit in memory, unexplained."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from indexer.blocks import candidate_pairs
from indexer.installation import Installation
from indexer.pairing import Pairs, ScoredPairs
from indexer.truth import Pair
from matcher.record import Kind

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Rankings:
    """One row a candidate, the rows of a report together and best first. `report` and `intake` are positions in the ids."""

    report_ids: tuple[str, ...]
    intake_ids: tuple[str, ...]
    report: NDArray[np.int64]
    intake: NDArray[np.int64]
    rank: NDArray[np.int64]
    probability: NDArray[np.float64]
    same_family: NDArray[np.bool_]

    def rows(self) -> Iterator[tuple[str, list[tuple[str, float]]]]:
        """Per report, also one without candidates: its (intake id, probability), best first."""
        bounds = np.searchsorted(self.report, np.arange(len(self.report_ids) + 1))
        for place, report in enumerate(self.report_ids):
            part = slice(bounds[place], bounds[place + 1])
            intakes = (self.intake_ids[one] for one in self.intake[part].tolist())
            yield report, list(zip(intakes, self.probability[part].tolist(), strict=True))

    @cached_property
    def ids(self) -> dict[str, list[str]]:
        """Per report its intakes, best first."""
        return {report: [intake for intake, _ in row] for report, row in self.rows()}

    def pair(self, row: int) -> Pair:
        """The (report id, intake id) of a row."""
        return self.report_ids[self.report[row]], self.intake_ids[self.intake[row]]

    def among(self, pairs: frozenset[Pair]) -> NDArray[np.bool_]:
        """Which rows are one of these pairs."""
        reports, intakes = ({name: at for at, name in enumerate(ids)} for ids in (self.report_ids, self.intake_ids))
        wanted = [
            reports[report] * len(intakes) + intakes[intake]
            for report, intake in pairs
            if report in reports and intake in intakes
        ]
        found: NDArray[np.bool_] = np.isin(self.report * len(intakes) + self.intake, wanted)
        return found


def open_reports(installation: Installation) -> tuple[str, ...]:
    """The ids of the open reports that are loaded, in the order of their loading."""
    stored = installation.store.records(kind=Kind.REPORT, open_only=True)
    return tuple(one.record.record_id for one in stored)


def rank_reports(
    installation: Installation, report_ids: tuple[str, ...], on_progress: Progress | None = None
) -> Rankings:
    """Bring up, score and rank for `open_reports`, also for those that will have nothing."""
    installation.refresh()
    place = {report: at for at, report in enumerate(report_ids)}
    intakes: dict[str, int] = {}
    blocks: list[_Columns] = [_none()]
    done = 0
    for pairs in candidate_pairs(installation):
        blocks += _ranked(pairs, ScoredPairs(installation.scorer, pairs), place, intakes)
        done += len(pairs.queries)
        if on_progress:
            on_progress(done, len(report_ids))
    return Rankings(report_ids, tuple(intakes), *map(np.concatenate, zip(*blocks, strict=True)))


_Columns = tuple[
    NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.bool_]
]  # the columns of `Rankings`, in its order


def _none() -> _Columns:
    whole = np.zeros(0, dtype=np.int64)
    return whole, whole, whole, np.zeros(0), np.zeros(0, dtype=np.bool_)


def _ranked(pairs: Pairs, scored: ScoredPairs, place: Mapping[str, int], intakes: dict[str, int]) -> Iterator[_Columns]:
    """The columns of each report, and the intakes that have no position yet given one."""
    names = (stored.record.record_id for stored in pairs.candidates)
    codes = np.array([intakes.setdefault(name, len(intakes)) for name in names], dtype=np.int64)
    for query, rows in scored.best_rows():
        report = place.get(pairs.queries[query].record_id)
        # A report that somebody has stored since the list was made is left to the next time.
        if report is not None:
            yield (
                np.full(len(rows), report),
                codes[pairs.right[rows]],
                np.arange(1, len(rows) + 1),
                scored.scores.probability[rows],
                scored.scores.same_family[rows],
            )
