"""Retrieval keys of a name: few, selective, the same for both scripts.

The skeleton of a name is its strong consonants. A full name is found by the skeletons of its parts joined to a ring, alone and
with the vowels, each with or without one slip; a given name alone by the skeleton of its part with its vowels. A vowel that
people write in several ways gives several keys.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final

from jellyfish import metaphone

from matcher.names.name import Name, spoken_forms
from matcher.names.sounds import CODA, FAINT, ONSET, Sound, sound_space, spelling_shares
from matcher.names.tokens import Token

MOST_KEYS: Final = 40
_LONGEST_KEY: Final = 40
_MOST_SLIPS: Final = 8
_MOST_SOUNDS: Final = 12
_SLIPS_FROM: Final = 4
_PART_FROM: Final = 4
_PART_LETTERS_FROM: Final = 3
_FOREIGN: Final = re.compile("[fjqxz]|c(?!h)|st|ph|sh")
_DOUBLED: Final = re.compile(r"(.)\1+")
_CACHED: Final = 100_000
Choice = tuple[tuple[str, float], ...]
_FOLDED: Final = {"D": "T", "B": "P", "F": "P", "Q": "N", "J": "C", "X": "S", "Z": "S"}
_DROPPED_CODAS: Final = frozenset("RVYH")
_DROPPED: Final = frozenset("HY")
# Beside vowels, codas that some listeners mix up are one: Heng and Hen, Noch and Not.
_LIKE_CODAS: Final = {"G": "N", "C": "T"}
_GLIDE_V: Final = "វ"
# Vowels as most ears part them. `e` is ea, ia, ie; `u` is eu, oeu; beyond these the first letter decides.
_VOWEL_CLASSES: Final = (("u", re.compile("(o|a|u)?eu|oea?|uea?")), ("e", re.compile("ea|ia|ie|oa")))
_FIRST_LETTERS: Final = {"a": "a", "o": "o", "u": "o", "e": "i", "i": "i", "y": "i"}
_GLIDED: Final = {"ao": "o", "au": "o", "av": "o", "aov": "o", "ai": "i", "ay": "i"}
# A way to write a vowel that fewer use is left to the other keys; so are unlikely readings of a whole name.
_LEAST_SHARE: Final = 0.12
_MOST_READINGS: Final = 4
_MOST_OF_PART: Final = 2


def keys(name: Name, *, slips: bool = True) -> tuple[str, ...]:
    """The keys that this name is stored and looked up under: ASCII, distinct, at most 40 of at most 40 characters.

    About 23 for a full name; about 10 without `slips`, the keys that survive one sound heard or typed otherwise: enough for
    people who are not looked for by their name alone.
    """
    return _keys(name.tokens, slips)


@lru_cache(maxsize=_CACHED)
def field_keys(text: str, *, slips: bool = True) -> tuple[str, ...]:
    """The keys of every form of a name field, without analysing it further: for loading many records."""
    return tuple(dict.fromkeys(key for tokens in spoken_forms(text) for key in _keys(tokens, slips)))


def _keys(tokens: tuple[Token, ...], slips: bool) -> tuple[str, ...]:
    whole = ["".join(skeleton(part, faint=faint) for part in tokens) for faint in (False, True)]
    readings = _readings(tokens, _MOST_READINGS)
    found = [f"{_ring(letters)}@" for letters in whole if letters]
    found += [f"{_ring_with_vowels(reading)}~" for reading in readings]
    found += [key for parts in _given_names(tokens) for key in _part_keys(parts, alone=len(tokens) == 1)]
    found += [key for part in tokens for key in foreign_keys(part)]
    if slips:
        found += [f"{_ring_with_vowels(slip)}~" for reading in readings[:1] for slip in _without_one_sound(reading)]
        found += [f"{_ring(slip)}@" for letters in whole for slip in _without_one_letter(letters)]
    return tuple(dict.fromkeys(key[:_LONGEST_KEY] for key in found if len(key) > 1))[:MOST_KEYS]


@lru_cache(maxsize=_CACHED)
def skeleton(part: Token, *, faint: bool = False) -> str:
    """The strong consonants of a part, folded to what both scripts and most ears agree on; "" without any.

    With `faint` also what some people say and write: the k of ៈ (Ratanak), a silent r (Netra), the last s (Meas, Meah), the v of
    ជីវ before another syllable.
    """
    letters: list[str] = []
    sounds = [sound_space().sounds[code] for code in part.codes]
    for i, sound in enumerate(sounds):
        last = i + 1 == len(sounds)
        letter = _strong(sound, last=last) or (faint and _faint(sound, last=last))
        if letter and letters[-1:] != [letter]:
            letters.append(letter)
    return "".join(letters)


def _strong(sound: Sound, *, last: bool) -> str:
    if sound.is_vowel or sound.place == FAINT:
        return ""
    letter = sound.symbol[0]
    if letter in _DROPPED or (sound.place == CODA and (letter in _DROPPED_CODAS or (letter == "S" and last))):
        return ""
    return _FOLDED.get(letter, letter)


def _faint(sound: Sound, *, last: bool) -> str:
    if sound.is_vowel:
        return "V" if _GLIDE_V in sound.symbol and not last else ""
    is_said = (sound.place == FAINT and sound.symbol in ("K", "R")) or (last and sound.symbol == "S")
    return sound.symbol if is_said else ""


def vowel_class(part: Token) -> str:
    """The vowels of a part, roughly, each as most people write it: `a`, `e`, `i`, `o`, `u`."""
    sounds = (sound_space().sounds[code] for code in part.codes)
    return "".join(_classes(sound)[0][0] for sound in sounds if sound.is_vowel and sound.place == ONSET)


@cache
def _classes(sound: Sound) -> tuple[tuple[str, float], ...]:
    """The classes in which a vowel is written, with their shares, the most usual first."""
    shares: dict[str, float] = {}
    for spelling, share in spelling_shares(sound.symbol).items():
        written = _class_of(spelling)
        shares[written] = shares.get(written, 0.0) + share
    usual = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    return tuple((written, share) for i, (written, share) in enumerate(usual) if i == 0 or share >= _LEAST_SHARE)


def _class_of(spelling: str) -> str:
    if spelling in _GLIDED:
        return _GLIDED[spelling]
    return next((name for name, written in _VOWEL_CLASSES if written.match(spelling)), _FIRST_LETTERS[spelling[0]])


def _readings(parts: Sequence[Token], most: int) -> list[str]:
    """The strong consonants (capitals) and vowels of some parts as one run, in the likeliest ways in which it is written."""
    choices: list[Choice] = []
    for part in parts:
        written = choices_of(part.codes)
        # Two parts that meet in one consonant write it once.
        meet = choices and written and choices[-1] == written[0] and written[0][0][0].isupper()
        choices += written[1:] if meet else written
    return [] if not choices else _likeliest(choices, most)


@lru_cache(maxsize=_CACHED)
def choices_of(codes: bytes) -> tuple[Choice, ...]:
    """Sound by sound, the letters in which the sounds of a part may be written, with their shares."""
    choices: list[Choice] = []
    for i, code in enumerate(codes):
        sound = sound_space().sounds[code]
        letter = _strong(sound, last=i + 1 == len(codes))
        if sound.is_vowel and sound.place == ONSET:
            choices.append(_classes(sound))
        elif sound.place == CODA and letter in _LIKE_CODAS:
            choices.append(((_LIKE_CODAS[letter], 1.0),))
        elif letter and (not choices or choices[-1][0][0] != letter):
            choices.append(((letter, 1.0),))
    return tuple(choices)


def _likeliest(choices: list[Choice], most: int) -> list[str]:
    """The likeliest ways to choose one of each; long names keep to the two likeliest of their most doubtful vowels."""
    doubtful = sorted((i for i, choice in enumerate(choices) if len(choice) > 1), key=lambda i: choices[i][0][1])[:most]
    # Left to right only the likeliest beginnings can become the likeliest ways.
    ways = [("", 1.0)]
    for i, choice in enumerate(choices):
        if i in doubtful:
            longer = [(way + letter, share * more) for way, share in ways for letter, more in choice]
            ways = sorted(longer, key=_by_share)[:most]
        else:
            letter = choice[0][0]
            ways = [(way + letter, share) for way, share in ways]
    return [way for way, _ in ways]


def _by_share(way: tuple[str, float]) -> float:
    return -way[1]


def _without_one_sound(reading: str) -> list[str]:
    """A reading without each one of its sounds."""
    return [reading[:i] + reading[i + 1 :] for i in range(min(len(reading), _MOST_SOUNDS))] if len(reading) > 3 else []


def _without_one_letter(letters: str) -> list[str]:
    """The ring of a skeleton without each one letter."""
    ring = _ring(letters)
    return [ring[:i] + ring[i + 1 :] for i in range(min(len(ring), _MOST_SLIPS))] if len(ring) >= _SLIPS_FROM else []


def _ring(letters: str) -> str:
    """The letters as a ring, doubles once, read from where it comes first in the alphabet: the same for any turn of the parts and
    any spaces between them.
    """
    single = _DOUBLED.sub(r"\1", letters)
    if len(single) > 1 and single[0] == single[-1]:
        single = single[1:]
    return _first_turn(single, min(single)) if single else letters[:1]


def _ring_with_vowels(reading: str) -> str:
    """A reading as a ring, read from the consonant from which it comes first in the alphabet."""
    # Capitals, the consonants, come first in the alphabet.
    return _first_turn(reading, min(reading))


def _first_turn(ring: str, start: str) -> str:
    """Of all turns that begin with this letter the first in the alphabet."""
    at = ring.find(start)
    if ring.rfind(start) == at:
        return ring[at:] + ring[:at]
    return min(ring[i:] + ring[:i] for i, letter in enumerate(ring) if letter == start)


def _given_names(tokens: tuple[Token, ...]) -> list[tuple[Token, ...]]:
    """What may stand alone elsewhere: each part, and each two neighbours (Srey Pov in Sok Srey Pov)."""
    return [*((part,) for part in tokens), *pairwise(tokens)]


@lru_cache(maxsize=_CACHED)
def _part_keys(parts: tuple[Token, ...], *, alone: bool) -> list[str]:
    """A part with its vowels, when that says enough (Dara, not Sok), and its skeleton alone from three letters."""
    letters = "".join(skeleton(part) for part in parts)
    readings = _readings(parts, _MOST_OF_PART)
    enough = alone or (letters and readings and len(readings[0]) >= _PART_FROM)
    found = [f"{reading}." for reading in readings] if enough else []
    return [*found, f"{letters}."] if len(letters) >= _PART_LETTERS_FROM else found


@lru_cache(maxsize=_CACHED)
def foreign_keys(part: Token) -> list[str]:
    """Metaphone of a part that is not spelled as Khmer names are: Geoffrey and Jeffrey, Stephen and Steven."""
    if part.is_khmer or not _FOREIGN.search(part.text):
        return []
    sound = metaphone(part.text).replace(" ", "").replace("0", "T")
    return [f"{sound}*"] if len(sound) > 1 else []
