"""How good an engine's rankings and scores are against the truth: the same arithmetic for Elijah and for every peer."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from bench.peer_files import Answer, Ranking

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class AtCut:
    """The pairs at or above a cut: how many, the share that is true, the share of the truth that they are (NaN without any)."""

    cut: float
    pairs: int
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 0 where nothing true is found."""
        if not self.pairs or not self.recall:
            return 0.0
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def order(answer: Answer) -> dict[str, list[str]]:
    """Report -> its intakes, best first."""
    return {report: [intake for intake, _ in ranking] for report, ranking in answer.rankings.items()}


def scored(rankings: Mapping[str, Ranking]) -> list[tuple[float, Pair]]:
    """Every pair with its score, highest first."""
    pairs = [(score, (report, intake)) for report, ranking in rankings.items() for intake, score in ranking]
    return sorted(pairs, key=itemgetter(0), reverse=True)


def at_cut(pairs: Sequence[tuple[float, Pair]], truth: Collection[Pair], cut: float) -> AtCut:
    """Precision and recall of the pairs with at least this score."""
    wanted = set(truth)
    called = [pair for score, pair in pairs if score >= cut]
    return _at(cut, len(called), sum(pair in wanted for pair in called), len(wanted))


def every_cut(pairs: Sequence[tuple[float, Pair]], truth: Collection[Pair]) -> list[AtCut]:
    """Precision and recall at every score that occurs, highest first; equal scores stand or fall together."""
    wanted, count, hits = set(truth), 0, 0
    found = []
    for score, group in groupby(pairs, key=itemgetter(0)):
        rows = list(group)
        count += len(rows)
        hits += sum(pair in wanted for _, pair in rows)
        found.append(_at(score, count, hits, len(wanted)))
    return found


def best_f1(cuts: Sequence[AtCut]) -> AtCut | None:
    """The cut with the highest F1, None without pairs: the ceiling of these scores."""
    return max(cuts, key=lambda one: one.f1, default=None)


def recall_with_precision(cuts: Sequence[AtCut], least: float) -> AtCut | None:
    """The cut that finds the most while the precision stays at least this, None where none does."""
    return max((one for one in cuts if one.precision >= least), key=lambda one: one.recall, default=None)


def called_among(pairs: Sequence[tuple[float, Pair]], others: Collection[Pair], cut: float) -> int:
    """How many of the other pairs (brothers and sisters) have at least this score."""
    known = set(others)
    return sum(pair in known for score, pair in pairs if score >= cut)


def _at(cut: float, count: int, hits: int, wanted: int) -> AtCut:
    return AtCut(cut, count, hits / count if count else math.nan, hits / wanted if wanted else math.nan)
