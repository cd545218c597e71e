"""From candidates to scored, ranked, explained matches: what one search and one block of the night have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.store import StoredRecord
from matcher.match import Match
from matcher.record import Kind, Record
from matcher.scoring import Scorer, Scores, Side
from matcher.withholding import held_reasons


@dataclass(frozen=True, slots=True)
class Pairs:
    """Queries of one kind against candidates of the other: row i pairs queries[left[i]] with candidates[right[i]]."""

    queries: Sequence[Record]
    candidates: Sequence[StoredRecord]
    left: NDArray[np.int64]
    right: NDArray[np.int64]


def ranked_matches(scorer: Scorer, pairs: Pairs, *, limit: int, least_probability: float = 0.0) -> list[list[Match]]:
    """The matches of each query, best first, at most `limit`, none below `least_probability`; held where rule 4 says so."""
    answers: list[list[Match]] = [[] for _ in pairs.queries]
    if not len(pairs.left):
        return answers
    kind = pairs.queries[0].kind
    queries, candidates = scorer.columns(pairs.queries), scorer.columns([stored.record for stored in pairs.candidates])
    if kind is Kind.REPORT:
        scores = scorer.score(queries, candidates, pairs.left, pairs.right)
    else:
        scores = scorer.score(candidates, queries, pairs.right, pairs.left)
    numbers = np.array([stored.number for stored in pairs.candidates], dtype=np.int64)[pairs.right]
    for query, rows in _rows_of_queries(pairs.left, scores, least_probability):
        for rank, row in enumerate(scorer.rank(scores, rows, numbers[rows])[:limit].tolist(), start=1):
            match = scorer.explain(
                scores,
                row,
                Side(kind, queries, query),
                Side(kind.other, candidates, int(pairs.right[row])),
                rank=rank,
                number=int(numbers[row]),
            )
            answers[query].append(_held(match, pairs.queries[query], pairs.candidates[int(pairs.right[row])].record))
    return answers


def _rows_of_queries(
    left: NDArray[np.int64], scores: Scores, least_probability: float
) -> list[tuple[int, NDArray[np.int64]]]:
    rows = np.flatnonzero(scores.probability >= least_probability)
    rows = rows[np.argsort(left[rows], kind="stable")]
    owners = left[rows]
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    return [(int(owners[part[0]]), rows[part]) for part in np.split(np.arange(len(rows)), starts[1:]) if len(part)]


def _held(match: Match, query: Record, candidate: Record) -> Match:
    report, intake = (query, candidate) if query.kind is Kind.REPORT else (candidate, query)
    reasons = held_reasons(report, intake)
    return match.hold(reasons) if reasons else match
