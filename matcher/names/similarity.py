"""Comparing names: one pair with its alignment, or many pairs at once. Both go through the same batch, so the numbers agree.

Similarity joins the sound alignment, best over the orders of the parts; the weakest part, since a long part must not hide that a
short one differs; and Jaro-Winkler on the romanised letters. Two names of one script are about as alike as their letters at
least: a slip of the finger breaks the sounds, not the letters around it. 1 is the same sounds. Where one name says less than the
other (a given name, an initial, a nickname) it is what agrees, held below a whole name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from matcher.names.alignment import AlignedUnit, Indexes, similarity_to_prefixes, trace
from matcher.names.alignment import similarity as aligned_similarity
from matcher.names.levels import Agreement, NameLevel, grade
from matcher.names.name import Name, orders_of
from matcher.names.parts import (
    PartAgreement,
    called_by_last_syllable,
    compare_parts,
    worst_when_joined,
    written_as_one_part,
)
from matcher.names.table import NameTable, Pairs

Floats = NDArray[np.float32]
_PAIRS_AT_ONCE: Final = 65536
_MOST_SHAPES: Final = 64
# Chosen on the development names: more letters help against typing slips, but let brothers and sisters come closer.
_LETTERS_SHARE: Final = np.float32(0.3)
# Below, the letters say nothing that the sounds do not; rapidfuzz stops counting early.
_SPELLING_COUNTS_FROM: Final = 0.7
# A share of letters takes few values: the sounds decide between names that are equally far in letters.
_SPELLING_SHARE: Final = np.float32(0.98)
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
    one = np.zeros(1, np.intp)
    first, second = NameTable([lesser]), NameTable([greater])
    pairs = Pairs(first.shapes[lesser.parts], one, second.shapes[greater.parts], one)
    compared = _compare_block(pairs, compare_parts(pairs))
    similarity, level = _judged(compared, _same(first, one, second, one))
    steps = trace(lesser.orders[0], greater.orders[int(compared.order[0])])
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
    """`compare_tables` for pairs of names of one table."""
    return compare_tables(table, a, table, b)


def compare_tables(first: NameTable, a: Indexes, second: NameTable, b: Indexes) -> tuple[Floats, NDArray[np.int8]]:
    """Similarity and level of each pair, name a[i] of the first table and b[i] of the second: for millions of pairs."""
    similarity, level = np.zeros(len(a), np.float32), np.zeros(len(a), np.int8)
    turned = first.rank[a] > second.rank[b]
    same = _same(first, a, second, b)
    straight, other = np.flatnonzero(~turned), np.flatnonzero(turned)
    sides = (
        (straight, _groups(first, a[straight], second, b[straight])),
        (other, _groups(second, b[other], first, a[other])),
    )
    for members, groups in sides:
        for some, pairs in groups:
            rows = members[some]
            # The parts of a whole group at once: the same parts meet again and again.
            parts = compare_parts(pairs)
            for block in _blocks(pairs):
                compared = _compare_block(pairs[block], parts[block])
                similarity[rows[block]], level[rows[block]] = _judged(compared, same[rows[block]])
    return similarity, level


def _same(first: NameTable, a: Indexes, second: NameTable, b: Indexes) -> NDArray[np.bool_]:
    return np.asarray((first.form[a] == second.form[b]) | (first.joined[a] == second.joined[b]))


def _groups(first: NameTable, a: Indexes, second: NameTable, b: Indexes) -> Iterator[tuple[Indexes, Pairs]]:
    """Pairs of names of the same numbers of parts together, the lesser names first."""
    shapes = first.parts[a] * _MOST_SHAPES + second.parts[b]
    for fewer, mine in first.shapes.items():
        for more, yours in second.shapes.items():
            members = np.flatnonzero(shapes == fewer * _MOST_SHAPES + more)
            if len(members):
                yield members, Pairs(mine, first.row[a[members]], yours, second.row[b[members]])


def _blocks(pairs: Pairs) -> Iterator[Indexes]:
    """Some pairs at a time, so that memory stays bounded."""
    for at in range(0, len(pairs), _PAIRS_AT_ONCE):
        yield np.arange(at, min(at + _PAIRS_AT_ONCE, len(pairs)))


@dataclass(frozen=True, slots=True)
class _Compared:
    """Per pair: what the level is decided on, and which order of the greater name was best."""

    agreement: Agreement
    order: Indexes


def _compare_block(pairs: Pairs, parts: PartAgreement) -> _Compared:
    if pairs.equally_many:
        sounds, weakest = _in_best_order(parts, pairs), parts.worst
    else:
        sounds = _in_any_order(pairs)
        joined = worst_when_joined(pairs)
        weakest = sounds.whole if joined is None else joined
    called = called_by_last_syllable(pairs) if pairs.lesser.parts == 1 else np.zeros_like(weakest)
    mean = _mixed(_letters(pairs, sounds.order), _mixed(weakest, sounds.whole, _WEAKEST_SHARE), _LETTERS_SHARE)
    spelling = _spelling(pairs, sounds.order)
    part = np.maximum(sounds.part, written_as_one_part(pairs, sounds.whole))
    agreement = Agreement(sounds.whole, weakest, part, called, mean, spelling, parts)
    mean = np.maximum(np.maximum(mean, _mixed(spelling, mean, _SPELLING_SHARE)), _of_part(agreement, pairs))
    return _Compared(replace(agreement, mean=mean), sounds.order)


def _letters(pairs: Pairs, order: Indexes) -> Floats:
    """Jaro-Winkler on the Latin letters, the greater name in its best order."""
    mine, yours = pairs.lesser.letters[pairs.rows, 0], pairs.greater.letters[pairs.columns, order]
    found = cpdist(mine.tolist(), yours.tolist(), scorer=JaroWinkler.normalized_similarity, dtype=np.float32)
    return np.asarray(found, np.float32)


def _spelling(pairs: Pairs, order: Indexes) -> Floats:
    """The share of letters that stay when one name is edited into the other; 0 for few, and for names of two scripts."""
    found, some = np.zeros(len(pairs), np.float32), np.flatnonzero(pairs.in_one_script())
    if len(some):
        mine, yours = pairs.lesser.spelled[pairs.rows[some], 0], pairs.greater.spelled[pairs.columns[some], order[some]]
        found[some] = cpdist(
            mine.tolist(),
            yours.tolist(),
            scorer=OSA.normalized_similarity,
            score_cutoff=_SPELLING_COUNTS_FROM,
            dtype=np.float32,
        )
    return found


def _mixed(first: Floats, second: Floats, share: np.float32) -> Floats:
    return np.asarray(share * first + (1 - share) * second, np.float32)


def _of_part(agreement: Agreement, pairs: Pairs) -> Floats:
    """What a pair is worth where one name says less than the other and what it says agrees: more, the more of the name it is."""
    called = _CALLED_COUNTS * agreement.called
    units, of_units = pairs.lesser.units[pairs.rows], pairs.greater.units[pairs.columns]
    share = np.minimum(units, of_units) / np.maximum(np.maximum(units, of_units), 1)
    said = agreement.part if pairs.equally_many else np.maximum(agreement.parts.worst_of_fewer, agreement.part)
    of_part = np.maximum(said * (_PART_COUNTS + _SHARE_COUNTS * share), called)
    if pairs.equally_many:
        of_part = np.maximum(of_part, np.where(pairs.with_initials(), _INITIALS_COUNT * agreement.parts.worst, 0))
    return np.asarray(of_part, np.float32)


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
    first, second = pairs.rows * lesser.order_count, pairs.columns * greater.order_count + order
    whole = aligned_similarity(lesser.orders, first, greater.orders, second)
    return _Sounds(whole, np.zeros_like(whole), order)


def _in_any_order(pairs: Pairs) -> _Sounds:
    """The whole where one name has more parts, in the order of its parts that agrees best."""
    lesser, greater = pairs.lesser, pairs.greater
    first, second = pairs.rows * lesser.order_count, pairs.columns * greater.order_count
    found = [
        similarity_to_prefixes(lesser.orders, first, greater.orders, second + i, greater.ends)
        for i in range(greater.order_count)
    ]
    whole, part = (np.array(side) for side in zip(*found, strict=True))
    # Among orders that sound equally good, the one in which the lesser name comes first reads best.
    order = (whole + _FIRST_COUNTS * part).argmax(axis=0)
    return _Sounds(whole.max(axis=0), part.max(axis=0), order)
