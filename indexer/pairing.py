"""From candidates to scored, ranked, explained matches: what one search and one block of the night have in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.store import StoredRecord
from matcher.match import Match
from matcher.record import Kind, Record
from matcher.scoring import Scorer, Scores, Side
from matcher.withholding import held_reasons

Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Queries of one kind against candidates of the other: row i pairs queries[left[i]] with candidates[right[i]]."""

    queries: Sequence[Record]
    candidates: Sequence[StoredRecord]
    left: Positions
    right: Positions

    def each(self) -> Iterator[tuple[Record, StoredRecord]]:
        """Query and candidate of every row."""
        for query, candidate in zip(self.left.tolist(), self.right.tolist(), strict=True):
            yield self.queries[query], self.candidates[candidate]


class ScoredPairs:
    """Pairs with their scores, one row a pair; explains only the rows that are asked for."""

    def __init__(self, scorer: Scorer, pairs: Pairs) -> None:
        self._scorer = scorer
        self._pairs = pairs
        self._kind = pairs.queries[0].kind
        self._queries = scorer.columns(pairs.queries)
        self._candidates = scorer.columns_of([stored.reading for stored in pairs.candidates], beside=self._queries)
        self.scores = self._score()
        self._numbers = np.array([stored.number for stored in pairs.candidates], dtype=np.int64)[pairs.right]

    def _score(self) -> Scores:
        mine, others, pairs = self._queries, self._candidates, self._pairs
        if self._kind is Kind.REPORT:
            return self._scorer.score(mine, others, pairs.left, pairs.right)
        return self._scorer.score(others, mine, pairs.right, pairs.left)

    def ranked(self, *, limit: int, worth: NDArray[np.bool_] | None = None) -> list[list[Match]]:
        """The matches of each query, best first, at most `limit`, of the rows that are `worth` it; held where rule 4 says so."""
        answers: list[list[Match]] = [[] for _ in self._pairs.queries]
        for query, rows in self.best_rows(worth):
            best = rows[:limit].tolist()
            answers[query] = [self._explain(query, row, rank) for rank, row in enumerate(best, start=1)]
        return answers

    def best_rows(self, worth: NDArray[np.bool_] | None = None) -> Iterator[tuple[int, Positions]]:
        """Per query that has candidates: its position and its rows of `scores`, best first; nothing is explained."""
        for query, rows in self._rows_of_queries(worth):
            yield query, self._scorer.rank(self.scores, rows, self._numbers[rows])

    def _explain(self, query: int, row: int, rank: int) -> Match:
        place = int(self._pairs.right[row])
        mine: Side = Side(self._kind, self._queries, query)
        other = Side(self._kind.other, self._candidates, place)
        match = self._scorer.explain(self.scores, row, mine, other, rank=rank, number=int(self._numbers[row]))
        return _held(match, self._pairs.queries[query], self._pairs.candidates[place].record)

    def _rows_of_queries(self, worth: NDArray[np.bool_] | None) -> Iterator[tuple[int, Positions]]:
        left = self._pairs.left
        rows = np.arange(len(left)) if worth is None else np.flatnonzero(worth)
        rows = rows[np.argsort(left[rows], kind="stable")]
        starts = np.flatnonzero(np.diff(left[rows], prepend=-1))
        for part in np.split(rows, starts[1:]) if len(rows) else ():
            yield int(left[part[0]]), part


def ranked_matches(scorer: Scorer, pairs: Pairs, *, limit: int) -> list[list[Match]]:
    """The matches of each query, best first, whatever their likelihood."""
    if not len(pairs.left):
        return [[] for _ in pairs.queries]
    return ScoredPairs(scorer, pairs).ranked(limit=limit)


def _held(match: Match, query: Record, candidate: Record) -> Match:
    report, intake = (query, candidate) if query.kind is Kind.REPORT else (candidate, query)
    reasons = held_reasons(report, intake)
    return match.hold(reasons) if reasons else match
