from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.places.normal import fold, key, tokens


def same(one: str, other: str) -> bool:
    return key(tokens(fold(one))) == key(tokens(fold(other)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kompong Cham", "Kampong Cham"),
        ("Kg Cham", "kampong cham"),
        ("Kompongcham", "Kampong  Cham"),
        ("Phnom Penh", "PHNUM PENH"),
        ("Kâmpóng Cham", "Kampong Cham"),
        ("O'Smach", "Ou Smach"),
        ("S'ang", "Sang"),
        ("Koh Kong", "Kaoh Kong"),
        ("Steung Treng", "Stung Treng"),
        ("Phsar Thmey", "Psar Thmei"),
        ("Phum Bei", "Phum 3"),
        ("Kralanh Ti Muoy", "Kralanh Ti 1"),
    ],
)
def test_latin_spelling_habits_are_one(one: str, other: str) -> None:
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("កណ្ដាល", "កណ្តាល"),
        ("បាត់\u200bដំបង", "បាត់ដំបង"),
        ("ស្រែ អំបិល", "ស្រែអំបិល"),
        ("ភូមិ ៣", "ភូមិ 3"),
        ("ស្រ្តី", "ស្ត្រី"),
        ("មា៉ឡៃ", "ម៉ាឡៃ"),
    ],
)
def test_khmer_that_looks_alike_is_one(one: str, other: str) -> None:
    assert same(one, other)


@pytest.mark.parametrize(("one", "other"), [("Kampong Cham", "Kampong Chhnang"), ("កែប", "កំពត"), ("Phum 1", "Phum 2")])
def test_different_places_stay_different(one: str, other: str) -> None:
    assert not same(one, other)


@settings(max_examples=100, deadline=None)
@given(
    st.text(
        alphabet=st.characters(codec="utf-8", categories=["Ll", "Nd", "Zs", "Po", "Mn", "Lo"], max_codepoint=0x1800),
        max_size=60,
    )
)
def test_any_text_has_a_normal_form_that_is_its_own(text: str) -> None:
    words = tokens(fold(text))
    once = key(words)
    assert " " not in once
    if len(words) == 1:  # two words may stand together as a third: `a u` is no `au`
        assert key(tokens(once)) == once or once.isdigit() or not once.isascii()
