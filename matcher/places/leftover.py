"""What the gazetteer leaves of an address: houses, streets, villages and landmarks that it does not know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import Indel

from matcher.places.address import Part, split_by_tail
from matcher.places.hits import ancestry
from matcher.places.levels import RESOLVED
from matcher.places.normal import fold, key, tokens
from matcher.places.place import Place, PlaceCandidate
from matcher.places.sounds import consonants, words_of

# A reading below this is no ground to call a word explained.
_COUNTS: Final = 0.1
# Consonants this alike are a known name with a slip: it is compared as a place already.
_ALIKE: Final = 0.8
_LEAST_CONSONANTS: Final = 3


def left_over(
    parts: Iterable[Part], candidates: Sequence[PlaceCandidate], by_code: Mapping[str, Place]
) -> tuple[str, ...]:
    """The words of an address, given as its parts, in order, without unit words, that name none of the places it was taken for.

    All of them where the address was not understood, so that no word counts both as a place and as a word.
    """
    names = _names(candidates, by_code) if sum(one.probability for one in candidates) >= RESOLVED else frozenset()
    pieces = (piece for part in parts for piece in _pieces(part, names))
    return tuple(word for piece in pieces if not _explained(piece, names) for word in piece.words)


def _names(candidates: Iterable[PlaceCandidate], by_code: Mapping[str, Place]) -> frozenset[str]:
    """Every name of the places that count and of what they lie in."""
    counting = (one.place for one in candidates if one.probability >= _COUNTS)
    around = (by_code.get(code) for place in counting for code in (place.code, *ancestry(place)))
    return frozenset(name for place in around if place for name in (place.khmer, place.latin, *place.variants) if name)


def _pieces(part: Part, names: frozenset[str]) -> Iterator[Part]:
    """A part cut before and after the names inside it: `Trapeang Thmei Bavel Battambang` is three."""
    keys = _keys(names)
    pieces = split_by_tail(part, keys.__contains__)
    if len(pieces) == 1:
        yield part
        return
    for piece in pieces:
        yield from _pieces(piece, names)


def _explained(part: Part, names: frozenset[str]) -> bool:
    if part.key in _keys(names) or part.whole_key in _keys(names):
        return True
    heard = consonants(part.words)
    return len(heard) >= _LEAST_CONSONANTS and any(
        Indel.normalized_similarity(heard, other) >= _ALIKE for other in _heard(names)
    )


@lru_cache(maxsize=4096)
def _keys(names: frozenset[str]) -> frozenset[str]:
    return frozenset(key(tokens(fold(name))) for name in names)


@lru_cache(maxsize=4096)
def _heard(names: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted({consonants(tuple(words_of(name))) for name in names}))
