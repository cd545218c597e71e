"""The levels of agreement between two names, and the bounds between them."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.names.measures import Measures

Floats = NDArray[np.float32]


class NameLevel(IntEnum):
    """How well two names agree, worst to best. `label` gives the words that people read."""

    DIFFERENT = 0
    ONE_PART = 1
    SIMILAR = 2
    PART = 3
    LETTERS = 4
    CLOSE = 5
    SAME_SOUNDS = 6
    SAME = 7

    @property
    def label(self) -> str:
        """The level in words."""
        return _LABELS[self]


_LABELS: Final = (
    "different",
    "one part agrees",
    "similar",
    "part of the name",
    "nearly the same letters",
    "close sounds",
    "same sounds",
    "same name",
)

# Bounds chosen on the development names (bench/names.py). `sounds` is the similarity of the sound alignment, `mean` the mean of
# that and Jaro-Winkler; a part agrees from AGREES on and contradicts up to CONTRADICTS; one letter in seven may be a slip.
SAME_SOUNDS: Final = 0.94
CLOSE_MEAN: Final = 0.86
CLOSE_SOUNDS: Final = 0.82
SIMILAR_MEAN: Final = 0.74
AGREES: Final = 0.86
CONTRADICTS: Final = 0.6
SPELLED_ALIKE: Final = 0.85


def grade(measures: Measures, mean: Floats) -> NDArray[np.int8]:
    """The level of each pair: the first of these rules that holds. `mean` is their similarity but for names that are the same."""
    whole, weakest = measures.whole, measures.weakest
    contradicted = (measures.best >= AGREES) & (measures.worst < CONTRADICTS)
    in_part = (measures.part >= AGREES) | ((measures.worst_of_fewer >= AGREES) & (whole < CLOSE_SOUNDS))
    rules = (
        ((whole >= SAME_SOUNDS) & (weakest >= AGREES), NameLevel.SAME_SOUNDS),
        ((mean >= CLOSE_MEAN) & (whole >= CLOSE_SOUNDS) & (weakest >= CONTRADICTS), NameLevel.CLOSE),
        (measures.spelling >= SPELLED_ALIKE, NameLevel.LETTERS),
        (in_part, NameLevel.PART),
        (contradicted, NameLevel.ONE_PART),
        ((mean >= SIMILAR_MEAN) | (measures.called >= SAME_SOUNDS), NameLevel.SIMILAR),
    )
    return np.select(
        [holds for holds, _ in rules], [int(level) for _, level in rules], int(NameLevel.DIFFERENT)
    ).astype(np.int8)
