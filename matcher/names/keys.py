"""Retrieval keys of a name: few, selective, the same for both scripts.

The skeleton of a name is its strong consonants. A full name is found by the skeletons of its parts joined to a ring, with or without one
slip; a given name alone by the skeleton of one part with the class of its vowels.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from jellyfish import metaphone

from matcher.names.name import Name
from matcher.names.sounds import CODA, FAINT, ONSET, Sound, sound_space
from matcher.names.tokens import Token

MOST_KEYS: Final = 24
_LONGEST_KEY: Final = 40
_MOST_SLIPS: Final = 8
_SLIPS_FROM: Final = 4
_PART_FROM: Final = 4
_PART_LETTERS_FROM: Final = 3
_FOREIGN: Final = re.compile("[fjqxz]|c(?!h)|st|ph|sh")
_CACHED: Final = 100_000
_FOLDED: Final = {"D": "T", "B": "P", "F": "P", "Q": "N", "J": "C", "X": "S", "Z": "S"}
_DROPPED_CODAS: Final = frozenset("RVYH")
_DROPPED: Final = frozenset("HY")


@lru_cache(maxsize=_CACHED)
def keys(name: Name) -> tuple[str, ...]:
    """The keys that this name is stored and looked up under: ASCII, distinct, at most 24 of at most 40 characters."""
    found: list[str] = []
    for faint in (False, True):
        found += _whole_keys("".join(skeleton(part, faint=faint) for part in name.tokens))
    found += [key for parts in _given_names(name) for key in _part_keys(parts, alone=name.parts == 1)]
    found += [key for part in name.tokens for key in _western(part)]
    return tuple(dict.fromkeys(key[:_LONGEST_KEY] for key in found if key))[:MOST_KEYS]


def skeleton(part: Token, *, faint: bool = False) -> str:
    """The strong consonants of a part, folded to what both scripts and most ears agree on; "" without any.

    With `faint` also the k of ៈ and a silent r, which some people write: Ratanak, Netra.
    """
    letters: list[str] = []
    sounds = sound_space().sounds
    for i, code in enumerate(part.codes):
        letter = _strong(sounds[code], last=i + 1 == len(part.codes), faint=faint)
        if letter and letters[-1:] != [letter]:
            letters.append(letter)
    return "".join(letters)


def _strong(sound: Sound, *, last: bool, faint: bool) -> str:
    if sound.is_vowel or (sound.place == FAINT and not (faint and sound.symbol in ("K", "R"))):
        return ""
    letter = sound.symbol[0]
    if letter in _DROPPED or (sound.place == CODA and (letter in _DROPPED_CODAS or (letter == "S" and last))):
        return ""
    return _FOLDED.get(letter, letter)


def vowel_class(part: Token, *, faint: bool = False) -> str:
    """The vowels of a part, very roughly: `a` open or back, `i` front. With `faint` also those that are not always said."""
    sounds = (sound_space().sounds[code] for code in part.codes)
    return "".join(_rough(sound.symbol) for sound in sounds if sound.is_vowel and (faint or sound.place == ONSET))


def _rough(symbol: str) -> str:
    spelling = sound_space().spellings.get(symbol, symbol)
    return "i" if spelling[0] in "eiy" else "a"


def _whole_keys(letters: str) -> list[str]:
    """All letters as a ring, and the ring without each one letter, so that one slip on either side still meets."""
    ring = _ring(letters)
    if len(ring) < _SLIPS_FROM:
        return [f"{ring}@"] if ring else []
    return [f"{ring}@", *(f"{_ring(ring[:i] + ring[i + 1 :])}@" for i in range(min(len(ring), _MOST_SLIPS)))]


def _ring(letters: str) -> str:
    """The letters as a ring, doubles once, read from where it comes first in the alphabet: the same for any turn of the parts and
    any spaces between them.
    """
    single = "".join(letter for i, letter in enumerate(letters) if letter != letters[i - 1] or len(letters) == 1)
    return min((single[i:] + single[:i] for i in range(len(single))), default=letters[:1])


def _given_names(name: Name) -> list[tuple[Token, ...]]:
    """What may stand alone elsewhere: each part, and of three or more each two neighbours (Srey Pov in Sok Srey Pov)."""
    neighbours = zip(name.tokens, name.tokens[1:], strict=False) if name.parts > 2 else ()
    return [*((part,) for part in name.tokens), *neighbours]


def _part_keys(parts: tuple[Token, ...], *, alone: bool) -> list[str]:
    """A part with the class of its vowels, when that says enough (Dara, not Sok), and its skeleton alone from three letters."""
    found: list[str] = []
    for faint in (False, True):
        letters = "".join(skeleton(part, faint=faint) for part in parts)
        vowels = "".join(vowel_class(part, faint=faint) for part in parts)
        if alone or (letters and len(letters) + len(vowels) >= _PART_FROM):
            found.append(f"{letters}.{vowels}")
        if len(letters) >= _PART_LETTERS_FROM:
            found.append(f"{letters}.")
    return found


def _western(part: Token) -> list[str]:
    """Metaphone of a part that is not spelled as Khmer names are: Geoffrey and Jeffrey, Stephen and Steven."""
    if part.is_khmer or not _FOREIGN.search(part.text):
        return []
    sound = metaphone(part.text).replace(" ", "").replace("0", "T")
    return [f"{sound}*"] if len(sound) > 1 else []
