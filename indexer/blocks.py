"""One block of the night: some records against everything open, scored and explained, ready to be kept. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from indexer.installation import Installation
from indexer.pairing import Pairs, ScoredPairs
from indexer.retrieval import bring_up, candidate_queries
from indexer.store import Mark, MatchRow, MatchStatus, StoredRecord
from matcher.fingerprint import pair_fingerprint
from matcher.match import Match
from matcher.record import Kind, Status

# New matches kept for review per record and run; below rank 20 nobody looks.
_KEPT = 20
# Records compared in one go: bounds the memory of a night.
BLOCK = 200
_UNDECIDED = frozenset({MatchStatus.POTENTIAL, MatchStatus.SUPERSEDED})
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Block:
    """What to compare: records of one kind by number. `skip` are candidates that were queries of this run themselves.

    `only_mark`: all candidates were, so there is nothing left to compare.
    """

    kind: Kind
    numbers: Sequence[int]
    skip: frozenset[int] = frozenset()
    only_mark: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """What came out: matches worth a person's look, pairs that no longer are, new likely pairs, and what is now done.

    Pairs are (report number, intake number).
    """

    rows: Sequence[MatchRow] = ()
    faded: Sequence[Pair] = ()
    likely: Sequence[Pair] = ()
    marks: Sequence[Mark] = ()
    pairs: int = 0
    record_ids: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Work:
    """What a night has to compare, by number. `met`: every open report is a query of the run, so the intakes have met them all
    and only need their marks.
    """

    reports: Sequence[int]
    intakes: Sequence[int]
    met: bool


def pending_work(installation: Installation, *, full: bool = False) -> Work:
    """The open records that were not yet compared as they are with the present model; `full`: all open records."""
    store = installation.store
    # No record was ever compared with the model of no name.
    model = "" if full else installation.scorer.model.version
    reports, intakes = (store.pending(model, kind) for kind in (Kind.REPORT, Kind.INTAKE))
    return Work(reports, intakes, len(reports) == store.count(Kind.REPORT, open_only=True))


def compare_block(installation: Installation, block: Block) -> Compared:
    """Bring up, score and explain. The matches that a record already has are scored again even if retrieval now misses them."""
    return _Comparing(installation, block).run()


class _Comparing:
    def __init__(self, installation: Installation, block: Block, *, partners: bool = True) -> None:
        self._here = installation
        self._kind = block.kind
        self._skip = block.skip
        self._only_mark = block.only_mark
        self._stored = installation.store.get_many(block.numbers)
        self._queries = [stored for stored in self._stored.values() if self._takes_part(stored)]
        self._kept = installation.store.kept_pairs([stored.number for stored in self._queries]) if partners else {}
        self._partners: defaultdict[int, list[int]] = defaultdict(list)
        for report, intake in self._kept:
            query, partner = (report, intake) if self._kind is Kind.REPORT else (intake, report)
            self._partners[query].append(partner)

    def run(self) -> Compared:
        model = self._here.scorer.model
        marks = [Mark(stored.number, stored.version, model.version) for stored in self._stored.values()]
        if self._only_mark:
            return Compared(marks=marks)
        pairs, numbers = self.pairs()
        if not numbers:
            return Compared(marks=marks)
        scored = ScoredPairs(self._here.scorer, pairs)
        probability = scored.scores.probability
        # A brother or sister leads to the family too, however improbable as the same child.
        worth = (probability >= model.possible) | scored.scores.same_family
        undecided = {pair for pair, status in self._kept.items() if status in _UNDECIDED}
        faded = {numbers[row] for row in np.flatnonzero(~worth).tolist()} & undecided
        likely = {numbers[row] for row in np.flatnonzero(probability >= model.likely).tolist()} - self._kept.keys()
        everybody = (*self._queries, *pairs.candidates)
        return Compared(
            rows=self._rows(scored, pairs.candidates, worth),
            faded=sorted(faded),
            likely=sorted(likely),
            marks=marks,
            pairs=len(numbers),
            record_ids={stored.number: stored.record.record_id for stored in everybody},
        )

    def _rows(
        self, scored: ScoredPairs, candidates: Sequence[StoredRecord], worth: NDArray[np.bool_]
    ) -> list[MatchRow]:
        by_number = {stored.number: stored for stored in candidates}
        ranked = scored.ranked(limit=_KEPT, worth=worth)
        return [
            self._row(query, by_number[match.number], match)
            for query, matches in zip(self._queries, ranked, strict=True)
            for match in matches
        ]

    def _takes_part(self, stored: StoredRecord) -> bool:
        return stored.record.status is Status.OPEN and self._here.may_find(stored.record)

    def pairs(self) -> tuple[Pairs, list[Pair]]:
        """What is to be scored, and the record numbers of each row."""
        brought_up = self._brought_up()
        found = self._here.shelf.get_many(number for numbers in brought_up for number in numbers)
        candidates = [stored for stored in found.values() if self._takes_part(stored)]
        place = {stored.number: position for position, stored in enumerate(candidates)}
        rows = [
            (position, place[number])
            for position, numbers in enumerate(brought_up)
            for number in numbers
            if number in place
        ]
        left, right = np.array(rows, dtype=np.int64).reshape(-1, 2).T
        pairs = Pairs([stored.record for stored in self._queries], candidates, left, right)
        return pairs, [self._pair(self._queries[a].number, candidates[b].number) for a, b in rows]

    def _brought_up(self) -> list[Collection[int]]:
        here = self._here
        records = [stored.record for stored in self._queries]
        asked = candidate_queries(
            records, here.keys, here.index, sources=here.settings.own_sources, limit=here.settings.candidates
        )
        alike = here.faces.neighbours(records, sources=here.settings.own_sources)
        found = zip(self._queries, bring_up(here.index, asked), alike, strict=True)
        return [
            dict.fromkeys(n for n in (*keyed, *faces, *self._partners[query.number]) if n not in self._skip)
            for query, keyed, faces in found
        ]

    def _pair(self, query: int, candidate: int) -> Pair:
        return (query, candidate) if self._kind is Kind.REPORT else (candidate, query)

    def _row(self, query: StoredRecord, candidate: StoredRecord, match: Match) -> MatchRow:
        report, intake = (query, candidate) if self._kind is Kind.REPORT else (candidate, query)
        if self._kind is Kind.INTAKE:
            match = match.swapped(intake.record.record_id, intake.number)
        return MatchRow(
            report_number=report.number,
            intake_number=intake.number,
            report_version=report.version,
            intake_version=intake.version,
            score=match.score,
            probability=match.probability,
            likelihood=match.likelihood,
            outcome=match.outcome,
            coverage=match.coverage,
            held=match.held,
            payload=match.to_json(),
            compared_hash=pair_fingerprint(report.record, intake.record, self._here.scorer.comparisons),
            model=match.model,
        )


def candidate_pairs(installation: Installation, kind: Kind = Kind.REPORT) -> Iterator[Pairs]:
    """Everything that retrieval brings up for the open records of a kind, in blocks: what fitting and calibration learn from."""
    numbers = [stored.number for stored in installation.store.records(kind=kind, open_only=True)]
    for start in range(0, len(numbers), BLOCK):
        # Not what was kept before: measured and learnt is what retrieval brings up now.
        pairs, _ = _Comparing(installation, Block(kind, numbers[start : start + BLOCK]), partners=False).pairs()
        if len(pairs.left):
            yield pairs
