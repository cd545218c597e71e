"""Comparing fields as they stand on a form: every name written in one with every name written in the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matcher.names.levels import NameLevel
from matcher.names.name import Name, analyse
from matcher.names.similarity import NameComparison, compare, compare_many
from matcher.text import is_blank, tidy


@dataclass(frozen=True, slots=True)
class FieldComparison:
    """How alike the best pair of names of two fields is: similarity 0 to 1 and the level; 0 where a field holds no name."""

    similarity: float
    level: NameLevel


_NOTHING = FieldComparison(0.0, NameLevel.DIFFERENT)
_SAME = FieldComparison(1.0, NameLevel.SAME)


def compare_fields(a: Sequence[str], b: Sequence[str]) -> list[FieldComparison]:
    """Compare each field a[i] with b[i], in order; symmetric. Never raises but ValueError for unequal lengths."""
    left: list[Name] = []
    right: list[Name] = []
    owner: list[int] = []
    for i, (first, second) in enumerate(zip(a, b, strict=True)):
        others = analyse(second)
        for name in analyse(first):
            left += [name] * len(others)
            right += others
            owner += [i] * len(others)
    found = [_SAME if _is_same(first, second) else _NOTHING for first, second in zip(a, b, strict=True)]
    similarity, level = compare_many(left, right)
    best = np.lexsort((similarity, level, np.array(owner, np.intp)))
    for at in best.tolist():  # the last of each owner is the best
        if found[owner[at]] is not _SAME:
            found[owner[at]] = FieldComparison(float(similarity[at]), NameLevel(int(level[at])))
    return found


def compare_field(a: str, b: str) -> NameComparison:
    """The best pair of names of two fields with its alignment; what `compare_fields` finds, for showing."""
    pairs = [compare(first, second) for first in analyse(a) for second in analyse(b)]
    best = max(pairs, key=lambda pair: (pair.level, pair.similarity), default=None)
    if _is_same(a, b):
        return NameComparison(1.0, NameLevel.SAME, best.alignment if best else ())
    return best or NameComparison(0.0, NameLevel.DIFFERENT, ())


def _is_same(a: str, b: str) -> bool:
    """The same text, letter for letter, also where nothing in it sounds."""
    return tidy(a) == tidy(b) and not is_blank(a)
