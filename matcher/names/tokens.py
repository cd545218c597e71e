"""One part of a name: its normal form, its sounds as bytes, its romanised form. Each distinct token is read once and kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.names import khmer, latin, syllables
from matcher.names.kernel import MOST_UNITS
from matcher.names.layout import record
from matcher.names.sounds import CODA, ONSET, sound_space

_MOST_LETTERS: Final = 80
_CACHED_TOKENS: Final = 200_000
_HARD_CODA: Final = {"B": "P", "D": "T"}


@dataclass(frozen=True, slots=True)
class Token:
    """A part of a name. `text` is the normal form, `roman` its Latin letters without fashions of spelling, `codes` the units of
    `sound_space`; `record` all of it as `layout` has it."""

    text: str
    roman: str = field(compare=False)
    codes: bytes = field(compare=False)
    is_khmer: bool = field(compare=False)
    record: bytes = field(compare=False, repr=False)

    def __hash__(self) -> int:
        # Of what is compared, as ever: the text keeps its own.
        return hash(self.text)

    @property
    def is_initial(self) -> bool:
        """True for a single Latin letter that stands for a name."""
        return _is_initial(self.text, self.is_khmer)


@lru_cache(maxsize=_CACHED_TOKENS)
def token(text: str) -> Token | None:
    """Read one word of a name in any script; None where nothing in it sounds (digits, emoji)."""
    text = text[:_MOST_LETTERS]
    is_khmer = khmer.is_khmer(text)
    normal = khmer.normalise(text) if is_khmer else latin.plain(text)
    units = syllables.read(normal) if is_khmer else latin.read(normal)
    if not units:
        return None
    space = sound_space()
    codes = bytes(space.code(unit.symbol, unit.place) for unit in units[:MOST_UNITS])
    roman = latin.without_fashions("".join(unit.latin for unit in units) if is_khmer else normal)
    laid = record(codes, last_syllable(codes), roman, normal, is_initial=_is_initial(normal, is_khmer))
    return Token(normal, roman, codes, is_khmer, laid)


def _is_initial(text: str, is_khmer: bool) -> bool:
    return len(text) == 1 and not is_khmer


def joined(first: bytes, second: bytes) -> tuple[bytes, bytes]:
    """Two tokens as they sound in one word: a doubled consonant counts once, an h after a stop is faint."""
    if not first or not second:
        return first, second
    last, following = _joint(first[-1], second[0])
    return first[:-1] + bytes((last,)), bytes((following,)) + second[1:]


@cache
def joints() -> NDArray[np.uint8]:
    """For the kernel: what becomes of the last unit of a part and the first of the next, (units, units, 2)."""
    units = len(sound_space().sounds)
    pairs = [_joint(last, following) for last in range(units) for following in range(units)]
    return np.array(pairs, np.uint8).reshape(units, units, 2)


@lru_cache(maxsize=4096)
def _joint(last: int, following: int) -> tuple[int, int]:
    space = sound_space()
    end, start = space.sounds[last], space.sounds[following]
    if end.place != CODA or start.is_vowel:
        return last, following
    if start.symbol == "H":
        return last, space.code("H", "faint") if end.symbol[0] in "KTPCNG" else following
    same = _HARD_CODA.get(end.symbol, end.symbol).removesuffix("h") == _HARD_CODA.get(
        start.symbol, start.symbol
    ).removesuffix("h")
    return (space.code(end.symbol, "faint") if same else last), following


def last_syllable(codes: bytes) -> bytes:
    """The units of the last syllable of a word that has more than one, from its onset on; b"" for a shorter word."""
    sounds = sound_space().sounds
    vowels = [i for i, code in enumerate(codes) if sounds[code].is_vowel and sounds[code].place == ONSET]
    if len(vowels) < 2:
        return b""
    start = vowels[-1]
    while start - 1 > vowels[-2] and sounds[codes[start - 1]].place == ONSET:
        start -= 1
    return codes[start:] if start < vowels[-1] else b""
