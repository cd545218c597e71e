"""An address taken apart: which words name a place, and which word says what kind of place it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from matcher.names.khmer import REPEAT
from matcher.places.normal import fold, key, tokens
from matcher.places.tables import address_words

_SEPARATOR = re.compile(r"[,;:/|()\[\]\n»«។]|\s[-–—]+\s")
# Streets and house numbers are in no gazetteer.
_STREET = "street"
_MOST_PARTS = 8
_MOST_WORDS = 40
_CACHED_KEYS = 20_000

Known = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Part:
    """One named place of an address: its words, and its unit ("" when nothing says what it is)."""

    words: tuple[str, ...]
    unit: str = ""
    unit_word: str = ""

    @property
    def key(self) -> str:
        """The look-up key without the unit word."""
        return _key(self.words)

    @property
    def whole_key(self) -> str:
        """The look-up key with the unit word, for names that contain one (Phum Thmei, Phnum Srok)."""
        return _key((self.unit_word, *self.words) if self.unit_word else self.words)


@dataclass(frozen=True, slots=True)
class Piece:
    """An address between two separators: its words, and the parts that they make."""

    words: tuple[str, ...]
    parts: tuple[Part, ...]


Read = Callable[[str], Piece]


@lru_cache(maxsize=_CACHED_KEYS)
def _key(words: tuple[str, ...]) -> str:
    return key(words)


@lru_cache(maxsize=1)
def _khmer_words() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = address_words()
    khmer_units = sorted((w for w in words.units if not w.isascii()), key=len, reverse=True)
    khmer_drops = sorted((w for w in words.drop if not w.isascii()), key=len, reverse=True)
    # A unit word that goes on with a subscript is the beginning of another word.
    return re.compile(f"({'|'.join(khmer_units)})(?!\u17d2)"), re.compile(f"^(?:{'|'.join(khmer_drops)})+(?=.)")


def _split_run(word: str, known: Known) -> list[str]:
    """A Khmer run without spaces cut before and after its unit words, unless it is a name as it stands."""
    if word.isascii():
        return [word]
    unit, drop = _khmer_words()
    if not unit.match(word) and known(key([word])):
        return [word]
    return [piece for piece in unit.split(drop.sub("", word)) if piece]


def words_of_text(text: str) -> list[str]:
    """All words of a text, Khmer runs whole."""
    return tokens(fold(text))[:_MOST_WORDS]


def _words(text: str, known: Known) -> list[str]:
    found = [piece for word in tokens(fold(text)) for piece in _split_run(word, known)]
    return found[:_MOST_WORDS]


def _longest_name(words: list[str], start: int, known: Known) -> int:
    """Where a known name that has a unit word inside (Phnum Srok) and begins at `start` ends; `start` when
    there is none.
    """
    units = address_words().units
    if words[start] in units or units.keys().isdisjoint(words[start + 1 : start + 6]):
        return start
    for end in range(min(len(words), start + 6), start + 1, -1):
        if any(word in units for word in words[start:end]) and known(key(words[start:end])):
            return end
    return start


class _Cutter:
    """Collects words into parts; a unit word before a name opens one, an English unit word after a name
    closes one.
    """

    def __init__(self, known: Known) -> None:
        self._known = known
        self._names: list[str] = []
        self._unit_word = ""
        self.parts: list[Part] = []

    def close(self) -> None:
        words = self._names
        units = address_words().units
        if words or self._unit_word:
            self.parts.append(Part(tuple(words), units.get(self._unit_word, ""), self._unit_word))
        self._names, self._unit_word = [], ""

    def unit(self, word: str) -> None:
        after = word in address_words().units_after
        if after and self._names:
            self._unit_word = self._unit_word or word
            self.close()
        elif self._names or self._unit_word:
            self.close()
            self._unit_word = word
        else:
            self._unit_word = word

    def name(self, words: list[str]) -> None:
        self._names.extend(words)

    @property
    def is_street(self) -> bool:
        """Whether the part that is being collected is a street or house."""
        return address_words().units.get(self._unit_word) == _STREET

    def cut(self, words: list[str]) -> None:
        units, drop = address_words().units, address_words().drop
        at = 0
        while at < len(words):
            end = _longest_name(words, at, self._known)
            if end > at:
                self.name(words[at:end])
                at = end
                continue
            word = words[at]
            if word in units:
                self.unit(word)
            elif word not in drop:
                self.name([word])
                if word.isdigit() and self.is_street:
                    self.close()  # the number is the street's or house's whole name
            at += 1
        self.close()


def _merge_empty(parts: list[Part]) -> Iterator[Part]:
    """A unit word with no name of its own belongs to the name of the next part (ភូមិភូមិថ្មី), or is a name
    itself.
    """
    waiting = ""
    for part in parts:
        if part.words:
            yield part
            waiting = ""
        elif waiting:
            yield Part((waiting,))
            waiting = part.unit_word
        else:
            waiting = part.unit_word
    if waiting and not parts[-1].words:
        yield Part((waiting,))


def split_address(text: str, known: Known) -> list[Part]:
    """The parts of an address in the order written; `known(key)` says whether a key is a name of the
    gazetteer.

    A text that is a name as it stands is one part, so Phnum Srok is never taken for a district called Phnum.
    """
    return named_places(all_parts(text, known))


def named_places(parts: Iterable[Part]) -> list[Part]:
    """The parts that a gazetteer may know: no streets, no house numbers."""
    return [part for part in parts if part.unit != _STREET][:_MOST_PARTS]


def all_parts(text: str, known: Known, read: Read | None = None) -> list[Part]:
    """As `split_address`, with the streets and house numbers that no gazetteer knows. `read` is `read_piece`, remembered."""
    pieces = [read(piece) if read else read_piece(piece, known) for piece in _SEPARATOR.split(text)]
    # Only the sign that repeats the word before it reaches across a separator.
    whole = (
        [word for piece in pieces for word in piece.words][:_MOST_WORDS] if REPEAT not in text else _words(text, known)
    )
    if whole and whole[0] not in address_words().units and known(key(whole)):
        return [Part(tuple(whole))]
    return [part for piece in pieces for part in piece.parts]


def read_piece(text: str, known: Known) -> Piece:
    """What stands between two separators of an address. Addresses are many, their pieces are few: worth remembering."""
    words = _words(text, known)
    cutter = _Cutter(known)
    cutter.cut(words)
    return Piece(tuple(words), tuple(_merge_empty(cutter.parts)))


def split_by_tail(part: Part, known: Known) -> list[Part]:
    """A part without commas whose last or first words are a known name: `Svay Chek Banteay Meanchey` gives
    two; else itself.
    """
    words = part.words
    for cut in range(1, len(words)):
        if known(_key(words[cut:])):
            return [Part(words[:cut], part.unit, part.unit_word), Part(words[cut:])]
    for cut in range(len(words) - 1, 0, -1):
        if known(_key(words[:cut])):
            return [Part(words[:cut], part.unit, part.unit_word), Part(words[cut:])]
    return [part]
