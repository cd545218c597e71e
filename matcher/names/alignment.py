"""Aligning sound units: the cheapest way to turn one run of units into the other, for many pairs at once.

Costs are counted in steps of 1/500 of a full consonant: whole numbers, so that the two ways to work them out give the same to the
last bit. Large batches go through the compiled kernel. A command that asks once would wait longer for the compiler than for its
answer: until the kernel has been loaded, small batches work off one unit of the first side at a time for all pairs in numpy. A
row is kept *lifted* there: each cell plus the weight of the units of the second side that are still to come. Putting a unit in is
free then, and a step along the row is one minimum.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.names import kernel
from matcher.names.kernel import MOST_UNITS
from matcher.names.sounds import sound_space
from matcher.names.tokens import joints

Codes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Costs = NDArray[np.uint16]
Indexes = NDArray[np.intp]
# Two runs of 40 units, none heavier than 1, stay below 65,536 steps, lifted too.
_STEPS: Final = 500
_HALF: Final = np.float32(0.5)
# From so many pairs on, loading the kernel (half a second) is worth it.
_KERNEL_FROM: Final = 20_000


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs of at most 40 units: `codes` (runs, width), padded with 0 at the end, and how many units each has."""

    codes: Codes
    lengths: NDArray[np.uint8]

    @classmethod
    def of(cls, runs: Sequence[bytes]) -> Runs:
        """Lay out some runs. ValueError for one of more than 40 units."""
        width = max((1, *map(len, runs)))
        if width > MOST_UNITS:
            raise ValueError(f"a run has at most {MOST_UNITS} units")
        # A bytearray: the kernel takes arrays that could be written to.
        codes = np.frombuffer(bytearray().join([run.ljust(width, b"\0") for run in runs]), np.uint8).reshape(-1, width)
        return cls(codes, np.fromiter(map(len, runs), np.uint8, len(runs)))

    def beginnings(self) -> Runs:
        """The first unit of each run."""
        return Runs(self.codes[:, :1].copy(), np.minimum(self.lengths, 1))

    def columns(self, some: Indexes) -> Codes:
        """Some runs side by side, as wide as the longest of them: (units, pairs)."""
        width = max(1, int(self.lengths[some].max(initial=0)))
        return np.ascontiguousarray(self.codes[some, :width].T)


def similarity(first: Runs, a: Indexes, second: Runs, b: Indexes) -> Floats:
    """How alike run a[i] of the first and run b[i] of the second sound: 1 for the same sounds, 0 for nothing in common."""
    return similarity_to_prefixes(first, a, second, b, np.zeros((len(second.lengths), 0), np.uint8))[0]


def similarity_to_prefixes(
    first: Runs, a: Indexes, second: Runs, b: Indexes, ends: NDArray[np.uint8]
) -> tuple[Floats, Floats]:
    """`similarity`, and the best of run a[i] and the beginnings of run b[i] that are ends[b[i]] units long; 0 without any."""
    if kernel.is_loaded() or len(a) >= _KERNEL_FROM:
        return _by_kernel(first, a, second, b, ends)
    aligned = align(first.columns(a), second.columns(b))
    whole = aligned.similarity()
    if not ends.shape[1]:
        return whole, np.zeros_like(whole)
    return whole, np.asarray(aligned.similarity_to(ends[b].T).max(axis=0), np.float32)


def _by_kernel(first: Runs, a: Indexes, second: Runs, b: Indexes, ends: NDArray[np.uint8]) -> tuple[Floats, Floats]:
    whole, part = np.empty(len(a), np.float32), np.zeros(len(a), np.float32)
    sides = first.codes, first.lengths, a, second.codes, second.lengths, b
    kernel.load().align(*sides, ends, *whole_steps(), whole, part)
    return whole, part


@dataclass(frozen=True, slots=True)
class Aligned:
    """For each pair, the cost of aligning all of the first with each prefix of the second, in steps.

    `cost` and `second_weight` have shape (width of second + 1, pairs).
    """

    cost: Costs
    second_weight: Costs

    def similarity(self) -> Floats:
        """1 for the same sounds, 0 for nothing in common: (pairs,)."""
        return self._similarity(self.cost[-1], self.second_weight[-1])

    def similarity_to(self, prefixes: NDArray[np.uint8]) -> Floats:
        """The similarity of the first to so many units of the second: (any, pairs) as `prefixes`."""
        cells = prefixes.astype(np.intp) * self.cost.shape[1] + np.arange(self.cost.shape[1])
        return self._similarity(self.cost.take(cells), self.second_weight.take(cells))

    def _similarity(self, cost: Costs, second_weight: Costs) -> Floats:
        mean = (self.cost[0].astype(np.float32) + second_weight.astype(np.float32)) * _HALF
        similarity = np.subtract(1, cost.astype(np.float32) / np.maximum(mean, 1))
        return np.asarray(np.maximum(similarity, 0), np.float32)


@dataclass(frozen=True, slots=True)
class AlignedUnit:
    """One step of an alignment: the sounds that met ("" where one side has none) and what that cost."""

    first: str
    second: str
    cost: float


@dataclass(frozen=True, slots=True)
class _Steps:
    """The costs of the sound space in whole steps: `costs` flat (first unit * units + second unit), `lifted` less the weight
    of the second unit (below 0 it wraps round, and adding it wraps back), `weights` by unit."""

    costs: Costs
    lifted: Costs
    weights: Costs
    units: int


@cache
def _steps() -> _Steps:
    space = sound_space()
    costs = np.rint(space.costs * _STEPS).astype(np.uint16)
    weights = np.rint(space.weights * _STEPS).astype(np.uint16)
    return _Steps(costs.ravel(), (costs - weights).ravel(), weights, len(space.sounds))


@cache
def whole_steps() -> tuple[NDArray[np.int16], NDArray[np.int16], Codes]:
    """For the kernels: the costs of the sound space, each less the weight of the second unit, (units, units); the weights; what
    becomes of two units where parts are joined.
    """
    steps = _steps()
    weights = steps.weights.astype(np.int16)
    return steps.costs.reshape(steps.units, steps.units).astype(np.int16) - weights, weights, joints()


def align(first: Codes, second: Codes) -> Aligned:
    """Align pair by pair columns of at most 40 units (width, pairs), padded with 0 at the end. ValueError for more units."""
    if max(len(first), len(second)) > MOST_UNITS:
        raise ValueError(f"align takes at most {MOST_UNITS} units a name")
    across = second.astype(np.intp)
    weights = _cumulative(across)
    row = weights
    for row in _rows(first, across, weights[-1]):  # noqa: B007  # only the last row is asked for
        pass
    return Aligned(row - (weights[-1] - weights), weights)


def trace(first: bytes, second: bytes) -> tuple[AlignedUnit, ...]:
    """The cheapest alignment of two runs of units, step by step."""
    sounds, steps = sound_space().sounds, _steps()
    table = _whole_table(first, second)
    found: list[AlignedUnit] = []
    i, j = len(first), len(second)
    while i or j:
        met = int(steps.costs[first[i - 1] * steps.units + second[j - 1]]) if i and j else -1
        if met >= 0 and table[i - 1][j - 1] + met == table[i][j]:
            i, j = i - 1, j - 1
            found.append(AlignedUnit(sounds[first[i]].symbol, sounds[second[j]].symbol, _cost(met)))
        elif i and table[i - 1][j] + int(steps.weights[first[i - 1]]) == table[i][j]:
            i -= 1
            found.append(AlignedUnit(sounds[first[i]].symbol, "", _cost(int(steps.weights[first[i]]))))
        else:
            j -= 1
            found.append(AlignedUnit("", sounds[second[j]].symbol, _cost(int(steps.weights[second[j]]))))
    return tuple(reversed(found))


def _cost(steps: int) -> float:
    return round(steps / _STEPS, 4)


def _one(codes: bytes) -> Codes:
    return np.frombuffer(codes, np.uint8)[:, None]


def _whole_table(first: bytes, second: bytes) -> list[list[int]]:
    across = _one(second).astype(np.intp)
    weights = _cumulative(across)
    still_to_come = (weights[-1] - weights)[:, 0]
    return [(row[:, 0] - still_to_come).tolist() for row in _rows(_one(first), across, weights[-1])]


def _cumulative(codes: Indexes) -> Costs:
    """The weight of the first j units, for each pair: (width + 1, pairs)."""
    total = np.zeros((len(codes) + 1, codes.shape[1]), np.uint16)
    for j, weight in enumerate(_steps().weights.take(codes)):
        np.add(total[j], weight, out=total[j + 1])
    return total


def _rows(first: Codes, across: Indexes, second_weight: Costs) -> Iterator[Costs]:
    """The lifted table row by row, shape (width of second + 1, pairs): costs of the first i units against every prefix.

    The one array is filled anew for each row.
    """
    steps = _steps()
    row = np.empty((len(across) + 1, across.shape[1]), np.uint16)
    row[:] = second_weight
    yield row
    index, met = np.empty_like(across), np.empty(across.shape, np.uint16)
    for unit in first:
        np.add(across, unit.astype(np.intp) * steps.units, out=index)
        steps.lifted.take(index, out=met, mode="clip")
        met += row[:-1]
        row += steps.weights.take(unit)
        np.minimum(row[1:], met, out=row[1:])
        for j in range(len(across)):
            np.minimum(row[j + 1], row[j], out=row[j + 1])
        yield row
