"""Look-up by name: exact normal forms first, then the sounds, then the parts of an address together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache, partial
from typing import Final

from matcher.places.address import Part, all_parts, named_places, read_piece, split_by_tail, words_of_text
from matcher.places.hits import UNSUPPORTED, agreement, candidates, joint, mixed, quality, shares, single
from matcher.places.normal import name_key
from matcher.places.place import (
    COMMUNE,
    COUNTRY,
    DISTRICT,
    GATE,
    PROVINCE,
    TOWN,
    VILLAGE,
    Place,
    PlaceCandidate,
)
from matcher.places.sounds import SoundIndex
from matcher.places.tables import former_provinces

# What a unit word may stand before; the first is meant most often.
_LEVELS_OF_UNIT: Final = {
    "country": (COUNTRY,),
    "province": (PROVINCE,),
    "city": (DISTRICT, TOWN, PROVINCE, GATE),
    "district": (DISTRICT,),
    "commune": (COMMUNE, TOWN),
    "village": (VILLAGE, TOWN, GATE),
}
_VILLAGE_WORD = re.compile("^(?:ភូមិ(?!\u17d2) ?|phum )", re.IGNORECASE)
_SMALL = frozenset({COMMUNE, VILLAGE})
# A place of another kind than the unit word says: `Srok Svay Rieng` for the province.
_OTHER_KIND = 0.02
# "City" before a name that is a district and a province means the district first.
_SECOND_KIND = 0.05
_RIGHT_KIND = 0.04
# A place of the same Khmer name as one that bears the written name as a variant only.
_BY_VARIANT = 0.05
# Sounds this similar are the name itself.
_VERY_NAME = 0.95
# Names side by side with no comma are taken for two places only when they fit better than this.
_HARDLY = 1e-6
_ALIKE_PER_PART = 60
_CACHED_NAMES, _CACHED_TEXTS = 20_000, 2_000


class LookUp:
    """The names of a gazetteer, indexed when first needed."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = places
        # The same names come in thousands of addresses, and an address is asked for its places, then for what they leave over.
        self._bearers = lru_cache(_CACHED_NAMES)(self._find_bearers)
        self._exact = lru_cache(_CACHED_NAMES)(self._find_exact)
        self._piece = lru_cache(_CACHED_NAMES)(partial(read_piece, known=self.known))
        self.parts = lru_cache(_CACHED_TEXTS)(self._parts)

    @cached_property
    def _by_key(self) -> dict[str, tuple[Place, ...]]:
        """Every normal form of every name with the places that bear it."""
        index: dict[str, dict[Place, None]] = {}
        for name, place in _names(self._places):
            index.setdefault(name_key(name), {})[place] = None
        index.pop("", None)
        return {name: tuple(bearers) for name, bearers in index.items()}

    @cached_property
    def _sounds(self) -> SoundIndex:
        return SoundIndex(_names(self._places))

    @cached_property
    def _sounds_of_large(self) -> SoundIndex:
        """The sounds of all but communes and villages: a few hundred names, quick to prepare."""
        return SoundIndex(_names(place for place in self._places if place.level not in _SMALL))

    def known(self, name: str) -> bool:
        """True when a normal form is some place's name."""
        return name in self._by_key

    def _parts(self, text: str) -> tuple[Part, ...]:
        return tuple(all_parts(text, self.known, self._piece))

    def find(self, text: str, limit: int) -> tuple[PlaceCandidate, ...]:
        """The candidates for a name or an address, best first."""
        parts = named_places(self.parts(text))
        exact = [self._exact(part) for part in parts]
        parts, exact = _without_doubles(parts, exact)
        found = self._one(parts[0], exact[0]) if len(parts) == 1 else self._several(parts, exact)
        return candidates(found if any(exact) else self._or_as_written(text, parts, found), limit)

    def _several(self, parts: Sequence[Part], exact: Sequence[Mapping[Place, float]]) -> dict[Place, float]:
        """The probabilities for an address of several parts."""
        heard = [hits for hits in self._hits(parts, exact) if hits]
        if len(heard) == 1:
            return shares(single(heard[0]))
        return shares(joint(agreement(heard))) if heard else {}

    def _or_as_written(self, text: str, parts: Sequence[Part], found: dict[Place, float]) -> dict[Place, float]:
        """Nothing is known by name: the words of an address may be part of a name after all (Trapeang
        Cheung Srok, Ka At).
        """
        written = Part(tuple(words_of_text(text)))
        if not parts or [written.words] == [part.words for part in parts]:
            return found
        hits = self._search(self._sounds, written)
        whole = shares(single(hits))
        is_name = max(hits.values(), default=0.0) >= quality(_VERY_NAME)
        return whole if is_name or sum(whole.values()) > sum(found.values()) else found

    def _one(self, part: Part, exact: Mapping[Place, float]) -> dict[Place, float]:
        """The probabilities for a text that is one name, or several names without a sign between them.

        Sound-alikes follow the exact hits; of the large places only where one of these is meant, so that
        the name of a province costs no reading of sixteen thousand villages.
        """
        if exact:
            has_large = any(place.level not in _SMALL for place in exact)
            tail = self._search(self._sounds_of_large if has_large else self._sounds, part)
            return shares(single({**tail, **self._exact_or_alike(part, exact)}))
        whole = self._search(self._sounds, part)
        pieces = split_by_tail(part, self._known_as_large)
        if len(pieces) == 1:
            return shares(single(whole))
        together, fit = self._pieces(pieces)
        weight = fit / (fit + max(whole.values(), default=0.0) + _HARDLY)
        return mixed(together, shares(single(whole)), weight)

    def _pieces(self, pieces: Sequence[Part]) -> tuple[dict[Place, float], float]:
        """The probabilities for names that stand side by side, and how well they go together."""
        hits = self._hits(pieces, [self._exact(piece) for piece in pieces])
        heard = [found for found in hits if found]
        if len(heard) < len(hits):
            fits = {place: value * UNSUPPORTED for place, value in heard[0].items()}
            return shares(single(fits)), max(fits.values())
        fits = agreement(heard)
        return shares(joint(fits)), max(fits.values())

    def _hits(self, parts: Sequence[Part], exact: Sequence[Mapping[Place, float]]) -> list[Mapping[Place, float]]:
        """The hits of each part: exact ones, else sound-alikes, within the provinces that the other parts
        name.
        """
        provinces = _provinces(place for hits in exact for place in hits if place.level not in _SMALL)
        return [self._exact_or_alike(part, found, provinces) for part, found in zip(parts, exact, strict=True)]

    def _exact_or_alike(
        self, part: Part, exact: Mapping[Place, float], provinces: frozenset[str] = frozenset()
    ) -> Mapping[Place, float]:
        """The exact hits; sound-alikes too where there are none of the kind that the unit word says."""
        if max(exact.values(), default=0.0) >= _RIGHT_KIND:
            return exact
        return {**self._search(self._sounds, part, provinces), **exact}

    def _known_as_large(self, name: str) -> bool:
        return any(place.level not in _SMALL for place in self._by_key.get(name, ()))

    def _find_exact(self, part: Part) -> Mapping[Place, float]:
        """The places that bear the name, with or without its unit word."""
        whole = self._bearers(part.whole_key)
        if not part.unit:
            return whole
        fitting = {place: value * _fit(place, part.unit) for place, value in self._bearers(part.key).items()}
        return {**fitting, **whole}

    def _find_bearers(self, name: str) -> Mapping[Place, float]:
        """The places that bear a name, and the others whose Khmer name is one of theirs: an official file
        may have no Latin.
        """
        direct = dict.fromkeys(self._by_key.get(name, ()), 1.0)
        shared: dict[Place, float] = {}
        for place in direct:
            if not place.province:
                continue  # ចិន is China and a village, but nobody writes China for the village
            main = name in (name_key(place.khmer), name_key(place.latin))
            for other in (place.khmer, *place.variants):
                if other and not other.isascii():
                    value = 1.0 if main and other == place.khmer else _BY_VARIANT
                    shared |= {
                        bearer: max(value, shared.get(bearer, 0.0)) for bearer in self._by_key.get(name_key(other), ())
                    }
        return shared | direct

    @staticmethod
    def _search(sounds: SoundIndex, part: Part, provinces: frozenset[str] = frozenset()) -> dict[Place, float]:
        found = sounds.search(" ".join(part.words), limit=_ALIKE_PER_PART, provinces=provinces)
        return {place: quality(similarity) * _fit(place, part.unit) for place, similarity in found}


def _names(places: Iterable[Place]) -> Iterator[tuple[str, Place]]:
    """Every name of each place; a village called ភូមិ ៣ is also called ៣."""
    for place in places:
        for name in (place.khmer, place.latin, *place.variants):
            if name:
                yield name, place
                bare = _VILLAGE_WORD.sub("", name) if place.level == VILLAGE else name
                if bare and bare != name:
                    yield bare, place


def _provinces(places: Iterable[Place]) -> frozenset[str]:
    """The provinces of some places, with the younger ones that were part of them."""
    named = {place.province for place in places if place.province}
    return frozenset(named | {new for new, old in former_provinces().items() if old in named})


def _fit(place: Place, unit: str) -> float:
    """How well the level of a place goes with the unit word before its name."""
    levels = _LEVELS_OF_UNIT.get(unit)
    if levels is None or place.level == levels[0]:
        return 1.0
    return _SECOND_KIND if place.level in levels else _OTHER_KIND


def _without_doubles(
    parts: Sequence[Part], exact: Sequence[Mapping[Place, float]]
) -> tuple[list[Part], list[Mapping[Place, float]]]:
    """Parts that name the same places once: `Svay Rieng (ស្វាយរៀង)`."""
    first = {frozenset(hits.items()) or index: index for index, hits in reversed(list(enumerate(exact)))}
    kept = sorted(first.values())
    return [parts[index] for index in kept], [exact[index] for index in kept]
