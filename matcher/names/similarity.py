"""Comparing names: one pair with its alignment, or many pairs at once. Both go through the same batch, so the numbers agree.

Similarity joins the sound alignment, best over the orders of the parts; the weakest part, since a long part must not hide that a
short one differs; and Jaro-Winkler on the romanised letters. 1 is the same sounds. Where one name says less than the other (a
given name, an initial, a nickname) it is what agrees, held below a whole name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cpdist

from matcher.names.alignment import AlignedUnit, align, trace
from matcher.names.levels import Agreement, NameLevel, grade
from matcher.names.name import Name, orders_of
from matcher.names.parts import PartAgreement, called_by_last_syllable, compare_parts, trimmed, worst_when_joined
from matcher.names.table import Indexes, NameTable, Pairs

Floats = NDArray[np.float32]
# Pairs and orders together: their rows stay in the processor's cache.
_ROWS_AT_ONCE: Final = 12288
_MOST_SHAPES: Final = 64
# Chosen on the development names: more letters help against typing slips, but let brothers and sisters come closer.
_LETTERS_SHARE: Final = np.float32(0.3)
_WEAKEST_SHARE: Final = np.float32(0.3)
_FIRST_COUNTS: Final = np.float32(0.001)
# What is silent does not contradict, yet a part alone never comes as high as a whole name. By hand.
_PART_COUNTS: Final = np.float32(0.55)
_SHARE_COUNTS: Final = np.float32(0.25)
_INITIALS_COUNT: Final = np.float32(0.82)
_CALLED_COUNTS: Final = np.float32(0.6)


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
    lesser, greater = (a, b) if a.rank <= b.rank else (b, a)
    table, one = NameTable([lesser, greater]), np.zeros(1, np.intp)
    first, second = table.shapes[lesser.parts], table.shapes[greater.parts]
    compared = _compare_block(Pairs(first, table.row[:1], second, table.row[1:]))
    similarity, level = _judged(compared, _same(table, one, one + 1))
    steps = trace(lesser.order(0), greater.order(int(compared.order[0])))
    if lesser is not a:
        steps = tuple(AlignedUnit(step.second, step.first, step.cost) for step in steps)
    return NameComparison(float(similarity[0]), NameLevel(int(level[0])), steps)


def compare_many(a: Sequence[Name], b: Sequence[Name]) -> tuple[Floats, NDArray[np.int8]]:
    """Similarity and level of each pair (a[i], b[i]); the numbers of `compare`. ValueError for unequal lengths."""
    if len(a) != len(b):
        raise ValueError("compare_many compares pairs: both sides need the same length")
    distinct = dict(zip(map(id, a), a, strict=True)) | dict(zip(map(id, b), b, strict=True))
    position = dict(zip(distinct, range(len(distinct)), strict=True)).__getitem__
    left, right = (np.fromiter(map(position, map(id, side)), np.intp, len(side)) for side in (a, b))
    return compare_positions(NameTable(list(distinct.values())), left, right)


def compare_positions(table: NameTable, a: Indexes, b: Indexes) -> tuple[Floats, NDArray[np.int8]]:
    """Similarity and level of each pair of names at these positions of the table: for millions of pairs of few names."""
    similarity, level = np.zeros(len(a), np.float32), np.zeros(len(a), np.int8)
    turned = table.rank[a] > table.rank[b]
    lesser, greater = np.where(turned, b, a), np.where(turned, a, b)
    same = _same(table, a, b)
    for block, pairs in _blocks(table, lesser, greater):
        compared = _compare_block(pairs)
        similarity[block], level[block] = _judged(compared, same[block])
    return similarity, level


def _same(table: NameTable, a: Indexes, b: Indexes) -> NDArray[np.bool_]:
    return np.asarray((table.form[a] == table.form[b]) | (table.joined[a] == table.joined[b]))


def _blocks(table: NameTable, lesser: Indexes, greater: Indexes) -> Iterator[tuple[Indexes, Pairs]]:
    """Pairs of one shape together, names of one length beside each other, so that little is padding."""
    shapes = table.parts[lesser] * _MOST_SHAPES + table.parts[greater]
    for fewer, first in table.shapes.items():
        for more, second in table.shapes.items():
            members = np.flatnonzero(shapes == fewer * _MOST_SHAPES + more)
            at_once = _ROWS_AT_ONCE // (fewer * more)
            if len(members) > at_once:
                lengths = second.units[table.row[greater[members]]] * 64 + first.units[table.row[lesser[members]]]
                members = members[np.argsort(lengths, kind="stable")]
            for at in range(0, len(members), at_once):
                block = members[at : at + at_once]
                yield block, Pairs(first, table.row[lesser[block]], second, table.row[greater[block]])


@dataclass(frozen=True, slots=True)
class _Compared:
    """Per pair: what the level is decided on, and which order of the greater name was best."""

    agreement: Agreement
    order: Indexes


def _compare_block(pairs: Pairs) -> _Compared:
    parts = compare_parts(pairs)
    if pairs.equally_many:
        sounds, weakest = _in_best_order(parts, pairs), parts.worst
    else:
        sounds = _in_any_order(pairs)
        joined = worst_when_joined(pairs)
        weakest = sounds.whole if joined is None else joined
    called = called_by_last_syllable(pairs) if pairs.lesser.parts == 1 else np.zeros_like(weakest)
    mean = _mixed(_letters(pairs, sounds.order), _mixed(weakest, sounds.whole, _WEAKEST_SHARE), _LETTERS_SHARE)
    agreement = Agreement(sounds.whole, weakest, sounds.part, called, mean, parts)
    return _Compared(replace(agreement, mean=np.maximum(mean, _of_part(agreement, pairs))), sounds.order)


def _letters(pairs: Pairs, order: Indexes) -> Floats:
    """Jaro-Winkler on the Latin letters, the greater name in its best order."""
    mine, yours = pairs.lesser.letters[pairs.rows, 0], pairs.greater.letters[pairs.columns, order]
    found = cpdist(mine.tolist(), yours.tolist(), scorer=JaroWinkler.normalized_similarity, dtype=np.float32)
    return np.asarray(found, np.float32)


def _mixed(first: Floats, second: Floats, share: np.float32) -> Floats:
    return np.asarray(share * first + (1 - share) * second, np.float32)


def _of_part(agreement: Agreement, pairs: Pairs) -> Floats:
    """What a pair is worth where one name says less than the other and what it says agrees: more, the more of the name it is."""
    called = _CALLED_COUNTS * agreement.called
    if pairs.equally_many:
        initials = np.where(pairs.with_initials(), _INITIALS_COUNT * agreement.parts.worst, 0)
        return np.asarray(np.maximum(initials, called), np.float32)
    units, of_units = pairs.lesser.units[pairs.rows], pairs.greater.units[pairs.columns]
    share = np.minimum(units / np.maximum(of_units, 1), 1)
    said = np.maximum(agreement.parts.worst_of_fewer, agreement.part) * (_PART_COUNTS + _SHARE_COUNTS * share)
    return np.asarray(np.maximum(said, called), np.float32)


def _judged(compared: _Compared, same: NDArray[np.bool_]) -> tuple[Floats, NDArray[np.int8]]:
    """Similarity and level."""
    similarity = np.where(same, np.float32(1), compared.agreement.mean)
    return similarity, np.where(same, np.int8(NameLevel.SAME), grade(compared.agreement)).astype(np.int8)


@dataclass(frozen=True, slots=True)
class _Sounds:
    """Per pair: the similarity of the whole, of the lesser name with some parts of the greater, and the order that counts."""

    whole: Floats
    part: Floats
    order: Indexes


def _in_best_order(parts: PartAgreement, pairs: Pairs) -> _Sounds:
    """The whole of names with equally many parts, in the order in which the parts agree best."""
    lesser, greater = pairs.lesser, pairs.greater
    order = np.argmax([parts.of_order(order) for order in orders_of(greater.parts)], axis=0)
    units, orders, names = greater.orders.shape
    second = greater.orders.reshape(units, orders * names).take(order * names + pairs.columns, axis=1)
    whole = align(trimmed(lesser.orders[:, 0].take(pairs.rows, axis=1)), trimmed(second)).similarity()
    return _Sounds(whole, np.zeros_like(whole), order)


def _in_any_order(pairs: Pairs) -> _Sounds:
    """The whole where one name has more parts, in the order of its parts that agrees best."""
    lesser, greater, columns = pairs.lesser, pairs.greater, pairs.columns
    orders = greater.orders.shape[1]
    first = np.tile(trimmed(lesser.orders[:, 0].take(pairs.rows, axis=1)), (1, orders))
    second = trimmed(greater.orders.take(columns, axis=2)).reshape(-1, first.shape[1])
    aligned = align(first, second)
    whole = aligned.similarity().reshape(orders, -1)
    ends = greater.ends.take(columns, axis=2).reshape(greater.parts - 1, -1)
    part = aligned.similarity_to(ends).max(axis=0).reshape(orders, -1)
    # Among orders that sound equally good, the one in which the lesser name comes first reads best.
    order = (whole + _FIRST_COUNTS * part).argmax(axis=0)
    return _Sounds(whole.max(axis=0), part.max(axis=0), order)
