"""How a name was read, for showing it to people: clusters, sounds, what else each sound may be, keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from matcher.names import khmer
from matcher.names.keys import keys
from matcher.names.name import Name
from matcher.names.sounds import Sound, sound_space, spelling_shares
from matcher.names.tokens import Token

_MOST_READINGS: Final = 5
_LEAST_SHARE: Final = 0.02


@dataclass(frozen=True, slots=True)
class SoundReading:
    """One sound of a part: its symbol, place in the syllable, weight 0 to 1, and the likeliest readings with their shares.

    The readings of a Khmer vowel are Latin spellings, those of a Latin vowel are Khmer vowels; a consonant has none.
    """

    sound: str
    place: str
    weight: float
    readings: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class PartReading:
    """One part: the normal form, its Khmer clusters (none for Latin letters), its Latin letters and its sounds."""

    text: str
    clusters: tuple[str, ...]
    latin: str
    sounds: tuple[SoundReading, ...]


@dataclass(frozen=True, slots=True)
class NameReading:
    """One name: as written, its parts, and the keys it is found by."""

    text: str
    parts: tuple[PartReading, ...]
    keys: tuple[str, ...]


def read_aloud(name: Name) -> NameReading:
    """How this name was read."""
    return NameReading(name.text, tuple(_part(token) for token in name.tokens), keys(name))


def _part(token: Token) -> PartReading:
    clusters = tuple(cluster.text() for cluster in khmer.clusters(token.text)) if token.is_khmer else ()
    space = sound_space()
    return PartReading(token.text, clusters, token.roman, tuple(_sound(space.sounds[code]) for code in token.codes))


def _sound(sound: Sound) -> SoundReading:
    shares = _readings(sound.symbol) if sound.is_vowel else {}
    likely = sorted(shares.items(), key=lambda item: (-item[1], item[0]))[:_MOST_READINGS]
    readings = {reading: round(share, 3) for reading, share in likely if share >= _LEAST_SHARE}
    return SoundReading(sound.symbol, sound.place, round(sound.weight, 3), readings)


@cache
def _readings(symbol: str) -> Mapping[str, float]:
    """Spellings of a Khmer vowel; for a Latin spelling the Khmer vowels that it may write, each thought equally common."""
    if symbol in sound_space().spellings:
        return spelling_shares(symbol)
    shares = {vowel: spelling_shares(vowel).get(symbol, 0.0) for vowel in sound_space().spellings}
    total = sum(shares.values())
    return {vowel: share / total for vowel, share in shares.items()} if total else {}
