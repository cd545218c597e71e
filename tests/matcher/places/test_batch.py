from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.places import Gazetteer, PlaceBatch, PlaceCandidate, compare_batches, compare_places

_GAZETTEER = Gazetteer.shipped()
_TEXTS = [
    "Phnom Penh", "Siem Reap", "Battambang", "Kampong Cham", "Tboung Khmum", "ត្បូងឃ្មុំ", "Poipet", "Bangkok", "Thailand",
    "Svay Rieng", "Bavet", "0203", "02", "Kampong Thom", "Prey Veng", "near Sisophon", "Banteay Meanchey", "Aranyaprathet",
    "Ho Chi Minh", "Vietnam", "Kandal", "Takeo", "Kampot", "Prasat", "Kampong", "Stueng", "2501", "0301", "Malaysia",
]  # fmt: skip
_PLACES = [found for text in _TEXTS if (found := _GAZETTEER.look_up(text))]
_LOOKED_UP = st.lists(st.sampled_from(_PLACES), min_size=1, max_size=12)


def _levels(first: list[tuple[PlaceCandidate, ...]], second: list[tuple[PlaceCandidate, ...]]) -> list[int]:
    a, b = (np.repeat(np.arange(len(first)), len(second)), np.tile(np.arange(len(second)), len(first)))
    found: list[int] = compare_batches(PlaceBatch(first), a, PlaceBatch(second), b).tolist()
    return found


@settings(max_examples=60, deadline=None)
@given(_LOOKED_UP, _LOOKED_UP)
def test_many_places_at_once_are_as_near_as_each_pair_alone(
    first: list[tuple[PlaceCandidate, ...]], second: list[tuple[PlaceCandidate, ...]]
) -> None:
    alone = [compare_places(one, other) for one in first for other in second]
    assert _levels(first, second) == [-1 if level is None else int(level) for level in alone]


def test_all_kinds_of_nearness_are_among_the_pairs_tried() -> None:
    assert len(set(_levels(_PLACES, _PLACES))) >= 6


def test_no_pairs_have_no_levels() -> None:
    none = np.zeros(0, np.intp)
    assert compare_batches(PlaceBatch([]), none, PlaceBatch([]), none).tolist() == []


@pytest.mark.parametrize("text", ["Poipet", "Bangkok", "0203"])
def test_a_place_is_as_near_to_itself_in_a_batch_as_alone(text: str) -> None:
    place = _GAZETTEER.look_up(text)
    assert _levels([place], [place]) == [int(compare_places(place, place) or 0)]


def test_communes_of_one_district_are_of_one_kind_from_afar_and_a_place_at_a_gate_is_not() -> None:
    communes = [_GAZETTEER.look_up(code) for code in ("020201", "020202", "020203")]
    assert len(PlaceBatch(communes).kinds) == 1
    assert len(PlaceBatch([_GAZETTEER.look_up("Poipet"), _GAZETTEER.look_up("0102")]).kinds) == 2
