"""Distinct numbers of many, and where each of the many stands among them."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Indexes = NDArray[np.intp]
# A table of so many numbers, or of so many times the given ones, is cheaper than sorting them.
_TABLE: Final = 1 << 16
_TABLE_RATIO: Final = 4


def distinct(codes: Indexes, bound: int) -> tuple[Indexes, Indexes]:
    """The distinct codes, all in [0, bound), in ascending order, and for each code its position among them.

    numpy's `unique` is slow on millions of int64 (engines.md 1.3); a table is not, nor a sort and a difference mask.
    """
    if bound <= max(_TABLE, _TABLE_RATIO * len(codes)):
        seen = np.zeros(bound, np.bool_)
        seen[codes] = True
        values = np.flatnonzero(seen)
        place = np.empty(bound, np.intp)
        place[values] = np.arange(len(values))
        return values, place[codes]
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    new = np.concatenate(([True], ordered[1:] != ordered[:-1])) if len(codes) else np.zeros(0, np.bool_)
    back = np.empty(len(codes), np.intp)
    back[order] = np.cumsum(new) - 1
    return ordered[new], back
