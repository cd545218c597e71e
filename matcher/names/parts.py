"""The parts of two names, each against each: does one agree while another contradicts?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from matcher.names.alignment import Floats, Indexes, similarity
from matcher.names.pieces import Pieces
from matcher.names.table import Pairs

# Names of more parts are rare, and the ways to join neighbours become many.
MOST_JOINED: Final = 4
# What is silent or faint may make a name written apart longer than the same name in one word.
MORE_UNITS: Final = 1
# A name that is half of the other has about this much of its sounds.
IN_PART_FROM: Final = 0.45


@dataclass(frozen=True, slots=True)
class PartAgreement:
    """Per pair of names: the similarity of every part with every part (parts of the lesser, parts of the greater, pairs); the
    best of them; the worst part of the name with fewer parts; the worst of all parts."""

    table: Floats
    best: Floats
    worst_of_fewer: Floats
    worst: Floats

    def __getitem__(self, some: Indexes) -> PartAgreement:
        return PartAgreement(self.table[..., some], self.best[some], self.worst_of_fewer[some], self.worst[some])

    def of_order(self, order: Sequence[int]) -> Floats:
        """The sum over the parts when those of the greater name are put in this order; both have equally many."""
        return np.asarray(sum(self.table[i, part] for i, part in enumerate(order)), np.float32)


def compare_parts(pairs: Pairs) -> PartAgreement:
    """Compare every part with every part; the lesser name has no more parts than the greater."""
    parts, others = pairs.parts()
    table = _table(pairs.lesser.registry, parts, pairs.greater.registry, others)
    of_rows = table.max(axis=1)
    fewer = of_rows.min(axis=0)
    return PartAgreement(table, of_rows.max(axis=0), fewer, np.minimum(fewer, table.max(axis=0).min(axis=0)))


def worst_when_joined(pairs: Pairs) -> Floats | None:
    """The worst part when neighbours of the greater name are joined so that both have equally many parts: the best way to do so.

    None where it makes no sense: one part against many, or very many parts.
    """
    if not 1 < pairs.lesser.parts < pairs.greater.parts <= MOST_JOINED:
        return None
    parts, _ = pairs.parts()
    joined = pairs.greater.in_fewer_parts(pairs.lesser.parts)[..., pairs.columns]
    ways = [_worst(_table(pairs.lesser.registry, parts, pairs.greater.registry, way)) for way in joined]
    return np.asarray(np.max(ways, axis=0), np.float32)


def called_by_last_syllable(pairs: Pairs) -> Floats:
    """How well a name of one part agrees with the last syllable of a longer part on the other side, for each pair."""
    name, others = pairs.parts()
    mine, yours = pairs.lesser.registry, pairs.greater.registry
    agreement = _table(mine, name, yours, pairs.greater.tails[:, pairs.columns])
    if pairs.greater.parts == 1:
        agreement = np.maximum(agreement, _table(mine, pairs.lesser.tails[:, pairs.rows], yours, others))
    return np.asarray(agreement.max(axis=(0, 1)), np.float32)


def written_as_one_part(pairs: Pairs, whole: Floats) -> Floats:
    """How well all of one name, joined, agrees with a single part of the other: Srey Mom in Chan Sreymom. 0 where the lengths
    or the similarity of the `whole` rule it out.
    """
    found = np.zeros(len(pairs), np.float32)
    for mine, rows, other, columns in (
        (pairs.lesser, pairs.rows, pairs.greater, pairs.columns),
        (pairs.greater, pairs.columns, pairs.lesser, pairs.rows),
    ):
        if mine.parts < 2 or other.parts < 2:
            continue
        some = np.flatnonzero((whole >= IN_PART_FROM) & (mine.units[rows] <= other.longest_part[columns] + MORE_UNITS))
        if len(some):
            # The first order of a name is the name as written, in one word.
            joined, runs = rows[some] * mine.order_count, other.registry.runs
            for part in other.pieces:
                agreement = similarity(mine.orders, joined, runs, part[columns[some]])
                found[some] = np.maximum(found[some], agreement)
    return found


def _worst(table: Floats) -> Floats:
    return np.asarray(np.minimum(table.max(axis=1).min(axis=0), table.max(axis=0).min(axis=0)), np.float32)


def _table(mine: Pieces, first: Indexes, yours: Pieces, second: Indexes) -> Floats:
    """Similarity of every part (parts, pairs) of one side with every part of the other: (parts, parts, pairs)."""
    rows, columns = len(first), len(second)
    shape = (rows, columns, first.shape[1])
    return mine.similarity(np.broadcast_to(first[:, None], shape), yours, np.broadcast_to(second[None], shape))
