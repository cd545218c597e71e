"""Comparing names: one pair with its alignment, or many pairs at once. Both go through the same batch, so the numbers agree.

Similarity joins the sound alignment, best over the orders of the parts; the weakest part, since a long part must not hide that a
short one differs; and Jaro-Winkler on the romanised letters. Two names of one script are about as alike as their letters at
least: a slip of the finger breaks the sounds, not the letters around it. 1 is the same sounds. Where one name says less than the
other (a given name, an initial, a nickname) it is what agrees, held below a whole name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from matcher.names import kernel
from matcher.names.alignment import AlignedUnit, Indexes, similarity_to_prefixes, trace, whole_steps
from matcher.names.alignment import similarity as aligned_similarity
from matcher.names.levels import NameLevel, grade
from matcher.names.measures import Measures
from matcher.names.name import MOST_TOKENS, Name, orders_of
from matcher.names.parts import (
    IN_PART_FROM,
    MORE_UNITS,
    MOST_JOINED,
    PartAgreement,
    called_by_last_syllable,
    compare_parts,
    worst_when_joined,
    written_as_one_part,
)
from matcher.names.table import NameTable, Pairs

Floats = NDArray[np.float32]
_PAIRS_AT_ONCE: Final = 65536
# From so many pairs on, loading the kernel (half a second) is worth it.
_KERNEL_FROM: Final = 10_000
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
    one, table = np.arange(1), NameTable([lesser, greater])
    measures = Measures.of(1)
    order = _measure_block(Pairs.of(table, one, table, one + 1), measures.table)
    similarity, level = _judged(measures, table, one, table, one + 1)
    steps = trace(lesser.orders[0], greater.orders[int(order[0])])
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
    similarity, level = np.empty(len(a), np.float32), np.empty(len(a), np.int8)
    for at in range(0, len(a), _PAIRS_AT_ONCE):
        block = slice(at, at + _PAIRS_AT_ONCE)
        measures = measure(first, a[block], second, b[block])
        similarity[block], level[block] = _judged(measures, first, a[block], second, b[block])
    return similarity, level


def measure(first: NameTable, a: Indexes, second: NameTable, b: Indexes) -> Measures:
    """What is measured of some pairs, by the kernel where it is ready."""
    measures = Measures.of(len(a))
    by_kernel = first.is_laid[a] & second.is_laid[b] & (kernel.is_loaded() or len(a) >= _KERNEL_FROM)
    some = np.flatnonzero(by_kernel)
    if len(some):
        measures.table[:, some] = _by_kernel(first, a[some], second, b[some])
    rest = np.flatnonzero(~by_kernel)
    if len(rest):
        measures.table[:, rest] = _by_numpy(first, a[rest], second, b[rest])
    return measures


@cache
def _tables() -> tuple[NDArray[np.generic], ...]:
    """What the kernel needs besides the names: the sounds, the orders of up to `MOST_TOKENS` parts, the bounds."""
    counts, orders = np.zeros(MOST_TOKENS + 1, np.int64), np.zeros((MOST_TOKENS + 1,) + (MOST_TOKENS,) * 2, np.int64)
    for parts in range(1, MOST_TOKENS + 1):
        found = np.array(orders_of(parts))
        counts[parts], orders[parts, : len(found), :parts] = len(found), found
    limits = np.array([IN_PART_FROM, MORE_UNITS, _SPELLING_COUNTS_FROM, _FIRST_COUNTS, MOST_JOINED])
    return *whole_steps(), counts, orders, limits


def _by_kernel(first: NameTable, a: Indexes, second: NameTable, b: Indexes) -> Floats:
    measures, turned = np.empty((kernel.MEASURES, len(a)), np.float32), first.rank[a] > second.rank[b]
    kernel.load().measure(first.laid, first.starts, a, second.laid, second.starts, b, turned, *_tables(), measures)
    return measures


def _by_numpy(first: NameTable, a: Indexes, second: NameTable, b: Indexes) -> Floats:
    measures, turned = np.zeros((kernel.MEASURES, len(a)), np.float32), first.rank[a] > second.rank[b]
    straight, other = np.flatnonzero(~turned), np.flatnonzero(turned)
    sides = (
        (straight, _groups(first, a[straight], second, b[straight])),
        (other, _groups(second, b[other], first, a[other])),
    )
    for members, groups in sides:
        for some, pairs in groups:
            found = np.zeros((kernel.MEASURES, len(pairs)), np.float32)
            _measure_block(pairs, found)
            measures[:, members[some]] = found
    return measures


def _groups(first: NameTable, a: Indexes, second: NameTable, b: Indexes) -> Iterator[tuple[Indexes, Pairs]]:
    """Pairs of names of the same numbers of parts together, the lesser names first."""
    shapes = first.parts[a] * _MOST_SHAPES + second.parts[b]
    for shape in set(shapes.tolist()):
        members = np.flatnonzero(shapes == shape)
        if all(divmod(shape, _MOST_SHAPES)):
            yield members, Pairs.of(first, a[members], second, b[members])


def _measure_block(pairs: Pairs, measures: Floats) -> Indexes:
    """Fill the measures of pairs of two shapes; which order of the greater name is best."""
    parts = compare_parts(pairs)
    if pairs.equally_many:
        sounds, weakest = _in_best_order(parts, pairs), parts.worst
    else:
        sounds = _in_any_order(pairs)
        joined = worst_when_joined(pairs)
        weakest = sounds.whole if joined is None else joined
    measures[kernel.WHOLE], measures[kernel.WEAKEST] = sounds.whole, weakest
    measures[kernel.PART] = np.maximum(sounds.part, written_as_one_part(pairs, sounds.whole))
    if pairs.lesser.parts == 1:
        measures[kernel.CALLED] = called_by_last_syllable(pairs)
    measures[kernel.BEST], measures[kernel.WORST_OF_FEWER] = parts.best, parts.worst_of_fewer
    measures[kernel.WORST] = parts.worst
    measures[kernel.LETTERS], measures[kernel.SPELLING] = _letters(pairs, sounds.order), _spelling(pairs, sounds.order)
    return sounds.order


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


def _judged(
    measures: Measures, first: NameTable, a: Indexes, second: NameTable, b: Indexes
) -> tuple[Floats, NDArray[np.int8]]:
    """Similarity and level."""
    silent = (first.parts[a] == 0) | (second.parts[b] == 0)
    same = ((first.form[a] == second.form[b]) | (first.joined[a] == second.joined[b])) & ~silent
    sounds = _mixed(measures.weakest, measures.whole, _WEAKEST_SHARE)
    mean = _mixed(measures.letters, sounds, _LETTERS_SHARE)
    spelled = np.maximum(mean, _mixed(measures.spelling, mean, _SPELLING_SHARE))
    mean = np.maximum(spelled, _of_part(measures, first, a, second, b))
    similarity = np.where(same, np.float32(1), np.where(silent, np.float32(0), mean))
    level = np.where(same, np.int8(NameLevel.SAME), np.where(silent, np.int8(0), grade(measures, mean)))
    return similarity, level.astype(np.int8)


def _of_part(measures: Measures, first: NameTable, a: Indexes, second: NameTable, b: Indexes) -> Floats:
    """What a pair is worth where one name says less than the other and what it says agrees: more, the more of the name it is."""
    equally_many = first.parts[a] == second.parts[b]
    units, of_units = first.units[a], second.units[b]
    share = np.minimum(units, of_units) / np.maximum(np.maximum(units, of_units), 1)
    said = np.where(equally_many, measures.part, np.maximum(measures.worst_of_fewer, measures.part))
    of_part = np.maximum(said * (_PART_COUNTS + _SHARE_COUNTS * share), _CALLED_COUNTS * measures.called)
    with_initials = equally_many & (first.initials[a] | second.initials[b])
    of_part = np.maximum(of_part, np.where(with_initials, _INITIALS_COUNT * measures.worst, 0))
    return np.asarray(of_part, np.float32)


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
