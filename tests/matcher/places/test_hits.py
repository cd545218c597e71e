from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.places.hits import agreement, ancestry, candidates, joint, mixed, quality, shares, single
from matcher.places.place import Place
from tests.matcher.places.builders import candidate


def known(code: str) -> Place:
    return candidate(code).place


@pytest.mark.parametrize(
    ("code", "units"),
    [
        ("02020101", ("02020101", "020201", "0202", "02")),
        ("02", ("02",)),
        ("1407-neak-loeung", ("1407-neak-loeung", "1407", "14")),
        ("TH-bangkok", ("TH-bangkok", "TH")),
        ("TH", ("TH",)),
        ("2506", ("2506", "25", "03")),
    ],
)
def test_a_place_lies_in_its_units_and_in_the_province_it_was_part_of(code: str, units: tuple[str, ...]) -> None:
    assert ancestry(known(code)) == units


def test_the_most_specific_place_that_all_parts_agree_on_is_strongest() -> None:
    parts = [{known("02020101"): 1.0, known("02080101"): 1.0}, {known("0208"): 1.0}, {known("02"): 1.0}]
    strengths = joint(agreement(parts))
    assert max(strengths, key=lambda place: strengths[place]).code == "02080101"


def test_a_village_elsewhere_does_not_outweigh_the_district_that_is_named() -> None:
    parts = [{known("02080101"): quality(0.7)}, {known("0202"): 1.0}, {known("02"): 1.0}]
    strengths = joint(agreement(parts))
    assert max(strengths, key=lambda place: strengths[place]).code == "0202"


def test_a_province_is_meant_more_often_than_a_village_of_the_same_name() -> None:
    strengths = single({known("02"): 1.0, known("02020101"): 1.0})
    assert strengths[known("02")] > strengths[known("02020101")]


def test_quality_rises_with_similarity_and_stays_below_that_of_the_name_itself() -> None:
    assert 0 < quality(0.5) < quality(0.9) < quality(1.0) < 1


def test_two_readings_mix_by_weight() -> None:
    both = mixed({known("02"): 0.8}, {known("03"): 0.6}, 0.75)
    assert both[known("02")] == pytest.approx(0.6)
    assert both[known("03")] == pytest.approx(0.15)


def test_equal_candidates_come_by_code_and_at_most_as_many_as_asked() -> None:
    found = candidates({known("03"): 0.3, known("02"): 0.3, known("12"): 0.2}, 2)
    assert [each.place.code for each in found] == ["02", "03"]


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["02", "0202", "02020101", "03", "TH"]), st.floats(1e-9, 1.0), max_size=5))
def test_probabilities_sum_to_less_than_one(qualities: dict[str, float]) -> None:
    found = shares(single({known(code): value for code, value in qualities.items()}))
    assert sum(found.values()) < 1
