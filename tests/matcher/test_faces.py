from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.faces import (
    Taken,
    band,
    closest,
    declared_bits,
    distance,
    farthest_neighbour,
    level,
    pair_of,
    photo_pairs,
)
from tests.faces import EMBEDDER, face

YEAR = 365.25


def taken(year: float, age: float | None) -> Taken:
    """Photos of one day, with this age on them."""
    day = int(year * YEAR)
    return Taken(day, day, None if age is None else round(day - age * YEAR))


@pytest.mark.parametrize(
    ("apart", "name"),
    [
        (0.0, "same picture?"), (0.15, "same picture?"), (0.16, "very alike"), (0.45, "very alike"), (0.5, "alike"),
        (0.55, "alike"), (0.6, "neither"), (0.7, "neither"), (0.71, "unlike"), (1.4, "unlike"),
    ],
)  # fmt: skip
def test_a_distance_falls_into_the_band_that_the_table_declares(apart: float, name: str) -> None:
    assert band(EMBEDDER, apart) == name


@pytest.mark.parametrize(
    ("age", "years", "very_alike", "alike", "unlike"),
    [
        (30, 4, 100, 20, 0.05),
        (20, 10, 30, 8, 0.15),
        (18, 40, 10, 3, 0.3),
        (17, 4, 5, 2, 0.5),
        (8, 2, 20, 5, 0.2),
        (8, 7, 5, 2, 0.5),
        (8, 42, 2, 1.5, 0.8),
        (2, 1, 1.5, 1, 0.9),
        (2, 42, 1.5, 1, 0.9),
    ],
)
def test_the_ratios_are_those_of_the_table_by_the_youngest_age_and_the_gap(
    age: float, years: float, very_alike: float, alike: float, unlike: float
) -> None:
    for pair in (
        pair_of(taken(1, age), taken(1 + years, age + years)),
        pair_of(taken(9, age + years), taken(9 - years, age)),
    ):
        assert (pair.ratios["very alike"], pair.ratios["alike"], pair.ratios["unlike"]) == (very_alike, alike, unlike)


def test_photos_without_a_date_count_as_the_widest_gap() -> None:
    widest = pair_of(taken(1, 8), taken(43, 50))
    assert pair_of(None, None) == pair_of(taken(1, 30), None) == pair_of(None, taken(1, 8)) == widest


def test_a_birth_that_one_record_knows_dates_both_photos() -> None:
    assert (
        pair_of(taken(1, 30), taken(3, None))
        == pair_of(taken(3, None), taken(1, 30))
        == pair_of(taken(1, 30), taken(3, 32))
    )
    assert pair_of(taken(3, 4), taken(1, None)) == pair_of(taken(3, 4), taken(1, 2))


def test_photos_of_nobody_knows_what_age_count_as_the_widest_gap() -> None:
    assert pair_of(taken(1, None), taken(2, None)) == pair_of(None, None)


def test_an_infant_counts_as_one_though_the_other_photo_has_no_date() -> None:
    assert pair_of(taken(1, 2), None) == pair_of(None, taken(1, 2)) == pair_of(taken(1, 2), taken(2, 3))


def test_a_vague_date_counts_as_the_widest_gap_that_it_allows() -> None:
    vague = Taken(int(1 * YEAR), int(6 * YEAR), round(-7 * YEAR))
    assert pair_of(vague, taken(6, 13)).gap == 8


def test_one_picture_twice_is_worth_what_very_alike_faces_are_and_no_more() -> None:
    bits = declared_bits()
    assert all(bits[level(pair, "same picture?")] == bits[level(pair, "very alike")] for pair in photo_pairs())


def test_no_photo_is_worth_more_than_a_hundred_to_one_nor_less_than_one_to_twenty() -> None:
    bits = [same for same, _ in declared_bits().values()]
    assert max(bits) == round(math.log2(100), 2)
    assert min(bits) == round(math.log2(1 / 20), 2)


def test_a_sibling_is_given_half_of_what_speaks_for_the_child_and_nothing_against() -> None:
    assert all(sibling == pytest.approx(max(same, 0) / 2, abs=0.006) for same, sibling in declared_bits().values())


def test_within_one_class_of_photos_a_nearer_face_is_never_worth_less() -> None:
    for pair in photo_pairs():
        bits = [declared_bits()[level(pair, name)][0] for name in ("unlike", "neither", "alike", "very alike")]
        assert bits == sorted(bits)


def test_a_wider_gap_makes_a_photo_say_less_both_for_and_against() -> None:
    for near, far in ((0, 1), (1, 2), (3, 4), (4, 5)):
        first, second = photo_pairs()[near].ratios, photo_pairs()[far].ratios
        assert first["very alike"] > second["very alike"]
        assert first["unlike"] < second["unlike"]


def test_the_nearest_two_faces_of_two_records_are_compared() -> None:
    found = closest((face(0.0, file="a"), face(0.9, file="b")), (face(5.0, file="c"), face(1.2, file="d")))
    assert found is not None
    assert (found.first.file, found.second.file) == ("b", "d")
    assert found.distance == pytest.approx(0.3)


def test_faces_of_two_embedders_are_never_compared() -> None:
    assert closest((face(0.0),), (face(0.0, embedder="another"),)) is None


def test_faces_of_an_embedder_without_declared_bands_are_never_compared() -> None:
    unknown = face(0.0, embedder="another")
    assert closest((unknown,), (unknown,)) is None
    assert farthest_neighbour("another") == 0.0


def test_faces_come_up_as_far_as_they_speak_for_the_child() -> None:
    assert farthest_neighbour(EMBEDDER) == 0.55


NUMBERS = st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=8)


@given(NUMBERS, NUMBERS)
def test_a_distance_is_the_same_from_both_sides_and_zero_to_itself(first: list[float], second: list[float]) -> None:
    one, other = face(*first), face(*second)
    assert distance(one, other) == distance(other, one)
    assert distance(one, one) == 0.0


@given(st.floats(-5, 80), st.floats(0, 60), st.floats(-5, 80))
def test_every_pair_of_photos_has_a_class_whatever_the_dates_say(age: float, years: float, other: float) -> None:
    assert pair_of(taken(1, age), taken(1 + years, other)) == pair_of(taken(1 + years, other), taken(1, age))
