"""Pairs that nobody has decided on: which of all candidates are the same child, by EM (matcher/em.py)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from indexer.blocks import candidate_pairs
from indexer.counting import SAME, STRANGER, Counts, class_odds, count_levels, levels_of
from indexer.installation import Installation
from indexer.labelled import Labelled
from indexer.pairing import Pairs, ScoredPairs
from matcher.em import Mixture, Patterns, fit_mixture
from matcher.fitting import SAME as M
from matcher.fitting import SIBLING as S
from matcher.record import Kind
from matcher.refitting import KEPT, TRUST, shares_of
from matcher.scoring import Scorer

# Candidates that EM learns from; more tell it nothing new and do not fit in memory.
_CANDIDATES: Final = 1_000_000
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class SameChildren:
    """What EM takes for the same child: expected counts of each comparison's levels, expected pairs, of how many candidates."""

    counts: Counts
    pairs: float
    candidates: int


def find_same_children(
    installation: Installation,
    scorer: Scorer,
    labelled: Labelled,
    base: Mapping[str, Any],
    on_progress: Progress | None = None,
) -> SameChildren:
    """EM over the candidates of all open reports; the labelled pairs are held to what people said of them.

    Three classes. The same child, and brothers and sisters, begin as `base` has them; strangers as the candidates are, which
    agree more than random pairs do, or they would be no candidates.
    """
    return _Learning(installation, scorer, labelled).run(base, on_progress)


class _Learning:
    def __init__(self, installation: Installation, scorer: Scorer, labelled: Labelled) -> None:
        self._here = installation
        self._scorer = scorer
        self._places = [
            place
            for place, comparison in enumerate(self._scorer.comparisons)
            if len(comparison.levels) > 1 and comparison.name not in KEPT
        ]
        self._known = self._ids(labelled)
        self._patterns = self._labelled_patterns(labelled)
        self._strangers = count_levels(self._scorer, levels_of(installation, scorer, ()))
        self._odds = np.zeros(3)
        self._candidates = 0

    def run(self, base: Mapping[str, Any], on_progress: Progress | None) -> SameChildren:
        total, done = self._here.store.count(Kind.REPORT, open_only=True), 0
        for pairs in candidate_pairs(self._here):
            self._take(pairs)
            done += len(pairs.queries)
            if on_progress:
                on_progress(done, total)
            if self._candidates >= _CANDIDATES:
                break
        found = fit_mixture(self._patterns, self._start(base), trust=TRUST)
        counts = [np.zeros(len(comparison.levels)) for comparison in self._scorer.comparisons]
        for place, counted in zip(self._places, found.counts, strict=True):
            counts[place] = counted[SAME]
        return SameChildren(tuple(counts), float(found.pairs[SAME]), self._candidates)

    def _ids(self, labelled: Labelled) -> frozenset[tuple[str, int]]:
        reports = self._here.store.get_many(report for report, _ in labelled.all)
        return frozenset(
            (reports[report].record.record_id, intake) for report, intake in labelled.all if report in reports
        )

    def _labelled_patterns(self, labelled: Labelled) -> Patterns:
        parts = [
            levels_of(self._here, self._scorer, numbers) for numbers in (labelled.same, labelled.family, labelled.other)
        ]
        classes = np.repeat(np.arange(3, dtype=np.int8), [len(part) for part in parts])
        return Patterns.of(np.concatenate(parts)[:, self._places], classes)

    def _take(self, pairs: Pairs) -> None:
        scores = ScoredPairs(self._scorer, pairs).scores
        new = np.array([(query.record_id, stored.number) not in self._known for query, stored in pairs.each()])
        levels, odds = scores.levels[new], class_odds(self._scorer.model, scores)[new]
        self._patterns = self._patterns.with_more(Patterns.of(levels[:, self._places]))
        more = count_levels(self._scorer, levels, odds[:, STRANGER])
        self._strangers = tuple(a + b for a, b in zip(self._strangers, more, strict=True))
        self._odds += odds.sum(axis=0)
        self._candidates += len(levels)

    def _start(self, base: Mapping[str, Any]) -> Mixture:
        shares = []
        for place in self._places:
            comparison, counted = self._scorer.comparisons[place], self._strangers[place] + 1.0
            stated = (shares_of(base, comparison.name, comparison.levels, share) for share in (M, S))
            shares.append(np.stack([*stated, counted / counted.sum()]))
        # One pair is added to each class, so that none is ruled out.
        mix: NDArray[np.float64] = self._odds + 1.0
        return Mixture(mix / mix.sum(), tuple(shares))
