"""What a face distance is worth as evidence: bands of distance, classes of photo pairs, and the declared likelihood ratios.

The ratios are a policy with its source (`data/face_pairs.csv`), never fitted: no generated world has photos, and what people
confirm is what a photo has already persuaded them of. A photo moves a pair, it never decides one (rule 2).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.tables import rows

NAME: Final = "face"
CAP: Final = "photo alone"
SAME_PICTURE, VERY_ALIKE, ALIKE, NEITHER, UNLIKE = "same picture?", "very alike", "alike", "neither", "unlike"
# Brothers and sisters look alike: what speaks for the child speaks half as much, in bits, for a sibling. That a face is unlike
# says nothing against one. Reasoned: nobody has published a figure for siblings.
_SIBLING_SHARE: Final = 0.5
_DAYS_A_YEAR: Final = 365.25
# Of one child. More photos give more chances to look alike by accident.
MOST_PHOTOS: Final = 5

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Face:
    """The face on one photo, as an embedder made it: derived from the file, and never a column of the record.

    `vector` holds little-endian 32-bit floats whose Euclidean distance counts, and is blank where no face is seen; `digest` tells
    whether the file is still the same.
    """

    file: str
    embedder: str
    vector: bytes
    digest: bytes = b""

    @property
    def numbers(self) -> Vectors:
        """The vector, shape (dim,)."""
        return np.frombuffer(self.vector, dtype="<f4")


@dataclass(frozen=True, slots=True)
class Taken:
    """When a record's photos may have been taken: first and last day (ordinals); the last day on which the child may have been
    born, None where the record does not say.
    """

    first: int
    last: int
    born: int | None


@dataclass(frozen=True, slots=True)
class Closest:
    """The two faces of two records that are nearest to each other."""

    distance: float
    first: Face
    second: Face


@dataclass(frozen=True, slots=True)
class PhotoPair:
    """One row of the declared table: which photos it is for, and what a distance between their faces is worth."""

    photos: str
    youngest: float
    gap: float
    ratios: Mapping[str, float]


def closest(first: Sequence[Face], second: Sequence[Face]) -> Closest | None:
    """The nearest two faces that one embedder made, of one that has declared bands; None where there are none."""
    found = [
        Closest(distance(a, b), a, b)
        for a in first
        for b in second
        if a.embedder == b.embedder and len(a.vector) == len(b.vector) > 0 and _bands(a.embedder)
    ]
    return min(found, key=lambda one: one.distance, default=None)


def distance(first: Face, second: Face) -> float:
    """The Euclidean distance of two faces of one embedder."""
    return math.dist(first.numbers.tolist(), second.numbers.tolist())


def band(embedder: str, apart: float) -> str:
    """The band of a distance, from `same picture?` to `unlike`."""
    return next((name for name, furthest in _bands(embedder) if apart <= furthest), UNLIKE)


def farthest_neighbour(embedder: str) -> float:
    """The distance up to which a face brings its record up as a candidate: up to there it speaks for the child."""
    return dict(_bands(embedder)).get(ALIKE, 0.0)


def level(pair: PhotoPair, name: str) -> str:
    """The level of a band for a class of photos."""
    return NEITHER if name == NEITHER else f"{name}: {pair.photos}"


def pair_of(first: Taken | None, second: Taken | None) -> PhotoPair:
    """The class of two photos: by the youngest age on either, and the widest gap between them (None, not known: the widest).

    What is asked is how well two photos of one child can be compared: a birth that one record knows dates both.
    """
    *table, infants = photo_pairs()
    youngest = min(_ages(first, second), default=None)
    if youngest is not None and youngest < table[-1].youngest:
        return infants
    if first is None or second is None or youngest is None:
        return table[-1]
    gap = _years(max(first.last - second.first, second.last - first.first))
    return next(pair for pair in table if youngest >= pair.youngest and gap <= pair.gap)


def _ages(first: Taken | None, second: Taken | None) -> Iterator[float]:
    """The lowest age on each photo, in years, as far as it is known."""
    for taken, other in ((first, second), (second, first)):
        births = [one.born for one in (taken, other) if one and one.born is not None]
        if taken and births:
            yield _years(taken.first - births[0])


def _years(days: int) -> float:
    # So that a birthday is one, whatever leap days lie between.
    return round(days / _DAYS_A_YEAR, 2)


@cache
def photo_pairs() -> tuple[PhotoPair, ...]:
    """The declared table, the oldest and nearest first; infants last."""
    return tuple(
        PhotoPair(
            row["photos"],
            float(row["youngest"]),
            float(row["gap"] or math.inf),
            {
                # One picture twice tells no more than two that are very alike: somebody may have copied it.
                SAME_PICTURE: float(row["very_alike"]),
                VERY_ALIKE: float(row["very_alike"]),
                ALIKE: float(row["alike"]),
                UNLIKE: float(row["unlike"]),
            },
        )
        for row in rows("face_pairs.csv")
    )


@cache
def declared_bits() -> Mapping[str, tuple[float, float]]:
    """Per level, from the worst to the best, the bits for the same child and for a brother or sister."""
    return dict(sorted(_bits(), key=lambda item: item[1]))


def _bits() -> Iterator[tuple[str, tuple[float, float]]]:
    yield NEITHER, (0.0, 0.0)
    for pair in photo_pairs():
        for name, ratio in pair.ratios.items():
            bits = math.log2(ratio)
            yield level(pair, name), (round(bits, 2), round(max(bits, 0.0) * _SIBLING_SHARE, 2))


@cache
def _bands(embedder: str) -> tuple[tuple[str, float], ...]:
    return tuple((row["band"], float(row["furthest"])) for row in rows("face_bands.csv") if row["embedder"] == embedder)
