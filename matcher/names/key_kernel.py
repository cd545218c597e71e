"""The compiled twin of `keys`: the same keys of many names at once, letter for letter, in a tenth of the time.

`keys` says what the keys are and why; a test holds this to it. Letters are bytes. Everything compiled is in one file, so that a
change compiles all of it anew.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.machine_code import compiled

Letters = NDArray[np.uint8]
Numbers = NDArray[np.int64]
# As in `keys`, where the reasons are.
_MOST_KEYS: Final = 40
_LONGEST_KEY: Final = 40
_MOST_SLIPS: Final = 8
_MOST_SOUNDS: Final = 12
_SLIPS_FROM: Final = 4
_PART_FROM: Final = 4
_PART_LETTERS_FROM: Final = 3
_MOST_READINGS: Final = 4
_MOST_OF_PART: Final = 2
_RING, _READING, _PART, _COLON = ord("@"), ord("~"), ord("."), ord(":")
_FIRST_SMALL: Final = ord("a")
_STRONG, _FAINT, _CHOICES, _FOREIGN = 0, 1, 2, 3


class Names(NamedTuple):
    """Names in flat arrays. Name i has the parts `starts[i]` to `starts[i + 1]`; part p ends at `ends[p + 1]` in the strong
    consonants, in these with the faint ones, in the choices, and in the foreign keys. `families[i]` begins the keys of name i.
    """

    strong: Letters
    faint: Letters
    choices: Letters
    foreign: Letters
    ends: Numbers
    starts: Numbers
    slips: NDArray[np.bool_]
    families: Letters


class Choices(NamedTuple):
    """Choice c is one of `counts[c]` letters, `letters[c]`, of which each has its share."""

    counts: Numbers
    letters: Letters
    shares: NDArray[np.float64]


class _Made(NamedTuple):
    """Keys one after the other, where each ends (the first entry is 0), and `total`: of all, of those before this name, and its
    family.
    """

    letters: Letters
    ends: Numbers
    total: Numbers


class _Room(NamedTuple):
    """Room to work in."""

    one: Letters
    other: Letters
    third: Letters
    ways: Letters
    longer: Letters
    best: NDArray[np.float64]
    codes: Numbers
    doubtful: Numbers


@compiled
def make_keys(names: Names, choices: Choices) -> tuple[Letters, Numbers, Numbers]:
    """(letters of all keys, where each ends, how many there are up to each name); both lists of numbers begin with 0."""
    many = len(names.starts) - 1
    # Room that is not used is never touched.
    letters = np.empty(many * _MOST_KEYS * (_LONGEST_KEY + 2), np.uint8)
    made = _Made(letters, np.zeros(many * _MOST_KEYS + 1, np.int64), np.zeros(3, np.int64))
    room = _room(names)
    counts = np.zeros(many + 1, np.int64)
    for name in range(many):
        made.total[1], made.total[2] = made.total[0], names.families[name]
        _keys(names, choices, name, made, room)
        counts[name + 1] = made.total[0]
    return letters[: made.ends[made.total[0]]].copy(), made.ends[: made.total[0] + 1].copy(), counts


@compiled
def _room(names: Names) -> _Room:
    longest = 1
    for name in range(len(names.starts) - 1):
        for kind in range(3):
            size = names.ends[names.starts[name + 1], kind] - names.ends[names.starts[name], kind]
            longest = max(longest, size)
    return _Room(
        np.empty(longest, np.uint8),
        np.empty(longest, np.uint8),
        np.empty(longest, np.uint8),
        np.empty((_MOST_READINGS, longest), np.uint8),
        np.empty((_MOST_READINGS, longest), np.uint8),
        np.empty((2, _MOST_READINGS), np.float64),
        np.empty(longest, np.int64),
        np.empty(longest, np.int64),
    )


@compiled
def _keys(names: Names, choices: Choices, name: int, made: _Made, room: _Room) -> None:
    start, stop, ends = names.starts[name], names.starts[name + 1], names.ends
    strong = names.strong[ends[start, _STRONG] : ends[stop, _STRONG]]
    faint = names.faint[ends[start, _FAINT] : ends[stop, _FAINT]]
    _ring_key(strong, made, room)
    _ring_key(faint, made, room)
    found, size = _readings(names, choices, start, stop, _MOST_READINGS, room)
    for way in range(found):
        _first_turn(room.ways[way], size, room.other)
        _add(made, room.other, size, _READING)
    # The reading whose slips follow; those of the parts take its place.
    room.third[:size] = room.ways[0, :size]
    for width in range(1, 3):
        for part in range(start, stop - width + 1):
            _part_keys(names, choices, part, part + width, stop - start == 1, made, room)
    for part in range(start, stop):
        foreign = names.foreign[ends[part, _FOREIGN] : ends[part + 1, _FOREIGN]]
        if len(foreign):
            _add(made, foreign, len(foreign) - 1, foreign[-1])
    if names.slips[name]:
        if found:
            _reading_slips(room.third, size, made, room)
        _ring_slips(strong, made, room)
        _ring_slips(faint, made, room)


@compiled
def _ring_key(letters: Letters, made: _Made, room: _Room) -> None:
    if len(letters):
        _add(made, room.other, _ring(letters, len(letters), room.one, room.other), _RING)


@compiled
def _part_keys(  # noqa: PLR0913, PLR0917  # where it reads and where it writes
    names: Names, choices: Choices, start: int, stop: int, alone: bool, made: _Made, room: _Room
) -> None:
    letters = names.strong[names.ends[start, _STRONG] : names.ends[stop, _STRONG]]
    found, size = _readings(names, choices, start, stop, _MOST_OF_PART, room)
    if alone or (len(letters) and size >= _PART_FROM):
        for way in range(found):
            _add(made, room.ways[way], size, _PART)
    if len(letters) >= _PART_LETTERS_FROM:
        _add(made, letters, len(letters), _PART)


@compiled
def _reading_slips(reading: Letters, size: int, made: _Made, room: _Room) -> None:
    if size > 3:
        for gap in range(min(size, _MOST_SOUNDS)):
            _leave_out(reading, size, gap, room.one)
            _first_turn(room.one, size - 1, room.other)
            _add(made, room.other, size - 1, _READING)


@compiled
def _ring_slips(letters: Letters, made: _Made, room: _Room) -> None:
    size = _ring(letters, len(letters), room.one, room.third)
    if size >= _SLIPS_FROM:
        for gap in range(min(size, _MOST_SLIPS)):
            _leave_out(room.third, size, gap, room.ways[0])
            _add(made, room.other, _ring(room.ways[0], size - 1, room.one, room.other), _RING)


@compiled
def _leave_out(letters: Letters, size: int, gap: int, into: Letters) -> None:
    into[:gap] = letters[:gap]
    into[gap : size - 1] = letters[gap + 1 : size]


@compiled
def _ring(letters: Letters, size: int, single: Letters, into: Letters) -> int:
    """The ring of some letters; how long it is."""
    kept = 0
    for i in range(size):
        if kept == 0 or letters[i] != single[kept - 1]:
            single[kept] = letters[i]
            kept += 1
    if kept > 1 and single[0] == single[kept - 1]:
        # Read from the second letter on: the first is the last once more.
        kept -= 1
        single[:kept] = single[1 : kept + 1].copy()
    _first_turn(single, kept, into)
    return kept


@compiled
def _first_turn(ring: Letters, size: int, into: Letters) -> None:
    """Of all turns the first in the alphabet."""
    best = 0
    for turn in range(1, size):
        for i in range(size):
            a, b = ring[(turn + i) % size], ring[(best + i) % size]
            if a != b:
                if a < b:
                    best = turn
                break
    into[: size - best] = ring[best:size]
    into[size - best : size] = ring[:best]


@compiled
def _readings(  # noqa: PLR0913, PLR0917  # where it reads and where it writes
    names: Names, choices: Choices, start: int, stop: int, most: int, room: _Room
) -> tuple[int, int]:
    """Fill the ways in which the parts may be read, likeliest first; how many there are, and how long each is."""
    size = _joined(names, choices, start, stop, room.codes)
    if not size:
        return 0, 0
    _mark_doubtful(choices, size, most, room)
    ways, found = room.ways, 1
    room.best[0, 0] = 1.0
    for i in range(size):
        code = room.codes[i]
        if room.doubtful[i]:
            found = _branch(choices, code, i, found, most, room)
        else:
            for way in range(found):
                ways[way, i] = choices.letters[code, 0]
    return found, size


@compiled
def _joined(names: Names, choices: Choices, start: int, stop: int, codes: Numbers) -> int:
    """The choices of neighbouring parts as one run; two parts that meet in one consonant write it once."""
    size = 0
    for part in range(start, stop):
        first, last = names.ends[part, _CHOICES], names.ends[part + 1, _CHOICES]
        if size and last > first and codes[size - 1] == names.choices[first]:
            first += choices.letters[names.choices[first], 0] < _FIRST_SMALL
        for at in range(first, last):
            codes[size] = names.choices[at]
            size += 1
    return size


@compiled
def _mark_doubtful(choices: Choices, size: int, most: int, room: _Room) -> None:
    """Mark the `most` choices whose likeliest letter is least likely; of equals the earlier."""
    room.doubtful[:size] = 0
    for _ in range(most):
        chosen = -1
        for i in range(size):
            code = room.codes[i]
            fewer = chosen < 0 or choices.shares[code, 0] < choices.shares[room.codes[chosen], 0]
            if fewer and choices.counts[code] > 1 and not room.doubtful[i]:
                chosen = i
        if chosen < 0:
            return
        room.doubtful[chosen] = 1


@compiled
def _branch(  # noqa: PLR0913, PLR0917  # where it reads and where it writes
    choices: Choices, code: int, at: int, found: int, most: int, room: _Room
) -> int:
    """Each way goes on with each letter; the likeliest remain, of equals the earlier."""
    longer, best, kept = room.longer, room.best, 0
    for way in range(found):
        for option in range(choices.counts[code]):
            share = best[0, way] * choices.shares[code, option]
            place = kept
            while place and best[1, place - 1] < share:
                place -= 1
            if place < most:
                kept = min(kept + 1, most)
                for moved in range(kept - 1, place, -1):
                    best[1, moved] = best[1, moved - 1]
                    longer[moved, : at + 1] = longer[moved - 1, : at + 1]
                best[1, place] = share
                longer[place, :at] = room.ways[way, :at]
                longer[place, at] = choices.letters[code, option]
    room.ways[:kept, : at + 1] = longer[:kept, : at + 1]
    best[0, :kept] = best[1, :kept]
    return kept


@compiled
def _add(made: _Made, letters: Letters, size: int, sign: int) -> None:
    """Add a key unless this name has it, or has enough."""
    last, first = made.total[0], made.total[1]
    if not size or last - first == _MOST_KEYS:
        return
    begin = made.ends[last]
    made.letters[begin], made.letters[begin + 1] = made.total[2], _COLON
    end = begin + 2
    for i in range(min(size, _LONGEST_KEY)):
        made.letters[end] = letters[i]
        end += 1
    if size < _LONGEST_KEY:
        made.letters[end] = sign
        end += 1
    for known in range(first, last):
        if _is_same(made, known, begin, end - begin):
            return
    made.ends[last + 1] = end
    made.total[0] = last + 1


@compiled
def _is_same(made: _Made, known: int, begin: int, size: int) -> bool:
    at, i = made.ends[known], 0
    if made.ends[known + 1] - at != size:
        return False
    while i < size and made.letters[at + i] == made.letters[begin + i]:
        i += 1
    return i == size
