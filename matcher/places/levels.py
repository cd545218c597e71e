"""How near two places are: the declared levels and the comparison of two look-ups."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, lru_cache
from typing import Final

from matcher.places.place import COUNTRY, Place, PlaceCandidate
from matcher.places.tables import gate_sides, neighbours, routes

# Records older than 31 December 2013 say Kampong Cham for what is Tboung Khmum today (places.md 6.2).
_ONE_PROVINCE: Final = {"25": "03"}
# A level stands when at least this share of what the two texts may mean supports it.
_ENOUGH = 0.5
# Below this share of candidates a text has not been understood at all.
RESOLVED: Final = 0.2
# "Elsewhere" is said only when less than this share could still be the same province.
_RULED_OUT = 0.25
# A candidate below this is left out of the comparison.
_LIKELY = 0.01
_MOST_CODES = 3
_WORTH_A_KEY = 0.1


class PlaceLevel(IntEnum):
    """How near two places are, worst to best."""

    ELSEWHERE = 0
    CORRIDOR = 1
    NEIGHBOUR = 2
    SAME_PROVINCE = 3
    SAME_DISTRICT = 4
    SAME_COMMUNE = 5
    SAME_VILLAGE = 6

    @property
    def label(self) -> str:
        """The level in words, as it stands in evidence and model."""
        return _LABELS[self]


_LABELS: Final = {
    PlaceLevel.ELSEWHERE: "elsewhere",
    PlaceLevel.CORRIDOR: "on a known route",
    PlaceLevel.NEIGHBOUR: "neighbouring province",
    PlaceLevel.SAME_PROVINCE: "same province",
    PlaceLevel.SAME_DISTRICT: "same district",
    PlaceLevel.SAME_COMMUNE: "same commune",
    PlaceLevel.SAME_VILLAGE: "same village",
}

Cell = Callable[[Place], str]


def _province(place: Place) -> str:
    """The province; abroad the country stands for it."""
    return _ONE_PROVINCE.get(place.province, place.province) or place.country


def _district(place: Place) -> str:
    if place.province:
        return place.digits[:4] if len(place.digits) >= 4 else ""
    return "" if place.level == COUNTRY else place.code


def _commune(place: Place) -> str:
    if place.province and "-" in place.code:
        return place.code
    return place.digits[:6] if len(place.digits) >= 6 else ""


def _village(place: Place) -> str:
    return place.digits if len(place.digits) == 8 else ""


_CELLS: Final[tuple[tuple[PlaceLevel, Cell], ...]] = (
    (PlaceLevel.SAME_VILLAGE, _village),
    (PlaceLevel.SAME_COMMUNE, _commune),
    (PlaceLevel.SAME_DISTRICT, _district),
    (PlaceLevel.SAME_PROVINCE, _province),
)


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What a text may mean: its total probability, the likely places, and the probability in each cell of
    the four inner levels.
    """

    total: float
    likely: tuple[PlaceCandidate, ...]
    masses: tuple[Mapping[str, float], ...]
    certainties: tuple[float, ...]


@lru_cache(maxsize=65536)
def read_candidates(candidates: tuple[PlaceCandidate, ...]) -> Reading:
    """What the comparison needs of a look-up, worked out once."""
    likely = tuple(candidate for candidate in candidates if candidate.probability >= _LIKELY)
    masses = tuple(_masses(likely, cell) for _, cell in _CELLS)
    return Reading(sum(c.probability for c in candidates), likely, masses, tuple(map(_certainty, masses)))


def _masses(candidates: Sequence[PlaceCandidate], cell: Cell) -> dict[str, float]:
    masses: dict[str, float] = {}
    for candidate in candidates:
        name = cell(candidate.place)
        if name:
            masses[name] = masses.get(name, 0.0) + candidate.probability
    return masses


def _overlap(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    """The share of what both texts may mean that falls into the same cells, were they written of the same
    place.
    """
    return sum(min(mass, b[name]) for name, mass in a.items() if name in b)


def _certainty(masses: Mapping[str, float]) -> float:
    """1 for one possible cell, 1/n for n equal ones: the chance that two readings of one text are the same
    cell.
    """
    total = sum(masses.values())
    return sum(mass * mass for mass in masses.values()) / (total * total) if total else 0.0


def compare_places(a: Sequence[PlaceCandidate], b: Sequence[PlaceCandidate]) -> PlaceLevel | None:
    """How near two looked-up places are; symmetric. None where a side is blank, not understood, or too
    ambiguous to contradict.

    The best level that at least half of the candidates' probability supports: an ambiguous name counts for
    less, because no single village of many gets half.
    """
    one, other = read_candidates(tuple(a)), read_candidates(tuple(b))
    return compare_readings(one, other)


def compare_readings(one: Reading, other: Reading) -> PlaceLevel | None:
    """`compare_places` for what was read of both."""
    if min(one.total, other.total) < RESOLVED:
        return None
    return _same_unit(one, other) or _apart(one.likely, other.likely)


def compare_provinces(one: Reading, other: Reading) -> PlaceLevel | None:
    """`compare_readings` for two that share no district, commune or village."""
    resolved = min(one.total, other.total)
    if resolved < RESOLVED:
        return None
    if _overlap(one.masses[-1], other.masses[-1]) / resolved >= _ENOUGH:
        return PlaceLevel.SAME_PROVINCE
    return _apart(one.likely, other.likely)


def seen_from_afar(reading: Reading) -> Hashable:
    """Readings for which this is equal compare alike with any that share no district with them."""
    return reading.total, tuple(
        (one.probability, _province(one.place), bool(one.place.province), _routes_and_gate(one.place.code))
        for one in reading.likely
    )


def _routes_and_gate(code: str) -> Hashable:
    """All that `_on_route` asks of a place."""
    return _ends_of_routes(code[: _longest_prefix()]), code if code in _gate_codes() else ""


@cache
def _gate_codes() -> frozenset[str]:
    return frozenset(code for sides in gate_sides() for code in sides)


def _same_unit(a: Reading, b: Reading) -> PlaceLevel | None:
    """The smallest unit that both texts name; None when they are not in one province."""
    resolved = min(a.total, b.total)
    for index, (level, _) in enumerate(_CELLS):
        share = _overlap(a.masses[index], b.masses[index]) / resolved
        if level > PlaceLevel.SAME_PROVINCE:
            # A name that fifty villages bear says little of the village; two equal ones are as close as the
            # province.
            share *= max(a.certainties[index], b.certainties[index]) ** 0.5
        if share >= _ENOUGH:
            return level
    return None


def _apart(a: Sequence[PlaceCandidate], b: Sequence[PlaceCandidate]) -> PlaceLevel | None:
    """The level of two places that are not in one province, weighed over all pairs of readings."""
    weights = dict.fromkeys(PlaceLevel, 0.0)
    for one in a:
        for other in b:
            weights[_pair_level(one.place, other.place)] += one.probability * other.probability
    total = sum(weights.values())
    could_be_one = weights[PlaceLevel.SAME_PROVINCE] + (1.0 - total) * _ENOUGH
    share = 0.0
    for level in (PlaceLevel.NEIGHBOUR, PlaceLevel.CORRIDOR):
        share += weights[level]
        if share >= _ENOUGH * total > 0:
            return level
    return None if could_be_one > _RULED_OUT else PlaceLevel.ELSEWHERE


@lru_cache(maxsize=65536)
def _pair_level(a: Place, b: Place) -> PlaceLevel:
    one, other = _province(a), _province(b)
    if one == other:
        return PlaceLevel.SAME_PROVINCE
    if a.province and b.province and _are_neighbours(one, other):
        return PlaceLevel.NEIGHBOUR
    return PlaceLevel.CORRIDOR if _on_route(a.code, b.code) else PlaceLevel.ELSEWHERE


@lru_cache(maxsize=4096)
def _are_neighbours(one: str, other: str) -> bool:
    """True when two provinces touch; Kampong Cham stands for Tboung Khmum too."""
    members = {code: {code, *(new for new, old in _ONE_PROVINCE.items() if old == code)} for code in (one, other)}
    return any(to in neighbours().get(start, ()) for start in members[one] for to in members[other])


def _on_route(one: str, other: str) -> bool:
    """True when one place lies on a known route from the other, in either direction."""
    if {(one, other), (other, one)} & gate_sides():
        return True
    longest = _longest_prefix()
    return _are_joined(one[:longest], other[:longest])


@cache
def _longest_prefix() -> int:
    return max(len(prefix) for route in routes() for prefix in route)


def _are_joined(one: str, other: str) -> bool:
    here, there = _ends_of_routes(one), _ends_of_routes(other)
    return not (here[0].isdisjoint(there[1]) and here[1].isdisjoint(there[0]))


@lru_cache(maxsize=65536)
def _ends_of_routes(code: str) -> tuple[frozenset[int], frozenset[int]]:
    """The routes, by number, that may begin at a place, and those that may end there."""
    numbered = tuple(enumerate(routes()))
    return (
        frozenset(number for number, (origin, _) in numbered if _begins(code, origin)),
        frozenset(number for number, (_, end) in numbered if _begins(code, end)),
    )


def _begins(code: str, prefix: str) -> bool:
    return code[:1].isdigit() if prefix == "*" else code.startswith(prefix)


def province_codes(candidates: Sequence[PlaceCandidate]) -> tuple[str, ...]:
    """The distinct two-digit province codes worth a retrieval key, best first, at most 3; a country's
    letters abroad.

    Tboung Khmum and Kampong Cham give one code, so that old and new records meet.
    """
    masses = _masses(candidates, _province)
    best = sorted(masses.items(), key=lambda item: (-item[1], item[0]))
    return tuple(code for code, mass in best if mass >= _WORTH_A_KEY)[:_MOST_CODES]
