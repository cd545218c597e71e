"""The measures that count: recall at k, reciprocal rank, calibration error, bootstrap intervals. Pure functions."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

Rank = int | None


def recall_at(ranks: Sequence[Rank], cut: int) -> float | None:
    """The share of true pairs found within the first `cut`; None where there are no pairs."""
    return sum(rank is not None and rank <= cut for rank in ranks) / len(ranks) if ranks else None


def mean_reciprocal_rank(ranks: Sequence[Rank]) -> float | None:
    """The mean of 1/rank; a pair that was not found counts 0."""
    return sum(1 / rank for rank in ranks if rank) / len(ranks) if ranks else None


def reliability(scored: Sequence[tuple[float, bool]], bins: int = 10) -> list[tuple[float, float, int]]:
    """(mean probability, share true, count) of equally filled bins, lowest first."""
    ordered = sorted(scored)
    size = max(1, -(-len(ordered) // bins))
    parts = [ordered[start : start + size] for start in range(0, len(ordered), size)]
    return [(sum(p for p, _ in part) / len(part), sum(t for _, t in part) / len(part), len(part)) for part in parts]


def calibration_error(scored: Sequence[tuple[float, bool]], bins: int = 10) -> float | None:
    """Expected calibration error: the mean gap between stated probability and share true, over equally filled bins."""
    if not scored:
        return None
    return sum(abs(stated - true) * count for stated, true, count in reliability(scored, bins)) / len(scored)


def bootstrap_interval(
    values: Sequence[float], statistic: Callable[[Sequence[float]], float], *, rounds: int = 500, seed: int = 1
) -> tuple[float, float]:
    """The 95 % interval of a statistic by resampling with replacement; deterministic by `seed`."""
    source = random.Random(seed)  # noqa: S311  # a statistic, not a secret
    found = sorted(statistic(source.choices(values, k=len(values))) for _ in range(rounds))
    return found[int(0.025 * rounds)], found[int(0.975 * rounds) - 1]
