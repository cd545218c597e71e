"""Many pairs of places at once, with the answers of `compare_places`.

Nearly all pairs share no district. What such a pair is depends on the provinces and routes only, and thousands of places look
alike from that far: each two kinds of them are compared once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from matcher.distinct import distinct
from matcher.places.levels import (
    PlaceLevel,
    Reading,
    compare_provinces,
    compare_readings,
    read_candidates,
    seen_from_afar,
)
from matcher.places.place import PlaceCandidate

Indexes = NDArray[np.intp]
Levels = NDArray[np.int8]
Compare = Callable[[Reading, Reading], PlaceLevel | None]
# Cells are told apart by the bits of their names' checksums: a chance agreement costs a closer look, nothing else.
_WORDS: Final = 4
_BITS: Final = 64
_REMEMBERED: Final = 1 << 18
_NEVER: Final = -1


class PlaceBatch:
    """Looked-up places laid out for comparing. Immutable."""

    def __init__(self, values: Sequence[tuple[PlaceCandidate, ...]]) -> None:
        self.readings = [read_candidates(value) for value in values]
        self.cells = np.array([_cells(reading) for reading in self.readings], np.uint64).reshape(-1, _WORDS)
        kinds: dict[Hashable, int] = {}
        self.kinds: list[Reading] = []
        places = []
        for reading in self.readings:
            place = kinds.setdefault(seen_from_afar(reading), len(self.kinds))
            if place == len(self.kinds):
                self.kinds.append(reading)
            places.append(place)
        self.kind = np.array(places, np.intp)


def compare_batches(first: PlaceBatch, a: Indexes, second: PlaceBatch, b: Indexes) -> Levels:
    """The level of place a[i] of the first and b[i] of the second; -1 where `compare_places` says None."""
    near = (first.cells[a] & second.cells[b]).any(axis=1)
    levels = np.empty(len(a), np.int8)
    for some, compare, mine, x, yours, y in (
        (np.flatnonzero(near), _near, first.readings, a, second.readings, b),
        (np.flatnonzero(~near), _far, first.kinds, first.kind[a], second.kinds, second.kind[b]),
    ):
        levels[some] = _each_distinct(compare, mine, x[some], yours, y[some])
    return levels


def _each_distinct(compare: Compare, mine: list[Reading], a: Indexes, yours: list[Reading], b: Indexes) -> Levels:
    codes, back = distinct(a * len(yours) + b, max(1, len(mine) * len(yours)))
    rows, columns = np.divmod(codes, max(1, len(yours)))
    found = [compare(mine[row], yours[column]) for row, column in zip(rows.tolist(), columns.tolist(), strict=True)]
    return np.array([_NEVER if level is None else int(level) for level in found], np.int8)[back]


# By identity: a reading is made once a text, and its hash is its address.
_near = lru_cache(maxsize=_REMEMBERED)(compare_readings)
_far = lru_cache(maxsize=_REMEMBERED)(compare_provinces)


def _cells(reading: Reading) -> list[int]:
    """The bits of all districts, communes and villages that the text may mean."""
    words = [0] * _WORDS
    for masses in reading.masses[:-1]:
        for name in masses:
            word, bit = divmod(crc32(name.encode()) % (_WORDS * _BITS), _BITS)
            words[word] |= 1 << bit
    return words
