"""The parts of two names, each against each: does one agree while another contradicts?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.names.alignment import Codes, align
from matcher.names.table import Pairs, padded

Floats = NDArray[np.float32]
# Names of more parts are rare, and the ways to join neighbours become many.
_MOST_JOINED: Final = 4


@dataclass(frozen=True, slots=True)
class PartAgreement:
    """Per pair of names: the similarity of every part with every part (parts of the lesser, parts of the greater, pairs); the
    best of them; the worst part of the name with fewer parts; the worst of all parts."""

    table: Floats
    best: Floats
    worst_of_fewer: Floats
    worst: Floats

    def of_order(self, order: Sequence[int]) -> Floats:
        """The sum over the parts when those of the greater name are put in this order; both have equally many."""
        return np.asarray(sum(self.table[i, part] for i, part in enumerate(order)), np.float32)


def compare_parts(pairs: Pairs) -> PartAgreement:
    """Compare every part with every part; the lesser name has no more parts than the greater."""
    table = _table(*pairs.parts())
    _let_initials_agree(table, pairs)
    of_rows = table.max(axis=1)
    fewer = of_rows.min(axis=0)
    return PartAgreement(table, of_rows.max(axis=0), fewer, np.minimum(fewer, table.max(axis=0).min(axis=0)))


def worst_when_joined(pairs: Pairs) -> Floats | None:
    """The worst part when neighbours of the greater name are joined so that both have equally many parts: the best way to do so.

    None where it makes no sense: one part against many, or very many parts.
    """
    if not 1 < pairs.lesser.parts < pairs.greater.parts <= _MOST_JOINED:
        return None
    parts, _ = pairs.parts()
    joined = pairs.greater.in_fewer_parts(pairs.columns, pairs.lesser.parts)
    ways = [_worst(_table(parts, joined[:, way])) for way in range(joined.shape[1])]
    return np.asarray(np.max(ways, axis=0), np.float32)


def called_by_last_syllable(pairs: Pairs) -> Floats:
    """How well a name of one part agrees with the last syllable of a longer part on the other side, for each pair."""
    name, others = pairs.parts()
    agreement = _table(name, pairs.greater.tails(pairs.columns))
    if pairs.greater.parts == 1:
        agreement = np.maximum(agreement, _table(pairs.lesser.tails(pairs.rows), others))
    return np.asarray(agreement.max(axis=(0, 1)), np.float32)


def _worst(table: Floats) -> Floats:
    return np.asarray(np.minimum(table.max(axis=1).min(axis=0), table.max(axis=0).min(axis=0)), np.float32)


def _table(first: Codes, second: Codes) -> Floats:
    """Similarity of every part (units, parts, pairs) of one side with every part of the other: (parts, parts, pairs)."""
    rows, columns, pairs = first.shape[1], second.shape[1], first.shape[2]
    first, second = trimmed(first), trimmed(second)
    left = np.repeat(first, columns, axis=1).reshape(len(first), -1)
    right = np.tile(second, (1, rows, 1)).reshape(len(second), -1)
    return align(left, right).similarity().reshape(rows, columns, pairs)


def trimmed(codes: Codes) -> Codes:
    """Columns of units without the rows at the end that are padding in all of them."""
    width = len(codes)
    while width > 1 and not codes[width - 1].any():
        width -= 1
    return codes[:width]


def _let_initials_agree(table: Floats, pairs: Pairs) -> None:
    """An initial agrees with every part that begins with its sound."""
    for i in np.flatnonzero(pairs.with_initials()).tolist():
        mine, yours = pairs.lesser.name(int(pairs.rows[i])).tokens, pairs.greater.name(int(pairs.columns[i])).tokens
        for row, first in enumerate(mine):
            for column, second in enumerate(yours):
                if first.is_initial or second.is_initial:
                    table[row, column, i] = max(table[row, column, i], _begins_alike(first.codes[:1], second.codes[:1]))


@lru_cache(maxsize=4096)
def _begins_alike(first: bytes, second: bytes) -> float:
    return float(align(padded([first]).T, padded([second]).T).similarity()[0])
