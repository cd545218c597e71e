"""What the gazetteer leaves of an address: houses, streets, villages and landmarks that it does not know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import Indel

from matcher.places.address import Part, split_by_tail
from matcher.places.hits import ancestry
from matcher.places.levels import RESOLVED
from matcher.places.normal import name_key
from matcher.places.place import Place, PlaceCandidate
from matcher.places.sounds import consonants, words_of

# A reading below this is no ground to call a word explained.
_COUNTS: Final = 0.1
# Consonants this alike are a known name with a slip: it is compared as a place already.
_ALIKE: Final = 0.8
_LEAST_CONSONANTS: Final = 3
_CACHED_PLACES: Final = 4096


class LeftOver:
    """What the places of one gazetteer leave over. Remembers the names of the places that were asked for."""

    def __init__(self, by_code: Mapping[str, Place]) -> None:
        self._by_code = by_code
        self._names = lru_cache(_CACHED_PLACES)(self._find_names)

    def __call__(self, parts: Iterable[Part], candidates: Sequence[PlaceCandidate]) -> tuple[str, ...]:
        """The words of an address, given as its parts, in order, without unit words, that name none of the places it was taken
        for.

        All of them where the address was not understood, so that no word counts both as a place and as a word.
        """
        understood = sum(one.probability for one in candidates) >= RESOLVED
        names = (
            self._names(tuple(one.place.code for one in candidates if one.probability >= _COUNTS))
            if understood
            else _NONE
        )
        pieces = (piece for part in parts for piece in _pieces(part, names.keys))
        return tuple(word for piece in pieces if not _explained(piece, names) for word in piece.words)

    def _find_names(self, codes: tuple[str, ...]) -> _Names:
        """Every name of the places that count and of what they lie in."""
        counting = (place for code in codes if (place := self._by_code.get(code)))
        around = (self._by_code.get(code) for place in counting for code in (place.code, *ancestry(place)))
        names = (name for place in around if place for name in (place.khmer, place.latin, *place.variants) if name)
        return _Names.of(names)


@dataclass(frozen=True, slots=True)
class _Names:
    """Some names: their look-up keys, and the consonants that are heard in them."""

    keys: frozenset[str]
    heard: tuple[str, ...]

    @classmethod
    def of(cls, names: Iterable[str]) -> _Names:
        distinct = dict.fromkeys(names)
        return cls(
            frozenset(map(name_key, distinct)), tuple(sorted({consonants(tuple(words_of(name))) for name in distinct}))
        )


_NONE: Final = _Names(frozenset(), ())


def _pieces(part: Part, keys: frozenset[str]) -> Iterator[Part]:
    """A part cut before and after the names inside it: `Trapeang Thmei Bavel Battambang` is three."""
    pieces = split_by_tail(part, keys.__contains__)
    if len(pieces) == 1:
        yield part
        return
    for piece in pieces:
        yield from _pieces(piece, keys)


def _explained(part: Part, names: _Names) -> bool:
    if part.key in names.keys or part.whole_key in names.keys:
        return True
    heard = consonants(part.words)
    return len(heard) >= _LEAST_CONSONANTS and any(
        Indel.normalized_similarity(heard, other) >= _ALIKE for other in names.heard
    )
