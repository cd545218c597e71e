from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.places import PlaceCandidate, PlaceLevel, compare_places, province_codes
from tests.matcher.places.builders import candidate, look_up, small


def level(one: str, other: str) -> PlaceLevel | None:
    return compare_places(look_up(one), look_up(other))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("02020101", "02020101", PlaceLevel.SAME_VILLAGE),
        ("02020101", "02020102", PlaceLevel.SAME_COMMUNE),
        ("02020101", "020201", PlaceLevel.SAME_COMMUNE),
        ("02020101", "020202", PlaceLevel.SAME_DISTRICT),
        ("02020101", "0202", PlaceLevel.SAME_DISTRICT),
        ("02020101", "0208", PlaceLevel.SAME_PROVINCE),
        ("02020101", "02", PlaceLevel.SAME_PROVINCE),
        ("02020101", "24", PlaceLevel.NEIGHBOUR),
        ("02020101", "0110", PlaceLevel.NEIGHBOUR),
        ("14", "0110", PlaceLevel.CORRIDOR),
        ("14", "CN", PlaceLevel.CORRIDOR),
        ("15", "TH-bangkok", PlaceLevel.CORRIDOR),
        ("14", "16", PlaceLevel.ELSEWHERE),
        ("16", "CN", PlaceLevel.ELSEWHERE),
        ("TH", "TH-bangkok", PlaceLevel.SAME_PROVINCE),
        ("TH-bangkok", "TH-bangkok", PlaceLevel.SAME_DISTRICT),
        ("2204", "2204-osmach", PlaceLevel.SAME_DISTRICT),
        ("2204-osmach", "TH-chong-chom", PlaceLevel.CORRIDOR),
        ("12", "TH-bangkok", PlaceLevel.CORRIDOR),
        ("08", "16", PlaceLevel.ELSEWHERE),
    ],
)
def test_certain_places_have_the_level_of_the_smallest_unit_they_share(
    one: str, other: str, expected: PlaceLevel
) -> None:
    assert compare_places([candidate(one)], [candidate(other)]) is expected
    assert compare_places([candidate(other)], [candidate(one)]) is expected


def test_old_records_say_kampong_cham_for_tboung_khmum() -> None:
    assert level("Tboung Khmum", "Kampong Cham") is PlaceLevel.SAME_PROVINCE
    assert compare_places([candidate("2506")], [candidate("03")]) is PlaceLevel.SAME_PROVINCE
    assert level("Tboung Khmum", "Kratie") is PlaceLevel.NEIGHBOUR


def test_a_neighbour_of_tboung_khmum_is_a_neighbour_of_old_kampong_cham() -> None:
    assert level("Kampong Cham", "Svay Rieng") is PlaceLevel.NEIGHBOUR


@pytest.mark.parametrize("blank", ["", "NaN", "មិនដឹង", "unknown"])
def test_a_blank_side_says_nothing(blank: str) -> None:
    assert level(blank, "Battambang") is None
    assert level("Battambang", blank) is None
    assert level(blank, blank) is None


def test_a_text_that_was_hardly_understood_says_nothing() -> None:
    assert compare_places([candidate("02", 0.1)], [candidate("16")]) is None


def test_an_ambiguous_name_on_both_sides_counts_for_less_than_a_certain_one() -> None:
    many = [
        candidate(code, 0.09)
        for code in ("02020101", "02080101", "0102", "0203", "0301", "0401", "0501", "0601", "0701", "0801")
    ]
    both = compare_places(many, many)
    assert both is not None
    assert PlaceLevel.ELSEWHERE < both <= PlaceLevel.SAME_PROVINCE


def test_an_ambiguous_name_does_not_contradict() -> None:
    either = [candidate("02020101", 0.3), candidate("1602", 0.3), candidate("1402", 0.3)]
    assert compare_places(either, [candidate("02")]) is None


def test_two_readings_in_other_provinces_do_contradict() -> None:
    either = [candidate("1602", 0.5), candidate("1102", 0.5)]
    assert compare_places(either, [candidate("20")]) is PlaceLevel.ELSEWHERE


def test_levels_have_words_and_an_order() -> None:
    labels = [each.label for each in PlaceLevel]
    assert len(set(labels)) == 7
    assert labels[0] == "elsewhere"
    assert labels[-1] == "same village"
    assert sorted(PlaceLevel) == list(PlaceLevel)


def test_province_codes_come_best_first_and_at_most_three() -> None:
    mixed = [
        candidate("0102", 0.4),
        candidate("02", 0.2),
        candidate("0203", 0.15),
        candidate("TH", 0.15),
        candidate("14", 0.05),
    ]
    assert province_codes(mixed) == ("01", "02", "TH")
    assert province_codes(()) == ()
    assert province_codes([candidate("25")]) == province_codes([candidate("03")]) == ("03",)


_CODES = sorted(
    place
    for place in (
        "02",
        "0202",
        "02020101",
        "03",
        "25",
        "0110",
        "12",
        "16",
        "TH",
        "TH-bangkok",
        "CN",
        "2204-osmach",
    )
)
_sides = st.lists(st.sampled_from(_CODES), min_size=0, max_size=4, unique=True)


def _spread(codes: list[str]) -> list[PlaceCandidate]:
    return [candidate(code, 0.95 / len(codes)) for code in codes]


@settings(max_examples=150, deadline=None)
@given(_sides, _sides)
def test_the_comparison_is_symmetric(one: list[str], other: list[str]) -> None:
    assert compare_places(_spread(one), _spread(other)) is compare_places(_spread(other), _spread(one))


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(_CODES))
def test_a_place_is_in_its_own_province(code: str) -> None:
    same = compare_places([candidate(code)], [candidate(code)])
    assert same is not None
    assert same >= PlaceLevel.SAME_PROVINCE


def test_a_gate_and_its_province_meet() -> None:
    place = small().get("0905-cham-yeam")
    assert place is not None
    assert level("Cham Yeam", "Koh Kong") is PlaceLevel.SAME_PROVINCE
