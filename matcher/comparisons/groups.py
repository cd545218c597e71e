"""Values that are lists (names, readings of a birth): every item of the one with every item of the other, for many pairs."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Indexes = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups laid end to end: group i has `sizes[i]` >= 1 items, the first at `starts[i]`."""

    starts: Indexes
    sizes: Indexes

    @classmethod
    def of(cls, groups: Sequence[Sized]) -> Groups:
        """The groups of some lists, none of them empty."""
        sizes = np.fromiter(map(len, groups), np.intp, len(groups))
        return cls(np.cumsum(sizes) - sizes, sizes)


@dataclass(frozen=True, slots=True)
class Crossed:
    """Pairs of items by pair of groups: `first` and `second` are positions of items; pair k owns those from `starts[k]` on."""

    first: Indexes
    second: Indexes
    starts: Indexes
    sizes: Indexes

    def best(self, ranks: NDArray[np.floating]) -> Indexes:
        """Per pair of groups the first of its pairs of items that has the highest rank."""
        if len(self.starts) == len(ranks):
            return self.starts
        highest = np.repeat(np.maximum.reduceat(ranks, self.starts), self.sizes)
        found = np.flatnonzero(ranks == highest)
        owners = np.repeat(np.arange(len(self.starts)), self.sizes)[found]
        return found[np.flatnonzero(np.diff(owners, prepend=-1))]


def cross(reports: Groups, intakes: Groups, left: Indexes, right: Indexes) -> Crossed:
    """Every item of group left[k] of the one side with every item of group right[k] of the other."""
    rows, columns = reports.sizes[left], intakes.sizes[right]
    sizes = rows * columns
    if not len(left) or sizes.max() == 1:
        return Crossed(reports.starts[left], intakes.starts[right], np.arange(len(left)), sizes)
    starts = np.cumsum(sizes) - sizes
    within = np.arange(int(sizes.sum())) - np.repeat(starts, sizes)
    row, column = np.divmod(within, np.repeat(columns, sizes))
    first, second = np.repeat(reports.starts[left], sizes) + row, np.repeat(intakes.starts[right], sizes) + column
    return Crossed(first, second, starts, sizes)
