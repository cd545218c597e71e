"""Hits of a search: how well each place fits the parts of a text, and what probability follows from that."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

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
from matcher.places.tables import former_provinces

# Quality of a place for a part of a text: 1 for its name, falling with the distance of the sounds. Keyed by
# place.
Hits = Mapping[Place, float]

# How much more often a place of this level is meant when its name is written alone. Set by hand: a province
# has some hundred times the people of a village, and a village is seldom written without its district.
_PRIOR: Final = {
    COUNTRY: 200.0,
    PROVINCE: 200.0,
    DISTRICT: 20.0,
    TOWN: 20.0,
    GATE: 20.0,
    COMMUNE: 3.0,
    VILLAGE: 1.0,
}
# In an address the smallest part that fits is the answer; each step down beats the step above by this factor.
_DEPTH: Final = {
    COUNTRY: 0.5,
    PROVINCE: 1.0,
    DISTRICT: 6.0,
    TOWN: 20.0,
    GATE: 20.0,
    COMMUNE: 36.0,
    VILLAGE: 216.0,
}
# A smaller part that no place fits costs this much: a village missing from the gazetteer must not spoil the
# province beside it.
UNSUPPORTED: Final = 0.02
# A larger part that contradicts costs more: a village of that name elsewhere is not the one meant.
_CONTRADICTED: Final = 2e-5
# Addresses go from small to large; the other way round is rarer.
_REVERSED: Final = 0.2
# The strength of "none of these", beside which a far-off sound-alike stays improbable.
_NONE = 0.03
# Fitted on official names with one slip of the pen: of the answers with probability about 0.5, 0.7 and 0.95,
# 0.74, 0.77 and 0.98 were right. Steeper curves (30 to 60) gave the right place less probability; a smaller
# _NONE fits such names better still, but believes words that name no place.
_STEEPNESS = 25.0
# A sound-alike counts for at most this much beside a place that bears the very name.
_ALIKE = 0.5
_ALIKE_PRIOR = 0.6
# Hits below this are no ground to contradict anything.
_SURE = 0.1
_CACHED_CODES: Final = 65_536


def quality(similarity: float) -> float:
    """The quality of a place whose sounds are this similar (0..1) to what was written."""
    return _ALIKE * math.exp((similarity - 1.0) * _STEEPNESS)


def ancestry(place: Place) -> tuple[str, ...]:
    """The codes of a place and of every unit that contains it, nearest first; last the province it was part
    of formerly.
    """
    return _ancestry(place.code, place.province, place.level == COUNTRY)


@lru_cache(maxsize=_CACHED_CODES)
def _ancestry(code: str, province: str, is_country: bool) -> tuple[str, ...]:
    if not province:
        return (code,) if is_country else (code, code[:2])
    digits = code.partition("-")[0]
    inside = tuple(digits[:length] for length in (8, 6, 4, 2) if length <= len(digits))
    former = former_provinces().get(province)
    inside = (*inside, former) if former else inside
    return inside if code == digits else (code, *inside)


def _by_unit(hits: Hits) -> dict[str, float]:
    """The best quality found in each unit, the hit itself included."""
    best: dict[str, float] = {}
    for place, value in hits.items():
        for code in ancestry(place):
            best[code] = max(best.get(code, 0.0), value)
    return best


class _Support:
    """What one part of an address says of any place: the best hit that contains it, is it, or lies in it."""

    def __init__(self, hits: Hits) -> None:
        self._own = {place.code: value for place, value in hits.items()}
        self._below = _by_unit(hits)
        self._depth = min(
            (_DEPTH[place.level] for place, value in hits.items() if value >= _SURE), default=_DEPTH[VILLAGE]
        )

    def of(self, place: Place, *, is_later: bool) -> float:
        above = max(self._own.get(code, 0.0) for code in ancestry(place)) * (1.0 if is_later else _REVERSED)
        below = self._below.get(place.code, 0.0) * (_REVERSED if is_later else 1.0)
        without = _CONTRADICTED if self._depth < _DEPTH[place.level] else UNSUPPORTED
        return max(above, below, without)


def single(hits: Hits) -> dict[Place, float]:
    """The strength of each place for a text of one part."""
    return {place: value * _prior(place, value) for place, value in hits.items()}


def _prior(place: Place, value: float) -> float:
    """The prior of a place; flatter for a sound-alike, or a province would swallow the misspelt villages
    beside it.
    """
    return _PRIOR[place.level] if value > _ALIKE else _PRIOR[place.level] ** _ALIKE_PRIOR


def agreement(parts: Sequence[Hits]) -> dict[Place, float]:
    """How well each place fits all parts of an address together: its own quality times that of what
    supports it elsewhere.

    The parts stand in the order written.
    """
    supports = [_Support(hits) for hits in parts]
    fits: dict[Place, float] = {}
    for own, hits in enumerate(parts):
        for place, value in hits.items():
            fit = value
            for other, support in enumerate(supports):
                if other != own:
                    fit *= support.of(place, is_later=other > own)
            fits[place] = max(fits.get(place, 0.0), fit)
    return fits


def joint(fits: Hits) -> dict[Place, float]:
    """The strength of each place for an address: the most specific place that the other parts agree with
    comes out on top.
    """
    deep = {place: fit * _DEPTH[place.level] for place, fit in fits.items()}
    # Depth shares out what the places have together; it makes none of them surer than the name alone would.
    scale = sum(single(fits).values()) / max(sum(deep.values()), _NONE)
    return {place: strength * scale for place, strength in deep.items()}


def shares(strengths: Mapping[Place, float]) -> dict[Place, float]:
    """Probabilities from strengths; what is missing to 1 is "none of these"."""
    total = sum(strengths.values()) + _NONE
    return {place: strength / total for place, strength in strengths.items()}


def mixed(first: Mapping[Place, float], second: Mapping[Place, float], weight: float) -> dict[Place, float]:
    """Two readings of one text as one, the first with this weight."""
    return {
        place: weight * first.get(place, 0.0) + (1 - weight) * second.get(place, 0.0)
        for place in dict.fromkeys([*first, *second])
    }


def candidates(probabilities: Mapping[Place, float], limit: int) -> tuple[PlaceCandidate, ...]:
    """The `limit` most probable places, best first; equal ones by code."""
    best = sorted(probabilities.items(), key=lambda item: (-item[1], item[0].code))[:limit]
    return tuple(PlaceCandidate(place, probability) for place, probability in best if probability > 0)
