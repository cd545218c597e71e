"""The measures that count: recall@k, MRR, precision, calibration error, bootstrap intervals. Pure functions.

A ranking maps a report to its intakes, best first; the truth is pairs (report_id, intake_id). A true pair whose report has no
ranking counts as missed. Where there is nothing to measure the answer is NaN.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

# The normal deviate of a 95 % interval.
_Z: Final = 1.959964

Pairs = Iterable[tuple[str, str]]
Rankings = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Precision:
    """Of the pairs at or above a cut: how many there are and the share that is true (NaN where there are none)."""

    precision: float
    pairs: int


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with the ends of its bootstrap interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs of about the same stated probability: its mean, the share that is true, how many they are."""

    stated: float
    true: float
    count: int


def hits_at(rankings: Rankings, truth: Pairs, k: int) -> NDArray[np.float64]:
    """Per true pair, in order: 1.0 where its intake is among the first `k` of its report, else 0.0."""
    return np.array([intake in rankings.get(report, ())[:k] for report, intake in truth], dtype=np.float64)


def recall_at(rankings: Rankings, truth: Pairs, k: int) -> float:
    """The share of the true pairs among the first `k` candidates of their report; NaN without truth."""
    return _mean(hits_at(rankings, truth, k))


def reciprocal_ranks(rankings: Rankings, truth: Pairs) -> NDArray[np.float64]:
    """Per report of the truth, in order of first mention: 1 / rank of its best true intake, 0 where there is none."""
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    for report, intake in truth:
        wanted[report].add(intake)
    return np.array([_reciprocal_rank(rankings.get(report, ()), true) for report, true in wanted.items()])


def mean_reciprocal_rank(rankings: Rankings, truth: Pairs) -> float:
    """The mean of `reciprocal_ranks`; NaN without truth."""
    return _mean(reciprocal_ranks(rankings, truth))


def precision_at(
    scores: Sequence[float] | NDArray[np.float64], outcomes: Sequence[bool] | NDArray[np.bool_], cut: float
) -> Precision:
    """Precision among the pairs with a score (or probability) of at least `cut`."""
    chosen = _outcomes(scores, outcomes)[np.asarray(scores, dtype=np.float64) >= cut]
    return Precision(_mean(chosen), len(chosen))


def reliability(
    probabilities: Sequence[float] | NDArray[np.float64],
    outcomes: Sequence[bool] | NDArray[np.bool_],
    *,
    bins: int = 10,
) -> list[Bin]:
    """Bins of equal mass, lowest first: the pairs sorted by probability, cut into `bins` runs that differ by one at most.

    Raises `ValueError` for no bins.
    """
    if bins < 1:
        raise ValueError("there must be at least one bin")
    claimed, true = np.asarray(probabilities, dtype=np.float64), _outcomes(probabilities, outcomes)
    if not len(claimed):
        return []
    runs = np.array_split(np.argsort(claimed, kind="stable"), min(bins, len(claimed)))
    return [Bin(float(claimed[run].mean()), float(true[run].mean()), len(run)) for run in runs]


def calibration_error(
    probabilities: Sequence[float] | NDArray[np.float64],
    outcomes: Sequence[bool] | NDArray[np.bool_],
    *,
    bins: int = 10,
) -> float:
    """Expected calibration error: the mean over pairs of |mean probability - share true| of their bin (`reliability`)."""
    found = reliability(probabilities, outcomes, bins=bins)
    count = sum(one.count for one in found)
    return sum(abs(one.stated - one.true) * one.count for one in found) / count if count else math.nan


def reliability_by_width(
    probabilities: Sequence[float] | NDArray[np.float64],
    outcomes: Sequence[bool] | NDArray[np.bool_],
    *,
    bins: int = 10,
) -> list[Bin]:
    """Bins of equal width, lowest first, without those that hold no pair: for a picture, where nearly all pairs are unlikely."""
    claimed, true = np.asarray(probabilities, dtype=np.float64), _outcomes(probabilities, outcomes)
    place = np.minimum((claimed * bins).astype(np.int64), bins - 1)
    runs = [np.flatnonzero(place == one) for one in range(bins)]
    return [Bin(float(claimed[run].mean()), float(true[run].mean()), len(run)) for run in runs if len(run)]


def share_interval(share: float, count: int) -> tuple[float, float]:
    """The 95 % interval of a share of so many cases (Wilson 1927): it has a width even where the share is 0 or 1."""
    middle = (share + _Z**2 / (2 * count)) / (1 + _Z**2 / count)
    half = _Z / (1 + _Z**2 / count) * math.sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def bootstrap_interval(
    values: NDArray[np.float64],
    *,
    seed: int = 0,
    rounds: int = 1000,
    level: float = 0.95,
    statistic: Callable[[NDArray[np.float64]], float] | None = None,
) -> Interval:
    """The statistic (by default the mean) of the values and its percentile bootstrap interval; deterministic by `seed`.

    One value is one independent case (`hits_at`, `reciprocal_ranks`). NaN everywhere without values.
    """
    measure = statistic or _mean
    if not len(values):
        return Interval(math.nan, math.nan, math.nan)
    rng = np.random.default_rng(seed)
    draws = [measure(values[rng.integers(0, len(values), len(values))]) for _ in range(rounds)]
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return Interval(measure(values), float(low), float(high))


def _reciprocal_rank(ranking: Sequence[str], true: Collection[str]) -> float:
    return next((1 / rank for rank, intake in enumerate(ranking, start=1) if intake in true), 0.0)


def _outcomes(
    scores: Sequence[float] | NDArray[np.float64], outcomes: Sequence[bool] | NDArray[np.bool_]
) -> NDArray[np.float64]:
    if len(scores) != len(outcomes):
        raise ValueError(f"{len(scores)} scores but {len(outcomes)} outcomes")
    return np.asarray(outcomes, dtype=np.float64)


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if len(values) else math.nan
