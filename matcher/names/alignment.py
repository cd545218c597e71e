"""Aligning sound units, many pairs at once: the cheapest way to turn one run of units into the other.

The dynamic programme works off one unit of the first side at a time, for all pairs in one numpy operation. Costs are counted in
steps of 1/500 of a full consonant, so that the work is done on 16-bit integers, twice as fast as on floats. A row is kept
*lifted*: each cell plus the weight of the units of the second side that are still to come. Putting a unit in is free then, and
a step along the row is one minimum.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.names.sounds import sound_space

Codes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Costs = NDArray[np.uint16]
Indexes = NDArray[np.intp]
# Two runs of 40 units, none heavier than 1, stay below 65,536 steps, lifted too.
_STEPS: Final = 500
_MOST_UNITS: Final = 40
_HALF: Final = np.float32(0.5)


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


def align(first: Codes, second: Codes) -> Aligned:
    """Align pair by pair columns of at most 40 units (width, pairs), padded with 0 at the end. ValueError for more units."""
    if max(len(first), len(second)) > _MOST_UNITS:
        raise ValueError(f"align takes at most {_MOST_UNITS} units a name")
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
