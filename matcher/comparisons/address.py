"""Addresses that no gazetteer knows: the words of houses, streets, landmarks and small villages, compared as words.

Only what the places' own comparisons leave over is read here, so that no word counts twice.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from matcher.comparisons.base import SILENT, Compared, Comparison
from matcher.comparisons.places import event_place
from matcher.places import Gazetteer, address_words, consonants, word_parts
from matcher.record import Record

# Token set ratios (0..100) at which addresses are the same, alike, unlike: measured steps of FEBRL4 (engines.md 1.1).
_SAME, _ALIKE, _UNLIKE = 85.0, 75.0, 50.0
# From this many words on an address names a house or a street; fewer are a village or a landmark that has namesakes.
_MANY: Final = 4
_MOST_WORDS: Final = 12
# Heard across scripts, fewer consonants than these are shared by too many words to be called the same.
_FEW_CONSONANTS: Final = 5
_HOME, _FIELDS = 0, 3
# The first of the levels that speak for a pair.
_AGREES: Final = 2


@dataclass(frozen=True, slots=True)
class Address:
    """What is left of one place field. `heard` are the consonants of each word, which both scripts share, numbers as they are."""

    written: str
    heard: tuple[str, ...]
    numbers: frozenset[str]
    is_khmer: bool

    @property
    def words(self) -> int:
        """How many words there are to agree on."""
        return len(self.heard)

    @property
    def spoken(self) -> str:
        """The consonants as one text."""
        return " ".join(self.heard)


Addresses = tuple[Address | None, Address | None, Address | None]


def address_fields(record: Record) -> tuple[str, str, str]:
    """The fields that may hold an address: home, place of birth, where the child was last seen or found."""
    return record.home_place, record.birth_place, event_place(record)


def read_address(words: Sequence[str]) -> Address | None:
    """The words that a gazetteer left over as something to compare; None where nothing is left that says anything."""
    kinds = address_words().landmarks
    every = (part for word in words for part in word_parts(word) if part not in kinds)
    parts = list(dict.fromkeys(every))[:_MOST_WORDS]
    heard = tuple(dict.fromkeys(sound for part in parts if (sound := _sound(part))))
    if not heard:
        return None
    numbers = frozenset(part for part in map(_sound, parts) if part.isdigit())
    return Address(" ".join(parts), heard, numbers, any(not part.isascii() for part in parts))


def _sound(part: str) -> str:
    return (part.lstrip("0") or "0") if part.isdigit() else consonants((part,))


class AddressWords(Comparison[Addresses]):
    """Home with home, place of birth with place of birth, place lost with place found: the best of them counts.

    Only homes can disagree: a child is seldom found in the street where it was lost.
    """

    name = "address"
    levels = (
        "other words",
        "few words in common",
        "a few words nearly the same",
        "a few words the same",
        "many words nearly the same",
        "many words the same",
    )

    def __init__(self, gazetteer: Gazetteer) -> None:
        super().__init__()
        self._gazetteer = gazetteer

    def text(self, record: Record) -> Hashable:
        """(home, place of birth, place lost or found), as written."""
        fields = address_fields(record)
        return fields if any(fields) else ()

    def _read(self, text: Hashable) -> Addresses | None:
        assert isinstance(text, tuple)  # noqa: S101  # `text` above gives tuples only
        home, birth, event = (read_address(self._gazetteer.left_over(field)) for field in text)
        return (home, birth, event) if home or birth or event else None

    def compare(self, reports: Sequence[Addresses], intakes: Sequence[Addresses]) -> Compared:
        """The best level over the three fields."""
        best = np.full(len(reports), SILENT, dtype=np.int8)
        for field in range(_FIELDS):
            both = [
                (row, one, other)
                for row, (report, intake) in enumerate(zip(reports, intakes, strict=True))
                if (one := report[field]) and (other := intake[field])
            ]
            if both:
                rows, left, right = zip(*both, strict=True)
                levels = _levels(left, right)
                if field != _HOME:
                    levels[levels < _AGREES] = SILENT
                where = np.array(rows)
                best[where] = np.maximum(best[where], levels)
        return Compared(best, np.zeros(len(reports), dtype=np.float32))


def _levels(left: Sequence[Address], right: Sequence[Address]) -> NDArray[np.int8]:
    one, other = zip(*map(_texts, left, right), strict=True)
    alike = process.cpdist(one, other, scorer=fuzz.token_set_ratio, dtype=np.float32)
    levels = (alike >= _UNLIKE).astype(np.int8)
    # Few pairs come so near that more than their likeness is asked for.
    for row in np.flatnonzero(alike >= _ALIKE).tolist():
        a, b = left[row], right[row]
        same = alike[row] >= _SAME and not _unsure(a, b)
        levels[row] = _AGREES + same + 2 * (min(a.words, b.words) >= _MANY)
    return levels


def _texts(a: Address, b: Address) -> tuple[str, str]:
    """What of the two is compared: the letters in one script, else the consonants that both scripts share."""
    return (a.written, b.written) if a.is_khmer == b.is_khmer else (a.spoken, b.spoken)


def _unsure(a: Address, b: Address) -> bool:
    """Other house or street numbers, or two scripts with too few consonants: nearly the same at best."""
    other_numbers = bool(a.numbers) and bool(b.numbers) and a.numbers.isdisjoint(b.numbers)
    return other_numbers or (a.is_khmer != b.is_khmer and min(len(a.spoken), len(b.spoken)) < _FEW_CONSONANTS)
