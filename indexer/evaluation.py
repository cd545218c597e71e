"""How good the matches are, against pairs that are known: ranking, precision at each likelihood, calibration, retrieval."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from indexer.installation import Installation
from indexer.metrics import Interval, bootstrap_interval, calibration_error, hits_at, reciprocal_ranks
from indexer.rankings import Progress, Rankings, open_reports, rank_reports
from indexer.truth import Truth
from indexer.worst import Worst, find_worst
from matcher.errors import InputError
from matcher.model import Model

_CUTS: Final = (1, 5, 10, 20)
_LIKELIHOODS: Final = ("likely", "possible", "unlikely")


@dataclass(frozen=True, slots=True)
class AtLikelihood:
    """One likelihood: how many matches have it, the share of them that are true, the share of the truth that they are."""

    matches: int
    precision: float | None
    recall: float | None


@dataclass(frozen=True, slots=True)
class Siblings:
    """Known brothers and sisters: how many pairs, and what became of them. Shares are of all of them, found or not."""

    pairs: int
    brought_up: int
    called_likely: int
    called_likely_share: float | None
    called_same_family: int


@dataclass(frozen=True)
class Evaluation:
    """The figures, and what they were made from. Shares are 0..1; None where there is nothing to measure."""

    truth: Truth
    rankings: Rankings
    worst: Worst
    model: Model

    @cached_property
    def is_same(self) -> NDArray[np.bool_]:
        """Per row of the rankings: is it the same child?"""
        return self.rankings.among(self.truth.same)

    @cached_property
    def calibration_error(self) -> float:
        """Expected calibration error over everything that was brought up; NaN where nothing was."""
        return calibration_error(self.rankings.probability, self.is_same)

    @cached_property
    def kept_calibration_error(self) -> float:
        """The same over what is kept for a person's review: nearly all that is brought up is plainly somebody else."""
        kept = self.rankings.probability >= self.model.possible
        return calibration_error(self.rankings.probability[kept], self.is_same[kept])

    @cached_property
    def intervals(self) -> dict[str, Interval]:
        """Recall at each cut and anywhere, MRR, and precision at `likely`, with 95 % bootstrap intervals; NaN for nothing."""
        truth, ids = sorted(self.truth.same), self.rankings.ids
        deepest = int(self.rankings.rank.max(initial=0))
        values = {
            **{f"recall@{cut}": hits_at(ids, truth, cut) for cut in _CUTS},
            "mrr": reciprocal_ranks(ids, truth),
            "retrieval recall": hits_at(ids, truth, deepest),
            "precision at likely": self.is_same[self._called("likely")].astype(np.float64),
        }
        return {name: bootstrap_interval(value) for name, value in values.items()}

    def to_json(self) -> dict[str, object]:
        """The public shape of `elijah evaluate --json`, without the examples."""
        figures = {name: _share(interval.value) for name, interval in self.intervals.items()}
        ends = {name: _ends(interval) for name, interval in self.intervals.items()}
        return {
            "pairs": len(self.truth.same),
            "reports": len(self.rankings.report_ids),
            "model": self.model.version,
            "recall": {f"@{cut}": figures[f"recall@{cut}"] for cut in _CUTS},
            "mrr": figures["mrr"],
            "retrieval_recall": figures["retrieval recall"],
            "calibration_error": _share(self.calibration_error),
            "kept_calibration_error": _share(self.kept_calibration_error),
            "likelihood": {name: asdict(row) for name, row in self.likelihoods().items()},
            "same_family_called": int(self.rankings.same_family.sum()),
            "siblings": asdict(self.siblings()),
            "missed": self.worst.missed,
            "intervals": {
                "recall": {f"@{cut}": ends[f"recall@{cut}"] for cut in _CUTS},
                "mrr": ends["mrr"],
                "retrieval_recall": ends["retrieval recall"],
                "precision_at_likely": ends["precision at likely"],
            },
        }

    def examples(self) -> dict[str, list[dict[str, object]]]:
        """The worst of both kinds with their evidence, as JSON."""
        return {
            "false_positives": [example.to_json() for example in self.worst.false_positives],
            "misses": [example.to_json() for example in self.worst.misses],
        }

    def likelihoods(self) -> dict[str, AtLikelihood]:
        """How often each likelihood was given, and how often it was right."""
        return {name: self._at(name) for name in _LIKELIHOODS}

    def siblings(self) -> Siblings:
        """What the known brothers and sisters were taken for."""
        family, pairs = self.rankings.among(self.truth.family), len(self.truth.family)
        likely = int((family & self._called("likely")).sum())
        return Siblings(
            pairs=pairs,
            brought_up=int(family.sum()),
            called_likely=likely,
            called_likely_share=likely / pairs if pairs else None,
            called_same_family=int((family & self.rankings.same_family).sum()),
        )

    def _called(self, likelihood: str) -> NDArray[np.bool_]:
        probability, model = self.rankings.probability, self.model
        bounds = {
            "likely": (model.likely, 2.0),
            "possible": (model.possible, model.likely),
            "unlikely": (-1.0, model.possible),
        }
        low, high = bounds[likelihood]
        found: NDArray[np.bool_] = (probability >= low) & (probability < high)
        return found

    def _at(self, likelihood: str) -> AtLikelihood:
        hits = self.is_same[self._called(likelihood)]
        right, truth = int(hits.sum()), len(self.truth.same)
        return AtLikelihood(len(hits), right / len(hits) if len(hits) else None, right / truth if truth else None)


def evaluate(installation: Installation, truth: Truth, on_progress: Progress | None = None) -> Evaluation:
    """Rank the candidates of every open report that is loaded, also of those without a partner: they can only be wrong.

    Raises `InputError` where the truth speaks of reports that are not loaded.
    """
    report_ids = open_reports(installation)
    missing = truth.reports.difference(report_ids)
    if missing:
        raise InputError(
            f"{len(missing)} report_id of the truth file are not loaded or not open; load them first",
            column="report_id",
        )
    rankings = rank_reports(installation, report_ids, on_progress)
    worst = find_worst(installation, truth, rankings)
    return Evaluation(truth, rankings, worst, installation.scorer.model)


def precision_recall(
    probabilities: NDArray[np.float64], outcomes: NDArray[np.bool_], positives: int
) -> NDArray[np.float64]:
    """(recall, precision) at every distinct cut of the probability, highest cut first: an array of two columns."""
    order = np.argsort(-probabilities, kind="stable")
    hits, claimed = np.cumsum(outcomes[order]), probabilities[order]
    # A cut takes all pairs of one probability or none.
    last = np.flatnonzero(np.append(claimed[1:] != claimed[:-1], [True] * bool(len(claimed))))
    return np.column_stack([hits[last] / max(positives, 1), hits[last] / (last + 1)])


def _share(value: float) -> float | None:
    return None if math.isnan(value) else value


def _ends(interval: Interval) -> list[float] | None:
    return None if math.isnan(interval.value) else [interval.low, interval.high]
