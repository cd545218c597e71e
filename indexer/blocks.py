"""One block of the night: some records against everything open, scored and explained, ready to be kept. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from indexer.index.faces.protocol import NEIGHBOURS
from indexer.installation import Installation
from indexer.pairing import Pairs, ScoredPairs
from indexer.retrieval import bring_up, candidate_queries
from indexer.store import Mark, MatchRow, MatchStatus, Pending, StoredRecord
from matcher.fingerprint import pair_fingerprint
from matcher.match import Match
from matcher.record import Kind, Status

# New matches kept for review per record and run; below rank 20 nobody looks.
_KEPT = 20
# Records compared in one go: bounds the memory of a night.
BLOCK = 200
_UNDECIDED = frozenset({MatchStatus.POTENTIAL, MatchStatus.SUPERSEDED})
# A full run asks for the nearest faces of the reports. Asking an intake for many reports more, one that has changed meets all
# that would have brought it up.
_FACES_OF_INTAKES = 1_000
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Block:
    """What to compare: records of one kind by number, with the versions that are then done; without these nothing is marked.

    `skip` are candidates that were queries of this run themselves. `only_mark`: all candidates were, so nothing is compared.
    """

    kind: Kind
    numbers: Sequence[int]
    versions: Sequence[int] = ()
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
    """What a night has to compare. `met` are intakes that have met every report that is not a query of the run (a run before it
    was killed, or all reports are queries): they only need their marks.
    """

    reports: Pending
    intakes: Pending
    met: Pending


def pending_work(installation: Installation, *, full: bool = False) -> Work:
    """The open records that were not yet compared as they are with the present model; `full`: all open records.

    Left to the next night: an intake that the index does not know as it is, which the reports of this one would not meet.
    """
    store = installation.store
    # No record was ever compared with the model of no name.
    model = "" if full else installation.scorer.model.version
    reports, intakes = (store.pending(model, kind) for kind in (Kind.REPORT, Kind.INTAKE))
    intakes = _only(intakes, set(intakes.numbers) - store.changed(set(intakes.numbers), installation.index.position))
    met_up_to = store.met_up_to(model, Kind.REPORT)
    if met_up_to is None or not intakes.numbers:
        return Work(reports, Pending((), ()), intakes)
    unmet = store.unmet(intakes.numbers, met_up_to)
    return Work(reports, _only(intakes, unmet), _only(intakes, set(intakes.numbers) - unmet))


def _only(pending: Pending, wanted: Collection[int]) -> Pending:
    rows = [row for row, number in enumerate(pending.numbers) if number in wanted]
    return pending if len(rows) == len(pending.numbers) else pending.at(rows)


def compare_block(installation: Installation, block: Block) -> Compared:
    """Bring up, score and explain. The matches that a record already has are scored again even if retrieval now misses them."""
    if block.only_mark:
        return Compared(marks=_marks(installation, block, installation.index.position))
    return _Comparing(installation, block).run()


def _marks(installation: Installation, block: Block, position: int) -> list[Mark]:
    # The version of when the night began: a record that has changed since has met others as it was, and stays pending.
    model = installation.scorer.model.version
    done = zip(block.numbers, block.versions, strict=True) if block.versions else ()
    return [Mark(number, version, model, position) for number, version in done]


class _Comparing:
    def __init__(self, installation: Installation, block: Block, *, again: bool = True) -> None:
        """`again`: with what earlier nights have kept of these records."""
        self._here = installation
        self._block = block
        self._kind = block.kind
        # Before anything is asked: what comes into the index meanwhile may not be among the answers.
        self._position = installation.index.position
        stored = installation.store.get_many(block.numbers)
        self._queries = [one for one in stored.values() if self._takes_part(one)]
        self._kept = installation.store.kept_pairs([one.number for one in self._queries]) if again else {}
        self._partners: defaultdict[int, list[int]] = defaultdict(list)
        for report, intake in self._kept:
            query, partner = (report, intake) if self._kind is Kind.REPORT else (intake, report)
            self._partners[query].append(partner)

    def run(self) -> Compared:
        model = self._here.scorer.model
        pairs = self.pairs()
        marks = _marks(self._here, self._block, self._position)
        if not len(pairs.left):
            return Compared(marks=marks)
        scored = ScoredPairs(self._here.scorer, pairs)
        probability = scored.scores.probability
        # A brother or sister leads to the family too, however improbable as the same child.
        worth = (probability >= model.possible) | scored.scores.same_family
        undecided = {pair for pair, status in self._kept.items() if status in _UNDECIDED}
        faded = set(self._numbers(pairs, ~worth & self._has_partners(pairs))) & undecided
        likely = set(self._numbers(pairs, probability >= model.likely)) - self._kept.keys()
        everybody = (*self._queries, *pairs.candidates)
        return Compared(
            rows=self._rows(scored, pairs.candidates, worth),
            faded=sorted(faded),
            likely=sorted(likely),
            marks=marks,
            pairs=len(pairs.left),
            record_ids={stored.number: stored.record.record_id for stored in everybody} if likely else {},
        )

    def _has_partners(self, pairs: Pairs) -> NDArray[np.bool_]:
        having: NDArray[np.bool_] = np.array([query.number in self._partners for query in self._queries])[pairs.left]
        return having

    def _numbers(self, pairs: Pairs, wanted: NDArray[np.bool_]) -> Iterator[Pair]:
        """The record numbers of the wanted rows."""
        for left, right in zip(pairs.left[wanted].tolist(), pairs.right[wanted].tolist(), strict=True):
            yield self._pair(self._queries[left].number, pairs.candidates[right].number)

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

    def pairs(self) -> Pairs:
        """What is to be scored."""
        brought_up = self._brought_up()
        found = self._here.shelf.get_many(number for numbers in brought_up for number in numbers)
        candidates = [stored for stored in found.values() if self._takes_part(stored)]
        place = {stored.number: position for position, stored in enumerate(candidates)}
        left = np.repeat(np.arange(len(brought_up), dtype=np.int64), list(map(len, brought_up)))
        right = np.array([place.get(number, -1) for numbers in brought_up for number in numbers], dtype=np.int64)
        takes_part = right >= 0
        return Pairs([stored.record for stored in self._queries], candidates, left[takes_part], right[takes_part])

    def _brought_up(self) -> list[Collection[int]]:
        here, skip = self._here, self._block.skip
        records = [stored.record for stored in self._queries]
        limit = here.settings.candidates
        asked = candidate_queries(records, here.keys, here.index, sources=here.settings.own_sources, limit=limit)
        found = bring_up(here.index, asked)
        limit_of_faces = _FACES_OF_INTAKES if self._kind is Kind.INTAKE else NEIGHBOURS
        alike = here.faces.neighbours(records, sources=here.settings.own_sources, limit=limit_of_faces)
        return [
            dict.fromkeys(
                number for number in (*keyed, *faces, *self._partners.get(query.number, ())) if number not in skip
            )
            for query, keyed, faces in zip(self._queries, found, alike, strict=True)
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
        pairs = _Comparing(installation, Block(kind, numbers[start : start + BLOCK]), again=False).pairs()
        if len(pairs.left):
            yield pairs
