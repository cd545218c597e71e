"""Addresses that no gazetteer knows are compared by their words, in either script, and never twice."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.comparisons.address import AddressWords, read_address
from matcher.places import Gazetteer
from tests.builders import intake, level_of, match_of, report

STREET = "House 12, Street 271, near Wat Svay Chas, Phnom Penh"


def level(one: str, other: str, column: str = "home_place") -> str | None:
    return level_of("address", report(**{column: one}), intake(**{column: other}))


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        (STREET, "#12 St. 271, Vat Svay Chah, Phnom Penh", "many words the same"),
        (STREET, "ផ្ទះលេខ ១២ ផ្លូវ ២៧១ ជិតវត្តស្វាយចាស់ ភ្នំពេញ", "many words the same"),
        (STREET, "House 99, Street 300, Wat Svay Chas, Phnom Penh", "few words in common"),
        ("Trapeang Thmei village, Bavel, Battambang", "Trapaing Thmey village, Bavel", "a few words the same"),
        ("ភូមិត្រពាំងថ្មី ស្រុកបវេល", "Trapeang Thmei, Bavel, Battambang", "a few words the same"),
        ("ភូមិត្រពាំងថ្មី ស្រុកបវេល", "Koh Doung village, Bavel", "few words in common"),
        ("House 12, Street 271, Phnom Penh", "Koh Doung village, Phnom Penh", "other words"),
        ("8 some lane, rosehill, nowhere, 4223", "8 some lame, rosehill, nowere, 4223", "many words the same"),
    ],
)
def test_how_well_the_words_agree(one: str, other: str, found: str) -> None:
    assert level(one, other) == found


@pytest.mark.parametrize("other", ["Phnom Penh", "", "មិនដឹង", "near the market, Phnom Penh", "វត្ត ភ្នំពេញ"])
def test_a_side_without_words_of_its_own_is_silent(other: str) -> None:
    assert level(STREET, other) is None


def test_words_that_name_a_known_place_count_as_a_place_only() -> None:
    match = match_of(report(home_place="Bavel, Battambang"), intake(home_place="Bavel district, Battambang"))
    assert [row.comparison for row in match.evidence] == ["home"]


def test_other_numbers_of_one_street_are_not_the_same_house() -> None:
    assert level("House 12, Svay Chas Rung street", "House 14, Svay Chas Rung street") != "many words the same"


def test_where_a_child_was_lost_and_found_can_agree_and_never_disagrees() -> None:
    lost = report(last_seen_place="Wat Svay Chas, Poipet")
    assert level_of("address", lost, intake(found_place="Vat Svay Chas, Poipet")) == "a few words the same"
    assert level_of("address", lost, intake(found_place="Koh Doung shelter, Poipet")) is None


def test_a_matching_place_of_birth_outweighs_a_home_that_has_changed() -> None:
    told = {"home_place": "Koh Doung village, Bavel", "birth_place": "Trapeang Thmei village, Bavel"}
    moved = {"home_place": "Svay Leu village, Bavel", "birth_place": "Trapeang Thmey village, Bavel"}
    assert level_of("address", report(**told), intake(**moved)) == "a few words the same"


def test_a_match_that_is_held_does_not_show_the_address() -> None:
    match = match_of(report(home_place=STREET), intake(home_place=STREET)).hold(("held",))
    shown = next(row for row in match.evidence if row.comparison == "address")
    assert (shown.query_value, shown.candidate_value) == ("", "")


def test_a_common_kind_of_building_alone_says_nothing() -> None:
    assert read_address(("wat",)) is None
    assert read_address(()) is None


words = st.lists(
    st.sampled_from(["12", "271", "trapeang", "thmei", "svay", "ត្រពាំង", "rosehill", "wat", "e"]), max_size=7
)


@settings(max_examples=100, deadline=None)
@given(words, words)
def test_the_level_is_the_same_from_either_side(one: list[str], other: list[str]) -> None:
    comparison = AddressWords(Gazetteer.shipped())
    a, b = ((read_address(tuple(side)), None, None) for side in (one, other))
    assert comparison.compare([a], [b]).levels.tolist() == comparison.compare([b], [a]).levels.tolist()


@settings(max_examples=60, deadline=None)
@given(words)
def test_an_address_agrees_with_itself(said: list[str]) -> None:
    address = read_address(tuple(said))
    if address:
        comparison = AddressWords(Gazetteer.shipped())
        found = comparison.compare([(address, None, None)], [(address, None, None)]).levels[0]
        assert comparison.levels[found] in ("a few words the same", "many words the same")
