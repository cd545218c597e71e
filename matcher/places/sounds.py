"""Places by the sounds of their names: a misspelling, or a Latin name where the gazetteer has only Khmer,
still finds its place.

Two steps: the consonants of all names at once (rapidfuzz), then the costly alignment of all sounds for the
best of them only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Indel

from matcher.names.alignment import Runs, similarity
from matcher.names.sounds import CODA, FAINT, sound_space
from matcher.names.tokens import joined, token
from matcher.places.normal import fold, same_word, tokens
from matcher.places.place import Place
from matcher.places.tables import address_words

_NUMBERS: Final = ("", "មួយ", "ពីរ", "បី", "បួន", "ប្រាំ", "ប្រាំមួយ", "ប្រាំពីរ", "ប្រាំបី", "ប្រាំបួន", "ដប់")
_MOST_UNITS = 32
_MOST_WORDS = 8
# Names whose sounds are aligned in full: the best by consonants.
_ALIGNED = 160
_LEAST_CONSONANTS = 0.4
_LEAST_SIMILARITY = 0.55
_VOICELESS: Final = {"B": "P", "D": "T", "J": "C", "Q": "N", "F": "P", "V": "V", "Z": "S", "X": "S"}
# Codas that are hardly heard and often not written.
_WEAK_CODAS: Final = "RH"


@cache
def _skeleton_table() -> tuple[bytes, bytes]:
    """How sound codes become consonant letters, and which codes say too little to keep (for
    bytes.translate).
    """
    sounds = sound_space().sounds
    table, dropped = bytearray(range(256)), bytearray()
    for code, sound in enumerate(sounds):
        letter = sound.symbol[:1]
        if sound.is_vowel or sound.place == FAINT or not letter or (sound.place == CODA and letter in _WEAK_CODAS):
            dropped.append(code)
        else:
            table[code] = ord(_VOICELESS.get(letter, letter))
    return bytes(table), bytes(dropped)


def _skeleton(codes: bytes) -> bytes:
    table, dropped = _skeleton_table()
    return codes.translate(table, dropped)


def _spoken(word: str) -> str:
    """A word as it is said: a number as its Khmer word."""
    return (_NUMBERS[int(word)] if int(word) < len(_NUMBERS) else "") if word.isdigit() and len(word) < 3 else word


def sound_codes(words: Iterable[str]) -> bytes:
    """The sounds of a name given as folded words, in order, joined as in one word."""
    parts: list[bytes] = []
    for word in words:
        read = token(_spoken(word))
        if read is not None:
            if parts:
                parts[-1], codes = joined(parts[-1], read.codes)
                parts.append(codes)
            else:
                parts.append(read.codes)
    return b"".join(parts)[:_MOST_UNITS]


def consonants(words: Iterable[str]) -> str:
    """The consonants that are heard in a name given as folded words, as capital letters: equal for both scripts."""
    return _skeleton(sound_codes(words)).decode("ascii")


def words_of(name: str) -> list[str]:
    """The words of a written name, the common parts of place names in one spelling and apart."""
    return [part for word in tokens(fold(name)) for part in word_parts(word)][:_MOST_WORDS]


def word_parts(word: str) -> list[str]:
    """A folded word in one spelling; a name of common parts written in one, in either script, as its parts."""
    parts = same_word(word).split()
    return [piece for part in parts for piece in ([part] if part.isascii() else khmer_parts(part))]


@cache
def _khmer_ends() -> tuple[re.Pattern[str], re.Pattern[str]]:
    parts = "|".join(sorted(address_words().parts, key=len, reverse=True))
    # A part ends where the next letter has its own sound: neither a mark nor a final consonant (one with
    # bantoc).
    return re.compile(f"(?:{parts})(?=[\u1780-\u17b3](?!\u17cb).)"), re.compile(f"(?<=[^\u17d2])(?:{parts})$")


def khmer_parts(word: str) -> list[str]:
    """A Khmer name written in one, with the common parts at its beginning and its end apart: ព្រៃទទឹង is
    ព្រៃ and ទទឹង.

    The sounds of a bare consonant depend on where its word begins.
    """
    first, last = _khmer_ends()
    parts: list[str] = []
    while (begin := first.match(word)) and len(parts) < _MOST_WORDS:
        parts.append(begin[0])
        word = word[begin.end() :]
    end = last.search(word)
    if end and end.start():
        return [*parts, word[: end.start()], end[0]]
    return [*parts, word]


class SoundIndex:
    """The names of some places in the sound space of both scripts. Immutable."""

    def __init__(self, names: Iterable[tuple[str, Place]]) -> None:
        bearers: dict[bytes, dict[Place, None]] = {}
        sounds = sound_space().sounds
        for name, place in names:
            codes = sound_codes(words_of(name))
            # An abbreviation (PP, K11) has no sound of its own: it is found as it is written only.
            if any(sounds[code].is_vowel for code in codes):
                bearers.setdefault(codes, {})[place] = None
        self._bearers = [tuple(places) for places in bearers.values()]
        self._runs = Runs.of(list(bearers))
        self._skeletons = [_skeleton(codes) for codes in bearers]
        self._in_province = _in_province(self._bearers)

    def search(self, name: str, *, limit: int, provinces: frozenset[str] = frozenset()) -> list[tuple[Place, float]]:
        """The places whose names sound most like `name` with their similarity (0..1), best first; only
        those in `provinces` where given.
        """
        codes = sound_codes(words_of(name))
        within = self._within(provinces)
        if not codes or not within:
            return []
        near = self._near(codes, within)
        similarities = similarity(Runs.of([codes]), np.zeros(len(near), np.intp), self._runs, np.array(near, np.intp))
        best: dict[Place, float] = {}
        for at in np.argsort(-similarities, kind="stable"):
            if similarities[at] < _LEAST_SIMILARITY or len(best) >= limit:
                break
            for place in self._bearers[near[at]]:
                if not provinces or place.province in provinces:
                    best[place] = max(best.get(place, 0.0), float(similarities[at]))
        return list(best.items())

    def _within(self, provinces: frozenset[str]) -> Sequence[int]:
        """The names that some place in these provinces bears; all of them when none are given."""
        if not provinces:
            return range(len(self._skeletons))
        return sorted({index for province in provinces for index in self._in_province.get(province, ())})

    def _near(self, codes: bytes, within: Sequence[int]) -> list[int]:
        """The names with the most alike consonants, ties by index, so that an answer never depends on
        chance.
        """
        skeletons = self._skeletons if len(within) == len(self._skeletons) else [self._skeletons[i] for i in within]
        scores = process.cdist([_skeleton(codes)], skeletons, scorer=Indel.normalized_similarity, dtype=np.float32)[0]
        best = np.argsort(-scores, kind="stable")[:_ALIGNED]
        return [within[i] for i in best if scores[i] >= _LEAST_CONSONANTS]


def _in_province(bearers: Sequence[tuple[Place, ...]]) -> dict[str, list[int]]:
    """The indexes of the names by the provinces of their places."""
    index: dict[str, list[int]] = {}
    for at, places in enumerate(bearers):
        for province in {place.province for place in places}:
            index.setdefault(province, []).append(at)
    return index
