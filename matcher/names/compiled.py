# ruff: noqa: PLR0913, PLR0917  # loops over arrays that are compiled as a whole: arrays and places in them, no objects
"""What numba compiles: all that is measured of two names, and the alignment alone. Imported by `kernel.load` only.

The same numbers to the last bit as the numpy of `parts` and `similarity` and as rapidfuzz. What people may tune comes in as an
argument: numba keeps the compiled code until this file changes. No memory is asked for in here: `scratch` comes in.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.names.compiled_letters import Bytes, Masks, jaro_winkler, jit, spelled_alike
from matcher.names.kernel import (
    BEST,
    CALLED,
    LETTERS,
    MOST_UNITS,
    PART,
    SPELLING,
    WEAKEST,
    WHOLE,
    WORST,
    WORST_OF_FEWER,
)
from matcher.names.layout import HEAD, MOST_LETTERS

Numbers = NDArray[np.int64]
Floats = NDArray[np.float32]
Costs = NDArray[np.int16]
# In a row of `Name.parts`: where a part's units, last syllable, Latin letters and letters as written begin. The number of each
# stands one column later.
_UNITS, _TAIL, _ROMAN, _TEXT, _INITIAL, _FIELDS = 0, 2, 4, 6, 8, 9
_MOST_PARTS: Final = 8
_BOTH_SCRIPTS: Final = 0
_HALF, _NOTHING, _ALL = np.float32(0.5), np.float32(0), np.float32(1)


class Name(NamedTuple):
    """The name in hand: its bytes, where the fields of its parts are, and it as written in one word."""

    laid: Bytes
    parts: Numbers
    word: Bytes


class Sounds(NamedTuple):
    """Costs of one unit for another less the second's weight, weights, what two units become where parts meet; a row to fill."""

    costs: Costs
    weights: Costs
    joints: Bytes
    row: Numbers


@jit
def _copy(source: Bytes, at: int, size: int, target: Bytes, to: int) -> None:
    # Assigning a slice would ask for memory each time.
    for i in range(size):
        target[to + i] = source[at + i]


@jit
def _cost(first: Bytes, s: int, n: int, second: Bytes, t: int, m: int, sounds: Sounds) -> tuple[int, int, int]:
    """The cost of aligning two runs, and the weight of each. Leaves the last row *lifted*, see `alignment`."""
    row, other, weights, mine, yours = sounds.row, second[t : t + m], sounds.weights, np.int32(0), np.int32(0)
    for j in range(m):
        yours += weights[other[j]]
    for j in range(m + 1):
        row[j] = yours
    for i in range(s, s + n):
        unit = first[i]
        line, out = sounds.costs[unit], np.int32(weights[unit])
        mine += out
        diagonal = row[0]
        left = np.int32(diagonal + out)
        row[0] = left
        for j in range(m):
            above = row[j + 1]
            met = np.int32(min(above + out, diagonal + line[other[j]]))
            left = min(left, met)
            row[j + 1] = left
            diagonal = above
    return row[m], int(mine), int(yours)


@jit
def _share(cost: int, mine: int, yours: int) -> np.float32:
    mean = (np.float32(mine) + np.float32(yours)) * _HALF
    return max(_ALL - np.float32(cost) / max(mean, _ALL), _NOTHING)


@jit
def _alike(first: Bytes, s: int, n: int, second: Bytes, t: int, m: int, sounds: Sounds) -> np.float32:
    """How alike n units of the first from s on and m of the second from t on sound."""
    cost, mine, yours = _cost(first, s, n, second, t, m, sounds)
    return _share(cost, mine, yours)


@jit
def _piece(first: Bytes, s: int, n: int, second: Bytes, t: int, m: int, initial: bool, sounds: Sounds) -> np.float32:
    """`_alike`; where one of the two is an initial, it agrees with what begins with it."""
    found = _alike(first, s, n, second, t, m, sounds)
    return max(found, _alike(first, s, min(n, 1), second, t, min(m, 1), sounds)) if initial else found


@jit
def _open(name: Name, at: int, sounds: Sounds, written: Numbers, ends: Numbers) -> tuple[int, int]:
    """Find the fields of a name that begins at this byte and write it in one word; how many parts, how many units."""
    count, here = int(name.laid[at]), at + 2
    for k in range(count):
        begin = here + HEAD
        for field in range(4):
            size = int(name.laid[here + field])
            name.parts[k, 2 * field], name.parts[k, 2 * field + 1] = begin, size
            begin += size
        name.parts[k, _INITIAL] = name.laid[here + 4]
        here = begin
    return count, _in_one_word(name, written, 0, count, sounds, name.word, ends)


@jit
def _in_one_word(name: Name, order: Numbers, start: int, stop: int, sounds: Sounds, word: Bytes, ends: Numbers) -> int:
    """Join parts order[start:stop] as `tokens.joined` does; how many units that gives, and in `ends` after each part."""
    size = 0
    for k in range(start, stop):
        at, units = name.parts[order[k], _UNITS], name.parts[order[k], _UNITS + 1]
        _copy(name.laid, at, units, word, size)
        if size:
            last, following = word[size - 1], word[size]
            word[size - 1], word[size] = sounds.joints[last, following, 0], sounds.joints[last, following, 1]
        size += units
        ends[k] = min(size, MOST_UNITS)
    return min(size, MOST_UNITS)


@jit
def _in_letters(name: Name, order: Numbers, count: int, field: int, letters: Bytes) -> int:
    """The letters of the parts in this order; how many there are."""
    size = 0
    for k in range(count):
        at, some = name.parts[order[k], field], name.parts[order[k], field + 1]
        _copy(name.laid, at, some, letters, size)
        size += some
    return size


@jit
def _compare_parts(lesser: Name, p: int, greater: Name, q: int, sounds: Sounds, table: Floats) -> None:
    for i in range(p):
        s, n, initial = lesser.parts[i, _UNITS], lesser.parts[i, _UNITS + 1], lesser.parts[i, _INITIAL]
        for j in range(q):
            t, m = greater.parts[j, _UNITS], greater.parts[j, _UNITS + 1]
            either = initial + greater.parts[j, _INITIAL] > 0
            table[i, j] = _piece(lesser.laid, s, n, greater.laid, t, m, either, sounds)


@jit
def _summed_up(table: Floats, p: int, q: int) -> tuple[np.float32, np.float32, np.float32]:
    """The best of all parts, the worst of the rows, the worst of all."""
    best, fewer, worst = _NOTHING, np.float32(2), np.float32(2)
    for i in range(p):
        of_row = _NOTHING
        for j in range(q):
            of_row = max(of_row, table[i, j])
        best, fewer = max(best, of_row), min(fewer, of_row)
    for j in range(q):
        of_column = _NOTHING
        for i in range(p):
            of_column = max(of_column, table[i, j])
        worst = min(worst, of_column)
    return best, fewer, min(fewer, worst)


@jit
def _best_order(table: Floats, orders: Numbers, count: int, parts: int) -> int:
    found, highest = 0, np.float32(-1)
    for i in range(count):
        total = _NOTHING
        for k in range(parts):
            total += table[k, orders[i, k]]
        if total > highest:
            found, highest = i, total
    return found


@jit
def _in_any_order(
    lesser: Name,
    n: int,
    greater: Name,
    q: int,
    orders: Numbers,
    count: int,
    sounds: Sounds,
    word: Bytes,
    ends: Numbers,
    first_counts: np.float32,
) -> tuple[np.float32, np.float32, int]:
    """The whole and the part where one name has more parts, and the order of its parts that agrees best."""
    whole, part, found, highest = _NOTHING, _NOTHING, 0, np.float32(-1)
    for i in range(count):
        m = _in_one_word(greater, orders[i], 0, q, sounds, word, ends)
        cost, mine, yours = _cost(lesser.word, 0, n, word, 0, m, sounds)
        this, beginning, said, k = _share(cost, mine, yours), _NOTHING, 0, 0
        for j in range(q - 1):
            while k < ends[j]:
                said += sounds.weights[word[k]]
                k += 1
            beginning = max(beginning, _share(sounds.row[k] - (yours - said), mine, said))
        whole, part = max(whole, this), max(part, beginning)
        # As in `similarity`: among orders that sound equally good, the one in which the lesser name comes first.
        if this + first_counts * beginning > highest:
            found, highest = i, this + first_counts * beginning
    return whole, part, found


@jit
def _when_joined(
    lesser: Name,
    p: int,
    greater: Name,
    q: int,
    sounds: Sounds,
    word: Bytes,
    ends: Numbers,
    written: Numbers,
    table: Floats,
) -> np.float32:
    """The worst part when neighbours of the greater name are joined, in the best way to do so."""
    best = _NOTHING
    for cuts in range(1 << (q - 1)):
        pieces, start = 0, 0
        for k in range(1, q + 1):
            if k < q and not (cuts >> (k - 1)) & 1:
                continue
            if pieces < p:
                m = _in_one_word(greater, written, start, k, sounds, word, ends)
                for i in range(p):
                    s, n, initial = lesser.parts[i, _UNITS], lesser.parts[i, _UNITS + 1], lesser.parts[i, _INITIAL]
                    table[i, pieces] = _piece(lesser.laid, s, n, word, 0, m, initial > 0, sounds)
            pieces, start = pieces + 1, k
        if pieces == p:
            best = max(best, _summed_up(table, p, p)[2])
    return best


@jit
def _called(lesser: Name, greater: Name, q: int, sounds: Sounds) -> np.float32:
    """How well a name of one part agrees with the last syllable of a longer part on the other side."""
    found, one = _NOTHING, lesser.parts[0]
    for j in range(q):
        t, m = greater.parts[j, _TAIL], greater.parts[j, _TAIL + 1]
        if m:
            tail = _piece(lesser.laid, one[_UNITS], one[_UNITS + 1], greater.laid, t, m, one[_INITIAL] > 0, sounds)
            found = max(found, tail)
    if q == 1 and one[_TAIL + 1]:
        t, m, initial = greater.parts[0, _UNITS], greater.parts[0, _UNITS + 1], greater.parts[0, _INITIAL]
        found = max(found, _piece(lesser.laid, one[_TAIL], one[_TAIL + 1], greater.laid, t, m, initial > 0, sounds))
    return found


@jit
def _as_one_part(name: Name, n: int, other: Name, parts: int, more: int, sounds: Sounds) -> np.float32:
    """How well all of one name agrees with a single part of the other."""
    longest, found = 0, _NOTHING
    for j in range(parts):
        longest = max(longest, other.parts[j, _UNITS + 1])
    if n <= longest + more:
        for j in range(parts):
            t, m = other.parts[j, _UNITS], other.parts[j, _UNITS + 1]
            found = max(found, _alike(name.word, 0, n, other.laid, t, m, sounds))
    return found


_STEPS: Final = "int16[:,::1], int16[::1], uint8[:,:,::1]"
_SCRATCH: Final = "int64[:,:,::1], uint8[:,::1], int64[::1], float32[:,::1], uint8[:,::1], uint64[::1]"
_NAMES: Final = "uint8[::1], int64[::1], int64[::1]"
MEASURE: Final = (
    f"void({_NAMES}, {_NAMES}, boolean[::1], {_STEPS}, int64[::1], int64[:,:,::1], float64[::1], float32[:,::1], "
    f"int32[::1], {_SCRATCH})"
)


def row() -> Numbers:
    """Room for a row of an alignment."""
    return np.empty(MOST_UNITS + 1, np.int32)


def scratch() -> tuple[NDArray[np.generic], ...]:
    """The last arguments of `measure`: room that it works in, not to be shared by threads."""
    return (
        row(),
        np.empty((2, _MOST_PARTS, _FIELDS), np.int64),
        np.empty((3, _MOST_PARTS * MOST_UNITS), np.uint8),
        np.empty(_MOST_PARTS, np.int64),
        np.empty((_MOST_PARTS, _MOST_PARTS), np.float32),
        np.empty((3, MOST_LETTERS), np.uint8),
        np.zeros(256, np.uint64),
    )


def measure(
    first: Bytes,
    first_starts: Numbers,
    a: Numbers,
    second: Bytes,
    second_starts: Numbers,
    b: Numbers,
    turned: NDArray[np.bool_],
    costs: Costs,
    weights: Costs,
    joints: Bytes,
    order_counts: Numbers,
    orders: Numbers,
    limits: NDArray[np.float64],
    found: Floats,
    row: Numbers,
    fields: Numbers,
    words: Bytes,
    ends: Numbers,
    table: Floats,
    letters: Bytes,
    masks: Masks,
) -> None:
    """Fill the columns of `found` (measures, pairs): name a[i] of the first with b[i] of the second, the lesser of them first."""
    sounds, written = Sounds(costs, weights, joints, row), orders[_MOST_PARTS, 0]
    mine, yours = letters[0], letters[1]
    in_part_from, more_units, spelled_from = np.float32(limits[0]), int(limits[1]), limits[2]
    first_counts, most_joined = np.float32(limits[3]), int(limits[4])
    for pair in range(len(a)):
        one, other = (second, first) if turned[pair] else (first, second)
        at, to = first_starts[a[pair]], second_starts[b[pair]]
        at, to = (to, at) if turned[pair] else (at, to)
        lesser, greater = Name(one, fields[0], words[0]), Name(other, fields[1], words[1])
        p, n = _open(lesser, at, sounds, written, ends)
        q, m = _open(greater, to, sounds, written, ends)
        _compare_parts(lesser, p, greater, q, sounds, table)
        best, fewer, worst = _summed_up(table, p, q)
        part = _NOTHING
        if p == q:
            weakest, order = worst, _best_order(table, orders[q], order_counts[q], q)
            units = _in_one_word(greater, orders[q, order], 0, q, sounds, words[2], ends)
            whole = _alike(lesser.word, 0, n, words[2], 0, units, sounds)
        else:
            whole, part, order = _in_any_order(
                lesser, n, greater, q, orders[q], order_counts[q], sounds, words[2], ends, first_counts
            )
            weakest = whole
            if p > 1 and q <= most_joined:
                weakest = _when_joined(lesser, p, greater, q, sounds, words[2], ends, written, table)
        if p > 1 and whole >= in_part_from:
            part = max(part, _as_one_part(lesser, n, greater, q, more_units, sounds))
            part = max(part, _as_one_part(greater, m, lesser, p, more_units, sounds))
        found[WHOLE, pair], found[WEAKEST, pair], found[PART, pair] = whole, weakest, part
        found[BEST, pair], found[WORST_OF_FEWER, pair], found[WORST, pair] = best, fewer, worst
        found[CALLED, pair] = _called(lesser, greater, q, sounds) if p == 1 else _NOTHING
        n = _in_letters(lesser, written, p, _ROMAN, mine)
        m = _in_letters(greater, orders[q, order], q, _ROMAN, yours)
        found[LETTERS, pair] = jaro_winkler(mine, n, yours, m, masks, letters[2])
        found[SPELLING, pair] = _NOTHING
        if one[at + 1] == other[to + 1] != _BOTH_SCRIPTS:
            n = _in_letters(lesser, written, p, _TEXT, mine)
            m = _in_letters(greater, orders[q, order], q, _TEXT, yours)
            found[SPELLING, pair] = spelled_alike(mine, n, yours, m, masks, spelled_from)


_RUNS: Final = "uint8[:,::1], uint8[::1], int64[::1]"
ALIGN: Final = f"void({_RUNS}, {_RUNS}, uint8[:,::1], {_STEPS}, float32[::1], float32[::1], int32[::1])"


def align(
    first: Bytes,
    first_lengths: Bytes,
    a: Numbers,
    second: Bytes,
    second_lengths: Bytes,
    b: Numbers,
    ends: Bytes,
    costs: Costs,
    weights: Costs,
    joints: Bytes,
    whole: Floats,
    part: Floats,
    row: Numbers,
) -> None:
    """Fill `whole` with how alike runs a[i] and b[i] are, `part` with how alike a[i] and the best beginning of b[i]."""
    sounds = Sounds(costs, weights, joints, row)
    for pair in range(len(a)):
        one, other = first[a[pair]], second[b[pair]]
        cost, mine, yours = _cost(one, 0, first_lengths[a[pair]], other, 0, second_lengths[b[pair]], sounds)
        whole[pair] = _share(cost, mine, yours)
        for k in range(ends.shape[1]):
            end, said = ends[b[pair], k], 0
            for j in range(end):
                said += weights[other[j]]
            part[pair] = max(part[pair], _share(sounds.row[end] - (yours - said), mine, said))
