"""Latin spelling: plain letters, and the sound units they stand for in Khmer names and in others.

What is ambiguous in Latin letters (o, th, ou, ea, ch) is not decided here: a vowel spelling is its own unit, and the table of
sounds knows which Khmer vowels it can write. Other scripts come as Latin letters through anyascii.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Final

from anyascii import anyascii

from matcher.names.sounds import CODA, FAINT, ONSET, latin_vowels
from matcher.names.syllables import Unit
from matcher.tables import rows

_NOT_LETTERS = re.compile("[^a-z]+")
_VOWELS: Final = frozenset("aeiou")
_STOPS: Final = frozenset("KCTPGND")
_LONGEST_VOWEL: Final = 4
# Vowels are written in a few hundred ways; what is typed at random must not fill the memory.
_CACHED_RUNS: Final = 4096
# Fashions of spelling that say nothing about the sound, in the order in which they are taken off.
_FASHIONS: Final = tuple(
    (re.compile(pattern), plain_spelling)
    for pattern, plain_spelling in (
        (r"w", "v"),
        (r"(.)\1", r"\1"),
        (r"([ktp])h(?![aeiouy])", r"\1"),
        (r"ou", "u"),
        (r"e[iy]|y(?![aeiou])", "i"),
        (r"([aoeu])r(?![aeiouy])", r"\1"),
    )
)

# Most names follow none of them.
_ANY_FASHION = re.compile(r"w|(.)\1|[ktp]h|ou|e[iy]|y|[aoeu]r")


def plain(text: str) -> str:
    """The letters a-z of a word: accents off, other scripts romanised, case, digits and punctuation gone."""
    if text.isascii() and text.isalpha():
        return text.lower()
    if not text.isascii():
        # Emoji and signs have names in anyascii, which are no names of children.
        text = anyascii("".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c)[0] in "LM"))
    return _NOT_LETTERS.sub("", text.lower())


def without_fashions(word: str) -> str:
    """Plain letters to compare by: v for w, no doubled letters, no h after a final stop, u for ou, i for ey, no silent r."""
    if _ANY_FASHION.search(word):
        for pattern, simple in _FASHIONS:
            word = pattern.sub(simple, word)
    return word


def read(word: str) -> list[Unit]:
    """The units of one plain word (see `plain`), in order."""
    units: list[Unit] = []
    position = 0
    while position < len(word):
        run = _vowel_run(word, position)
        if run:
            units += _vowels(run)
            position += len(run)
            continue
        match = _consonants().match(word, position)
        assert match is not None  # noqa: S101  # the table reads each of a-z
        assert match.lastgroup is not None  # noqa: S101  # every pattern is a named group
        position = match.end()
        _append(units, word, match.group(), position, _readings()[int(match.lastgroup[1:])])
    return units


def _vowel_run(word: str, start: int) -> str:
    """The vowel letters from here on, with a y, v or w that closes the syllable."""
    end = start
    while end < len(word) and (word[end] in _VOWELS or (word[end] == "y" and not _opens(word, end))):
        end += 1
    if (
        end > start
        and end < len(word)
        and word[end] in "vw"
        and not _opens(word, end)
        and word[end : end + 2] not in ("vv", "ww")
    ):
        return word[start:end] + "v"
    return word[start:end]


def _opens(word: str, position: int) -> bool:
    """True where a vowel follows, so that this letter begins a syllable."""
    following = word[position + 1 : position + 2]
    return following != "" and (following in _VOWELS or (following == "y" and word[position] != "y"))


@cache
def _known_vowels() -> frozenset[str]:
    return latin_vowels()


@lru_cache(maxsize=_CACHED_RUNS)
def _vowels(run: str) -> tuple[Unit, ...]:
    return tuple(Unit(spelling, ONSET, spelling) for spelling in _spellings(run))


def _spellings(run: str) -> list[str]:
    """A run of vowel letters as known spellings, longest first."""
    found: list[str] = []
    while run:
        size = next((n for n in range(min(len(run), _LONGEST_VOWEL), 0, -1) if run[:n] in _known_vowels()), 1)
        if run[:size] in _known_vowels() and run[:size] not in found[-1:]:
            found.append(run[:size])
        run = run[size:]
    return found


@cache
def _readings() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(row["sounds"].split()) for row in rows("latin_readings.csv"))


@cache
def _consonants() -> re.Pattern[str]:
    patterns = (
        f"(?P<r{i}>{row['letters']}{_before(row['before'])})" for i, row in enumerate(rows("latin_readings.csv"))
    )
    return re.compile("|".join(patterns))


def _before(expression: str) -> str:
    return f"(?={expression})" if expression else ""


def _append(units: list[Unit], word: str, latin: str, end: int, sounds: tuple[str, ...]) -> None:
    """Add consonants: onsets at the start of the word and before a vowel, codas elsewhere; doubled letters count once."""
    opens = not units or end >= len(word) or word[end] in _VOWELS or word[end] == "y"
    begins = all(unit.place == ONSET and not _is_vowel(unit) for unit in units)
    for i, sound in enumerate(sounds):
        last = i + 1 == len(sounds)
        place = ONSET if begins or (last and opens and end < len(word)) else CODA
        if sound == "H~" or (
            sound == "H" and place == ONSET and units and units[-1].place == CODA and units[-1].symbol[0] in _STOPS
        ):
            units.append(Unit("H", FAINT, "h"))
            continue
        if units and units[-1].symbol.removesuffix("h") == sound.removesuffix("h") and not _is_vowel(units[-1]):
            units.pop()
        units.append(_unit(sound, place, latin if last else ""))


@lru_cache(maxsize=_CACHED_RUNS)
def _unit(sound: str, place: str, latin: str) -> Unit:
    return Unit(sound, place, latin)


def _is_vowel(unit: Unit) -> bool:
    return unit.symbol[0].islower()
