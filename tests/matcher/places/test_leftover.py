"""What of an address is left for the comparison of words: never what the places already count."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.places import Gazetteer
from tests.matcher.places.builders import small


def left(text: str) -> str:
    return " ".join(Gazetteer.shipped().left_over(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Trapeang Thmei village, Bavel, Battambang", "trapeang thmei"),
        ("ភូមិត្រពាំងថ្មី ស្រុកបវេល ខេត្តបាត់ដំបង", "ត្រពាំងថ្មី"),
        ("house 12, street 271, Phnom Penh", "12 271"),
        ("near Wat Svay Chas, Siem Reap", "wat svay chas"),
        ("Krang Thnong village near O'Smach", "krang thnong"),
        ("Trapeang Thmei Battambang", "trapeang thmei"),
        ("12 some street, nowhere, 4223", "12 some nowhere 4223"),
    ],
)
def test_streets_houses_landmarks_and_unknown_villages_are_left(text: str, words: str) -> None:
    assert left(text) == words


@pytest.mark.parametrize(
    "text",
    ["Battambang", "Batambang", "Khan Sen Sok, Phnom Penh", "Svay Rieng (ស្វាយរៀង)", "0102", "", "មិនដឹង", "Thailand", "ខេត្តបាត់ដំបង"],
)  # fmt: skip
def test_nothing_is_left_of_what_the_gazetteer_knows_also_misspelt(text: str) -> None:
    assert left(text) == ""


def test_a_village_that_an_imported_gazetteer_knows_is_left_no_more() -> None:
    address = "ភូមិចំការឫស្សី ស្រុកថ្មគោល ខេត្តបាត់ដំបង"
    assert left(address) == "ចំការឫស្សី"
    assert small().left_over(address) == ()


def test_the_number_of_a_street_does_not_swallow_the_town_after_it() -> None:
    assert Gazetteer.shipped().look_up("ផ្ទះលេខ ១២ ផ្លូវ ២៧១ ភ្នំពេញ")[0].place.code == "12"
    assert left("ផ្ទះលេខ ១២ ផ្លូវ ២៧១ ភ្នំពេញ") == "12 271"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_any_text_leaves_some_words_and_never_fails(text: str) -> None:
    assert all(word for word in Gazetteer.shipped().left_over(text))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(["phum", "Thmei", "Bavel", "Battambang", "street", "271", ",", "ស្រុក", "បវេល"]), max_size=7)
)
def test_what_is_left_does_not_depend_on_what_was_asked_before(words: list[str]) -> None:
    text, asked, fresh = " ".join(words), small(), small()
    places = asked.look_up(text)
    assert asked.left_over(text) == asked.left_over(text) == fresh.left_over(text)
    assert fresh.look_up(text) == asked.look_up(text) == places
