"""Learning without labels: the classes behind agreement patterns, by expectation-maximisation. Pure.

A pattern is a row of levels, one a comparison (`SILENT` where a side says nothing). Each pair belongs to one of some classes (the
same child, brothers and sisters, strangers), and within a class the comparisons are taken to be independent and silence to say
nothing (Fellegi and Sunter 1969; Winkler 1988). Pairs whose class is known stay in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from matcher.comparisons.base import SILENT

UNKNOWN: Final = -1
_STEPS: Final = 500
# A share that moves less than this has arrived.
_STILL: Final = 1e-5
# No share is 0: a level that was not seen is rare, not impossible.
_LEAST: Final = 1e-9
# Fewer pairs than this are none.
_NOTHING: Final = 1e-100

Levels = NDArray[np.int8]
Shares = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Patterns:
    """Distinct patterns: `levels` (patterns, comparisons), how many pairs show each, and their class or `UNKNOWN`."""

    levels: Levels
    pairs: NDArray[np.float64]
    known: Levels

    @classmethod
    def of(cls, levels: Levels, known: Levels | None = None) -> Self:
        """The patterns of these pairs, a row a pair. `known` holds the class of each, all unknown by default."""
        classes = np.full(len(levels), UNKNOWN, dtype=np.int8) if known is None else known.astype(np.int8)
        return cls._distinct(np.column_stack([levels.astype(np.int8), classes]), np.ones(len(levels)))

    def with_more(self, other: Self) -> Self:
        """The patterns of both."""
        rows = np.concatenate([np.column_stack([one.levels, one.known]) for one in (self, other)])
        return self._distinct(rows, np.concatenate([self.pairs, other.pairs]))

    @classmethod
    def _distinct(cls, rows: Levels, pairs: NDArray[np.float64]) -> Self:
        # One byte string a row: far quicker to sort than rows of numbers.
        packed = np.ascontiguousarray(rows).view(np.dtype((np.void, rows.shape[1]))).ravel()
        _, first, back = np.unique(packed, return_index=True, return_inverse=True)
        kept = rows[first]
        together = np.zeros(len(first))
        np.add.at(together, back.ravel(), pairs)
        return cls(kept[:, :-1], together, kept[:, -1])


@dataclass(frozen=True, slots=True)
class Mixture:
    """The classes: `mix` (classes,) is their share of the pairs; `shares`, per comparison, (classes, levels) of each level."""

    mix: Shares
    shares: tuple[Shares, ...]

    def logs(self, patterns: Patterns) -> NDArray[np.float64]:
        """(patterns, classes): the log of the probability of class and pattern together; -inf for what it is known not to be."""
        found = np.repeat(np.log(np.maximum(self.mix, _LEAST))[np.newaxis], len(patterns.levels), axis=0)
        for place, shares in enumerate(self.shares):
            # The last column is SILENT's: index -1 reaches it.
            table = np.column_stack([np.log(np.maximum(shares, _LEAST)), np.zeros(len(shares))])
            found += table[:, patterns.levels[:, place]].T
        elsewhere = (patterns.known[:, np.newaxis] != np.arange(len(self.mix))) & (patterns.known != UNKNOWN)[
            :, np.newaxis
        ]
        return np.where(elsewhere, -np.inf, found)

    def posterior(self, patterns: Patterns) -> NDArray[np.float64]:
        """(patterns, classes): how probable each class is for a pair of the pattern."""
        logs = self.logs(patterns)
        found = np.exp(logs - logs.max(axis=1, keepdims=True))
        shares: NDArray[np.float64] = found / found.sum(axis=1, keepdims=True)
        return shares

    def log_likelihood(self, patterns: Patterns) -> float:
        """How well the classes explain all pairs; never falls from step to step (without `trust`)."""
        return float(np.logaddexp.reduce(self.logs(patterns), axis=1) @ patterns.pairs)


@dataclass(frozen=True, slots=True)
class Found:
    """What came out: the classes, and per comparison (classes, levels) the pairs expected at each level; `pairs` per class."""

    mixture: Mixture
    counts: tuple[Shares, ...]
    pairs: Shares
    steps: int
    converged: bool


def fit_mixture(patterns: Patterns, start: Mixture, *, trust: float = 0.0, steps: int = _STEPS) -> Found:
    """The classes that explain the patterns best, from `start`, whose shares count as `trust` pairs of each class and comparison.

    `counts` and `pairs` of the answer are of the patterns alone. Nearby starts end in one place; where a class is not in the
    data at all, `trust` keeps it what it was.
    """
    mixture, taken, still = start, 0, False
    while taken < steps and not still:
        found = _likeliest(start, *_expected(patterns, mixture), trust)
        still = (
            max(float(np.abs(new - old).max()) for new, old in zip(_all(found), _all(mixture), strict=True)) < _STILL
        )
        mixture, taken = found, taken + 1
    counts, pairs = _expected(patterns, mixture)
    return Found(mixture, counts, pairs, steps=taken, converged=still)


def _all(mixture: Mixture) -> Sequence[Shares]:
    return (mixture.mix, *mixture.shares)


def _expected(patterns: Patterns, mixture: Mixture) -> tuple[tuple[Shares, ...], Shares]:
    """The E-step: per comparison the expected pairs at each level, and of each class."""
    pairs = mixture.posterior(patterns) * patterns.pairs[:, np.newaxis]
    counts = tuple(
        _count(patterns.levels[:, place], pairs, shares.shape[1]) for place, shares in enumerate(mixture.shares)
    )
    return counts, pairs.sum(axis=0)


def _count(levels: Levels, pairs: NDArray[np.float64], length: int) -> Shares:
    spoken = levels != SILENT
    at = levels[spoken]
    return np.stack([np.bincount(at, weights=pairs[spoken, one], minlength=length) for one in range(pairs.shape[1])])


def _likeliest(start: Mixture, counts: Sequence[Shares], pairs: Shares, trust: float) -> Mixture:
    """The M-step."""
    shares = []
    for first, counted in zip(start.shares, counts, strict=True):
        weighed = counted + trust * first
        total = weighed.sum(axis=1, keepdims=True)
        # A class of which nothing is seen and nothing is trusted stays as it began.
        shares.append(np.divide(weighed, total, out=first.copy(), where=total > _NOTHING))
    return Mixture(pairs / pairs.sum() if pairs.sum() else start.mix, tuple(shares))
