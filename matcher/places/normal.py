"""The normal form of a place name: what is left when spelling habits that never tell two places apart are
gone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from matcher.names.khmer import normalise
from matcher.places.tables import address_words
from matcher.text import fold_digits, tidy

_MARKS = re.compile(r"[\u0300-\u036f]")
_APOSTROPHES = re.compile(r"['’‘ʼ`´.]")
_O_STREAM = re.compile(r"\bo['’‘ʼ`´](?=\w)")
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "đ": "d", "ø": "o", "ß": "ss"})
_TOKEN = re.compile(r"[\u1780-\u17d3\u17d7\u17dc\u17dd]+|\d+|[^\W\d\u1780-\u17ff]+")
# Khmer text that is in normal form already, as nearly all official names are: base, robat, at most one
# subscript before coeng-RO, shifter, vowel, one sign. Only what fails this is put in order letter by
# letter, which is slow.
_CANONICAL = re.compile(
    "(?:[^\u1780-\u17d2\u17d3\u17d7\u17dd]"
    "|[\u1780-\u17a2\u17a5-\u17a7\u17a9-\u17b1\u17b3]\u17cc?(?:\u17d2[\u1780-\u1789\u178b-\u1799\u179b-\u17a2])?(?:\u17d2\u179a)?"
    "[\u17c9\u17ca]?(?:\u17bb|[\u17b6-\u17ba\u17bc-\u17c5]?[\u17c6-\u17c8\u17cb\u17cd\u17d0]?))*"
)
_MIN_PREFIX = 5
_CACHED_NAMES = 20_000


def fold(text: str) -> str:
    """Small letters without diacritics, ASCII digits, tidy white space; Khmer clusters in one order."""
    text = fold_digits(tidy(text)).lower()
    if text.isascii():
        return text
    text = _MARKS.sub("", unicodedata.normalize("NFKD", text.translate(_LETTERS))).replace(
        "\u17d2ដ", "\u17d2ត"
    )  # one glyph
    return text.lower() if _CANONICAL.fullmatch(text) else normalise(text).lower()


def tokens(folded: str) -> list[str]:
    """The words of a folded text: Khmer runs, Latin words, numbers; an apostrophe joins, except in O'Smach
    (`o smach`).
    """
    return _TOKEN.findall(_APOSTROPHES.sub("", _O_STREAM.sub("o ", folded)))


@lru_cache(maxsize=8192)
def same_word(word: str) -> str:
    """One spelling for the common parts of place names, also where they are joined to the next part
    (`kompongcham`).
    """
    same = address_words().same
    if word in same:
        return same[word]
    for end in range(min(len(word) - 2, 8), _MIN_PREFIX - 1, -1):
        if word[:end] in same:
            return same[word[:end]] + word[end:]
    return word


def key(words: Sequence[str]) -> str:
    """The look-up key of a name given as words: equal spellings made one, no spaces."""
    return "".join(map(same_word, words)).replace(" ", "")


@lru_cache(maxsize=_CACHED_NAMES)
def name_key(name: str) -> str:
    """The look-up key of a written name."""
    return key(tokens(fold(name)))
