"""Comparing names: one pair with its alignment, or many pairs at once. Both go through the same batch, so the numbers agree.

Similarity joins the sound alignment, best over the orders of the parts; the weakest part, since a long part must not hide that a short
one differs; and Jaro-Winkler on the romanised letters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cpdist

from matcher.names.alignment import AlignedUnit, align, trace
from matcher.names.levels import Agreement, NameLevel, grade
from matcher.names.name import Name
from matcher.names.parts import compare_parts, stack

Floats = NDArray[np.float32]
_PAIRS_AT_ONCE: Final = 4096
# Chosen on the development names: more letters help against typing slips, but let brothers and sisters come closer.
_LETTERS_SHARE: Final = np.float32(0.3)
_WEAKEST_SHARE: Final = np.float32(0.3)
_FIRST_COUNTS: Final = np.float32(0.001)


@dataclass(frozen=True, slots=True)
class NameComparison:
    """What two names have in common: similarity 0 to 1, the level, and the sounds that met in the best order."""

    similarity: float
    level: NameLevel
    alignment: tuple[AlignedUnit, ...]


def compare(a: Name, b: Name) -> NameComparison:
    """Compare two names; symmetric but for the sides of the alignment."""
    if not (a and b):
        return NameComparison(0.0, NameLevel.DIFFERENT, ())
    lesser, greater = _lesser_first(a, b)
    compared = _compare_block([lesser], [greater])
    steps = trace(lesser.order(0), greater.order(int(compared.order[0])))
    if lesser is not a:
        steps = tuple(AlignedUnit(step.second, step.first, step.cost) for step in steps)
    return NameComparison(float(compared.similarity[0]), NameLevel(int(compared.level[0])), steps)


def compare_many(a: Sequence[Name], b: Sequence[Name]) -> tuple[Floats, NDArray[np.int8]]:
    """Similarity and level of each pair (a[i], b[i]); the numbers of `compare`. ValueError for unequal lengths."""
    if len(a) != len(b):
        raise ValueError("compare_many compares pairs: both sides need the same length")
    pairs = [_lesser_first(first, second) for first, second in zip(a, b, strict=True)]
    similarity, level = np.zeros(len(pairs), np.float32), np.zeros(len(pairs), np.int8)
    for block in _blocks(pairs):
        compared = _compare_block([pairs[i][0] for i in block], [pairs[i][1] for i in block])
        similarity[block], level[block] = compared.similarity, compared.level
    return similarity, level


@dataclass(frozen=True, slots=True)
class _Compared:
    """Per pair: similarity, level, and which order of the greater name was best."""

    similarity: Floats
    level: NDArray[np.int8]
    order: NDArray[np.intp]


def _lesser_first(a: Name, b: Name) -> tuple[Name, Name]:
    """The same pair from either side: the parts of the greater name (more parts, more sounds) are put in every order."""
    return (a, b) if a.rank <= b.rank else (b, a)


def _blocks(pairs: list[tuple[Name, Name]]) -> list[list[int]]:
    """Pairs of one shape together, so that little is padding; a pair with nothing to compare is in none."""
    blocks: dict[tuple[int, int, bool], list[int]] = {}
    for i, (a, b) in enumerate(pairs):
        if a.width and b.width:
            blocks.setdefault((a.parts, b.parts, a.is_long or b.is_long), []).append(i)
    return [block[at : at + _PAIRS_AT_ONCE] for block in blocks.values() for at in range(0, len(block), _PAIRS_AT_ONCE)]


def _compare_block(lesser: list[Name], greater: list[Name]) -> _Compared:
    """Compare pairs of one shape."""
    whole, part, order = _compare_sounds(lesser, greater)
    letters = cpdist(
        [name.romans[0] for name in lesser],
        [name.romans[i] for name, i in zip(greater, order.tolist(), strict=True)],
        scorer=JaroWinkler.normalized_similarity,
        dtype=np.float32,
    )
    same = np.array([a.form == b.form or a.joined == b.joined for a, b in zip(lesser, greater, strict=True)])
    parts = compare_parts(lesser, greater)
    weakest = parts.worst if lesser[0].parts == greater[0].parts else whole
    sounds = (1 - _WEAKEST_SHARE) * whole + _WEAKEST_SHARE * weakest
    similarity = np.where(same, np.float32(1), (1 - _LETTERS_SHARE) * sounds + _LETTERS_SHARE * letters)
    level = grade(Agreement(same, whole, weakest, part, similarity, parts))
    return _Compared(similarity, level, order)


def _compare_sounds(lesser: list[Name], greater: list[Name]) -> tuple[Floats, Floats, NDArray[np.intp]]:
    """Per pair: the best similarity of the whole, of the lesser name with some parts of the greater, and the best order."""
    orders = len(greater[0].romans)
    width = max(max(name.width for name in side) for side in (lesser, greater))
    first = np.repeat(stack([name.padded(name.first, name.width, width) for name in lesser], width), orders, axis=0)
    second = stack([name.padded(name.codes, name.width, width) for name in greater], width)
    ends = stack([name.padded(name.ends, name.width, width) for name in greater], width)
    similarity = align(first, second).similarity()
    part = np.where(ends.T != 0, similarity[1:], 0).max(axis=0).reshape(-1, orders)
    whole = similarity[-1].reshape(-1, orders)
    # Among orders that sound equally good, the one in which the lesser name comes first reads best.
    order = (whole + _FIRST_COUNTS * part).argmax(axis=1)
    return whole.max(axis=1), part.max(axis=1), order
