"""Places by the sounds of their names: a misspelling, or a Latin name where the gazetteer has only Khmer,
still finds its place.

Two steps: the consonants of all names at once (rapidfuzz), then the costly alignment of all sounds for the
best of them only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Indel

from matcher.names.alignment import Runs, similarity
from matcher.names.khmer import BANTOC, COENG
from matcher.names.sounds import CODA, FAINT, sound_space
from matcher.names.tokens import joined, token
from matcher.places.normal import fold, same_word, tokens
from matcher.places.place import Place
from matcher.places.tables import address_words

Indexes = NDArray[np.intp]
_NUMBERS: Final = ("", "មួយ", "ពីរ", "បី", "បួន", "ប្រាំ", "ប្រាំមួយ", "ប្រាំពីរ", "ប្រាំបី", "ប្រាំបួន", "ដប់")
_MOST_UNITS = 32
_MOST_WORDS = 8
# Names whose sounds are aligned in full: the best by consonants.
_ALIGNED = 160
_LEAST_CONSONANTS = 0.4
_LEAST_SIMILARITY = 0.55
# An address repeats the names of communes and districts; whole addresses seldom come again.
_CACHED_WORDS: Final = 20_000
_CACHED_REGIONS: Final = 1_000
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


@lru_cache(maxsize=_CACHED_WORDS)
def consonants(words: tuple[str, ...]) -> str:
    """The consonants that are heard in a name given as folded words, as capital letters: equal for both scripts."""
    return _skeleton(sound_codes(words)).decode("ascii")


def words_of(name: str) -> list[str]:
    """The words of a written name, the common parts of place names in one spelling and apart."""
    return [part for word in tokens(fold(name)) for part in word_parts(word)][:_MOST_WORDS]


@lru_cache(maxsize=_CACHED_WORDS)
def _codes_of(name: str) -> bytes:
    return sound_codes(words_of(name))


@lru_cache(maxsize=_CACHED_WORDS)
def word_parts(word: str) -> tuple[str, ...]:
    """A folded word in one spelling; a name of common parts written in one, in either script, as its parts."""
    parts = same_word(word).split()
    return tuple(piece for part in parts for piece in ([part] if part.isascii() else khmer_parts(part)))


@cache
def _common_parts(end: int) -> dict[str, tuple[str, ...]]:
    """The common parts of Khmer names by their first letter (`end` 0) or their last (-1), the longest first."""
    parts: dict[str, tuple[str, ...]] = {}
    for part in sorted(address_words().parts, key=len, reverse=True):
        parts[part[end]] = (*parts.get(part[end], ()), part)
    return parts


def khmer_parts(word: str) -> list[str]:
    """A Khmer name written in one, with the common parts at its beginning and its end apart: ព្រៃទទឹង is
    ព្រៃ and ទទឹង.

    The sounds of a bare consonant depend on where its word begins.
    """
    parts: list[str] = []
    while (length := _first_part(word)) and len(parts) < _MOST_WORDS:
        parts.append(word[:length])
        word = word[length:]
    start = _last_part(word)
    return [*parts, word[:start], word[start:]] if start else [*parts, word]


def _first_part(word: str) -> int:
    """The length of the longest common part that a word begins with; 0 where there is none.

    A part ends where the next letter has its own sound: neither a mark nor a final consonant (one with bantoc).
    """
    for part in _common_parts(0).get(word[:1], ()):
        if word.startswith(part) and _ends_at(word, len(part)):
            return len(part)
    return 0


def _ends_at(word: str, at: int) -> bool:
    return "\u1780" <= word[at : at + 1] <= "\u17b3" and word[at + 1 : at + 2] not in ("", BANTOC)


def _last_part(word: str) -> int:
    """Where the longest common part that a word ends with begins, not below another letter; 0 where there is none."""
    for part in _common_parts(-1).get(word[-1:], ()):
        start = len(word) - len(part)
        if start > 0 and word.endswith(part) and word[start - 1] != COENG:
            return start
    return 0


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
        self._region = lru_cache(_CACHED_REGIONS)(self._names_in)

    def search(self, name: str, *, limit: int, provinces: frozenset[str] = frozenset()) -> list[tuple[Place, float]]:
        """The places whose names sound most like `name` with their similarity (0..1), best first; only
        those in `provinces` where given.
        """
        codes = _codes_of(name)
        near = self._near(codes, *self._region(provinces)) if codes else np.empty(0, np.intp)
        if not len(near):
            return []
        similarities = similarity(Runs.of([codes]), np.zeros(len(near), np.intp), self._runs, near)
        best: dict[Place, float] = {}
        order = np.argsort(-similarities, kind="stable")
        for at, alike in zip(near[order].tolist(), similarities[order].tolist(), strict=True):
            if alike < _LEAST_SIMILARITY or len(best) >= limit:
                break
            for place in self._bearers[at]:
                if not provinces or place.province in provinces:
                    best[place] = max(best.get(place, 0.0), alike)
        return list(best.items())

    def _names_in(self, provinces: frozenset[str]) -> tuple[Indexes, list[bytes]]:
        """The names that some place in these provinces bears, with their consonants; all of them when no provinces are given."""
        if not provinces:
            return np.arange(len(self._skeletons)), self._skeletons
        within = sorted({index for province in provinces for index in self._in_province.get(province, ())})
        return np.array(within, np.intp), [self._skeletons[index] for index in within]

    @staticmethod
    def _near(codes: bytes, within: Indexes, skeletons: Sequence[bytes]) -> Indexes:
        """The names with the most alike consonants, ties by index, so that an answer never depends on
        chance.
        """
        if not len(within):
            return within
        scores = process.cdist([_skeleton(codes)], skeletons, scorer=Indel.normalized_similarity, dtype=np.float32)[0]
        alike = np.flatnonzero(scores >= _LEAST_CONSONANTS)
        best: Indexes = within[alike[np.argsort(-scores[alike], kind="stable")[:_ALIGNED]]]
        return best


def _in_province(bearers: Sequence[tuple[Place, ...]]) -> dict[str, list[int]]:
    """The indexes of the names by the provinces of their places."""
    index: dict[str, list[int]] = {}
    for at, places in enumerate(bearers):
        for province in {place.province for place in places}:
            index.setdefault(province, []).append(at)
    return index
