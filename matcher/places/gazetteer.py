"""The gazetteer: every place that can be named, and the look-up of a text among them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cached_property, lru_cache

from matcher.places.codes import parents, read_code
from matcher.places.leftover import LeftOver
from matcher.places.lookup import LookUp
from matcher.places.place import Place, PlaceCandidate
from matcher.places.tables import shipped_places
from matcher.text import is_blank

_CACHED_TEXTS, _CACHED_AT_ONCE = 20_000, 2_000
# As many candidates as anybody asks for; a list of the villages called Thmei has 158.
_MOST = 50
_LONGEST_TEXT = 400
# A code whose unit is not in the gazetteer still names the unit around it.
_UNIT_AROUND = 0.9


class Gazetteer:
    """Places by code and by name. Immutable; safe to share between threads; indexes are built on first
    need.
    """

    def __init__(self, places: Iterable[Place]) -> None:
        self._by_code = {place.code: place for place in places}
        self._cached: Callable[[str], tuple[PlaceCandidate, ...]] = lru_cache(_CACHED_TEXTS)(self._find)
        # An address is asked for its places, then for what they leave over.
        self._at_once = lru_cache(_CACHED_AT_ONCE)(self._blank_or_code)
        self._left_over = LeftOver(self._by_code)
        self._cached_rest: Callable[[str], tuple[str, ...]] = lru_cache(_CACHED_TEXTS)(self._rest)

    @staticmethod
    @lru_cache(maxsize=1)
    def _shipped() -> Gazetteer:
        return Gazetteer(shipped_places())

    @classmethod
    def shipped(cls) -> Gazetteer:
        """The gazetteer that comes with the program: provinces, districts, well-known towns, border gates,
        places abroad.
        """
        return cls._shipped()

    def extended(self, places: Iterable[Place]) -> Gazetteer:
        """A gazetteer with these places too. A known code keeps its own names and variants beside the new
        ones.
        """
        merged = dict(self._by_code)
        for place in places:
            known = merged.get(place.code)
            merged[place.code] = place if known is None else _merge(known, place)
        return Gazetteer(merged.values())

    def get(self, code: str) -> Place | None:
        """The place with this very code."""
        return self._by_code.get(code)

    def __len__(self) -> int:
        return len(self._by_code)

    @cached_property
    def _look_up(self) -> LookUp:
        return LookUp(tuple(self._by_code.values()))

    @cached_property
    def _written_codes(self) -> dict[str, str]:
        return {code.lower(): code for code in self._by_code if not code.isdigit()}

    def look_up(self, text: str, *, limit: int = 10) -> tuple[PlaceCandidate, ...]:
        """The places a text may mean, best first; () for a blank or what resembles no place. Never raises.

        The text is a code (2, 4, 6 or 8 digits, a lost leading zero put back), a name in Khmer or Latin
        script, or an address with or without unit words. Probabilities sum to at most 1; the rest is "none
        of these". At most 50 are ever given.
        """
        return self._cached(text[:_LONGEST_TEXT])[: max(limit, 0)]

    def left_over(self, text: str) -> tuple[str, ...]:
        """The words of an address that name none of the places it is taken for, in order and without unit
        words: houses, streets, landmarks, villages that the gazetteer does not know. () for a blank or a code.
        """
        return self._cached_rest(text[:_LONGEST_TEXT])

    def _rest(self, text: str) -> tuple[str, ...]:
        return () if self._at_once(text) is not None else self._left_over(self._look_up.parts(text), self.look_up(text))

    def _find(self, text: str) -> tuple[PlaceCandidate, ...]:
        at_once = self._at_once(text)
        return self._look_up.find(text, _MOST) if at_once is None else at_once

    def _blank_or_code(self, text: str) -> tuple[PlaceCandidate, ...] | None:
        """As `_by_written_code`, () for a blank too."""
        return () if is_blank(text) else self._by_written_code(text)

    def _by_written_code(self, text: str) -> tuple[PlaceCandidate, ...] | None:
        """The candidates of a text that is a code, () for a code of nothing, None when it is no code at
        all.
        """
        named = self._written_codes.get(text.strip().lower())
        if named is not None:
            return (PlaceCandidate(self._by_code[named], 1.0),)
        code = read_code(text)
        if not code:
            return None
        if code in self._by_code:
            return (PlaceCandidate(self._by_code[code], 1.0),)
        around = next((unit for unit in parents(code) if unit in self._by_code), "")
        if around:
            return (PlaceCandidate(self._by_code[around], _UNIT_AROUND),)
        return ()


def _merge(known: Place, new: Place) -> Place:
    """The known place with the names of the new one as further variants."""
    names = (new.khmer, new.latin, *new.variants)
    own = {known.khmer, known.latin, *known.variants, ""}
    return replace(known, variants=known.variants + tuple(dict.fromkeys(name for name in names if name not in own)))
