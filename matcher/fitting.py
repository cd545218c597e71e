"""Fitting: from counts of levels among known pairs to the weights of a model. Pure; who counts decides where the pairs come from.

m, s and u are the shares of a level among pairs that are the same child, brothers and sisters, and strangers. A counted share is
blended with the reasoned one, on the log scale, in which the reasoned one counts as `trust` pairs: what was seen rarely, or
never, moves little. The weights for the same child rise from the worst level to the best (pool adjacent violators).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

SAME, SIBLING, STRANGER = "m", "s", "u"
SHARES: Final = (SAME, SIBLING, STRANGER)
# As many pairs as the reasoned share of a level counts for, where the comparison's entry says nothing else.
_TRUST: Final = 40.0
# Levels that are no order: a delay that is too short is not better or worse than one that is too long.
UNORDERED: Final = frozenset({"elapsed", "swapped"})
_DIGITS: Final = 6
_STEPS: Final = 100
# How sure a known curve's slope and offset are: two of three installations lie within 0.15 of the slope, 1.5 bits of the offset.
_SURE: Final = (1 / 0.15**2, 1 / 1.5**2)

Counts = Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Seen:
    """Of one comparison: per share (`m`, `s`, `u`) the pairs at each level, worst level first; silent pairs are not counted."""

    levels: Sequence[str]
    counts: Counts
    commonness: Mapping[str, float] = field(default_factory=dict)


def fit_levels(name: str, entry: Mapping[str, Any], seen: Seen) -> dict[str, Any]:
    """A comparison's entry of the model with its shares estimated anew; its grounds and bounds stay."""
    shares = {share: _blend(entry, share, seen) for share in SHARES}
    if name not in UNORDERED:
        support = np.asarray(seen.counts[SAME], dtype=np.float64) + 1.0
        ordered = _rising(shares[SAME], shares[STRANGER], support)
        shares[SAME] = ordered / ordered.sum() * shares[SAME].sum()
    # What speaks for the child never speaks more for a sibling: an agreement must not lower the score. Nor does it tell the child
    # from a sibling who has the same parents, home and telephone: a counted difference would be chance.
    speaks_for = shares[SAME] > shares[STRANGER]
    at_most = shares[SAME] if "shared_by_siblings" in entry else np.minimum(shares[SIBLING], shares[SAME])
    shares[SIBLING] = np.where(speaks_for, at_most, shares[SIBLING])
    levels = {
        level: {
            **{share: _significant(shares[share][place]) for share in SHARES},
            "grounds": entry["levels"][level]["grounds"],
        }
        for place, level in enumerate(seen.levels)
    }
    fitted = {**entry, "levels": levels}
    if "rarity" in entry:
        fitted["rarity"] = {
            level: {**rarity, "reference": _significant(seen.commonness.get(level, rarity["reference"]))}
            for level, rarity in entry["rarity"].items()
        }
    return fitted


def _blend(entry: Mapping[str, Any], share: str, seen: Seen) -> NDArray[np.float64]:
    reasoned = np.array([_reasoned(entry["levels"][level], share) for level in seen.levels])
    counted = np.asarray(seen.counts[share], dtype=np.float64)
    trust = float(entry.get("trust", _TRUST))
    if not counted.sum():
        return reasoned
    estimate = np.maximum(counted, 0.5) / counted.sum() * reasoned.sum()
    blended = np.exp((counted * np.log(estimate) + trust * np.log(reasoned)) / (counted + trust))
    found: NDArray[np.float64] = blended / blended.sum() * reasoned.sum()
    return found


def _reasoned(level: Mapping[str, Any], share: str) -> float:
    # Where nothing was said of brothers and sisters they are like strangers.
    return float(level.get(share, level[STRANGER]))


def _rising(
    share: NDArray[np.float64], strangers: NDArray[np.float64], support: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The shares whose weights log2(share / strangers) do not fall from level to level, as near as can be to those given."""
    found: NDArray[np.float64] = strangers * np.exp2(rising(np.log2(share / strangers), support))
    return found


def rising(values: NDArray[np.float64], support: NDArray[np.float64]) -> NDArray[np.float64]:
    """The nearest values, each weighed by its support, that do not fall from one to the next (pool adjacent violators)."""
    blocks: list[tuple[float, float, int]] = []
    for value, weight in zip(values.tolist(), support.tolist(), strict=True):
        blocks.append((value, weight, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (value_a, weight_a, count_a), (value_b, weight_b, count_b) = blocks.pop(-2), blocks.pop()
            both = weight_a + weight_b
            blocks.append(((value_a * weight_a + value_b * weight_b) / both, both, count_a + count_b))
    return np.concatenate([np.full(count, value) for value, _, count in blocks])


def fit_calibration(
    scores: NDArray[np.float64], is_same: NDArray[np.bool_], *, near: tuple[float, float] | None = None
) -> tuple[float, float]:
    """(slope, offset) in bits of the logistic curve from scores to probabilities, by Newton's method (Platt 1999).

    `near` is a curve that is known from elsewhere: few pairs, or kinds that hardly overlap, leave it where it is.
    """
    hits, misses = float(is_same.sum()), float((~is_same).sum())
    target = is_same.astype(np.float64) if near else np.where(is_same, (hits + 1) / (hits + 2), 1 / (misses + 2))
    x, theta = np.stack([scores, np.ones_like(scores)]) * math.log(2), np.array(near or (0.7, 0.0))
    curve = _Curve(x, target, theta, np.array(_SURE if near else (0.0, 0.0)))
    for _ in range(_STEPS):
        step = curve.step(theta)
        # A whole step may lead far past the end where the two kinds hardly overlap (Lin, Lin and Weng 2007).
        while np.abs(step).max() >= 10**-_DIGITS and curve.loss(theta - step) > curve.loss(theta):
            step = step / 2
        theta = theta - step
        if np.abs(step).max() < 10**-_DIGITS:
            break
    return round(float(theta[0]), 4), round(float(theta[1]), 4)


@dataclass(frozen=True, slots=True)
class _Curve:
    """How badly (slope, offset) explain the targets, and how far `near` they are, each as sure as `precision` says."""

    x: NDArray[np.float64]
    target: NDArray[np.float64]
    near: NDArray[np.float64]
    precision: NDArray[np.float64]

    def step(self, theta: NDArray[np.float64]) -> NDArray[np.float64]:
        p = 1 / (1 + np.exp(-np.clip(theta @ self.x, -700, 700)))
        gradient = self.x @ (p - self.target) + self.precision * (theta - self.near)
        hessian = (self.x * (p * (1 - p))) @ self.x.T + np.diag(self.precision) + 1e-9 * np.eye(2)
        return np.linalg.solve(hessian, gradient).astype(np.float64)

    def loss(self, theta: NDArray[np.float64]) -> float:
        odds = theta @ self.x
        away = self.precision @ (theta - self.near) ** 2 / 2
        return float((np.logaddexp(0.0, odds) - self.target * odds).sum() + away)


def _significant(share: float) -> float:
    return float(f"{share:.4g}")
