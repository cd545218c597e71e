from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.places.address import Part, all_parts, read_piece, split_address, split_by_tail
from matcher.places.normal import fold, key, tokens
from matcher.places.tables import address_words

_NAMES = {"Battambang", "Phnum Srok", "Banteay Meanchey", "ភ្នំស្រុក", "បាត់ដំបង", "ខេមរភូមិន្ទ", "ភូមិថ្មី"}
_KEYS = {key(tokens(fold(name))) for name in _NAMES}


def known(name: str) -> bool:
    return name in _KEYS


def parts(text: str) -> list[tuple[str, str]]:
    return [(" ".join(part.words), part.unit) for part in split_address(text, known)]


def test_khmer_unit_words_stand_before_the_name() -> None:
    assert parts("Phum Thmey, Khum Chrey, Srok Thma Koul, Khet Battambang") == [
        ("thmey", "village"),
        ("chrey", "commune"),
        ("thma koul", "district"),
        ("battambang", "province"),
    ]


def test_unit_words_part_an_address_without_commas() -> None:
    assert parts("phum thmey khum chrey srok thma koul") == [
        ("thmey", "village"),
        ("chrey", "commune"),
        ("thma koul", "district"),
    ]


def test_english_unit_words_may_stand_after_the_name() -> None:
    assert parts("Thma Koul district, Battambang province") == [
        ("thma koul", "district"),
        ("battambang", "province"),
    ]
    assert parts("village of Thmey") == [("thmey", "village")]


def test_khmer_writing_is_parted_with_or_without_spaces() -> None:
    expected = [("ថ្មី", "village"), ("អូរតាគី", "commune"), ("ថ្មគោល", "district"), ("បាត់ដំបង", "province")]
    assert parts("ភូមិថ្មី ឃុំអូរតាគី ស្រុកថ្មគោល ខេត្តបាត់ដំបង") == expected
    assert parts("ភូមិថ្មីឃុំអូរតាគីស្រុកថ្មគោលខេត្តបាត់ដំបង") == expected


@pytest.mark.parametrize("name", ["Phnum Srok", "phnom srok", "ភ្នំស្រុក", "ខេមរភូមិន្ទ"])
def test_a_name_that_contains_a_unit_word_is_not_cut(name: str) -> None:
    assert len(split_address(name, known)) == 1
    assert split_address(name, known)[0].unit == ""


@pytest.mark.parametrize("text", ["Srok Phnom Srok, Banteay Meanchey", "ស្រុកភ្នំស្រុក"])
def test_a_name_that_contains_a_unit_word_keeps_it_after_another_unit_word(text: str) -> None:
    first = split_address(text, known)[0]
    assert first.unit == "district"
    assert known(first.key)


def test_a_unit_word_twice_belongs_to_the_name() -> None:
    (part,) = split_address("ភូមិភូមិថ្មី", known)
    assert part.unit == "village"
    assert known(part.whole_key) or known(part.key)


@pytest.mark.parametrize(
    "text",
    ["near Battambang", "from Battambang, Cambodia", "ជិតបាត់ដំបង", "border of Battambang", "at (Battambang)"],
)
def test_words_that_name_no_place_are_dropped(text: str) -> None:
    (part,) = split_address(text, known)
    assert known(part.key)


def test_a_unit_word_alone_is_kept_as_a_name() -> None:
    assert parts("Krong") == [("krong", "")]


def test_words_before_a_known_name_are_a_part_of_their_own() -> None:
    part = Part(("svay", "chek", "banteay", "meanchey"))
    assert [piece.words for piece in split_by_tail(part, known)] == [
        ("svay", "chek"),
        ("banteay", "meanchey"),
    ]
    first = Part(("battambang", "svay"))
    assert [piece.words for piece in split_by_tail(first, known)] == [("battambang",), ("svay",)]


def test_words_without_a_known_name_stay_together() -> None:
    part = Part(("svay", "chek"))
    assert split_by_tail(part, known) == [part]


def test_an_endless_address_is_cut_short() -> None:
    assert len(split_address(", ".join(["phum a"] * 500), known)) <= 8
    assert split_address("", known) == []
    assert split_address(",,;;", known) == []


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab'o.3 ,;-(\n\u200b\u0301Éé\u17d2\u17d7កតរាិុេភូមិស្រុក។", max_size=25))
def test_an_address_has_the_words_of_its_pieces_whether_read_together_or_apart(text: str) -> None:
    """So that pieces can be remembered: a name over two of them is still recognised."""
    asked: list[str] = []

    def never(name: str) -> bool:
        asked.append(name)
        return False

    pieces = [read_piece(piece, never) for piece in re.split(r"[,;:/|()\[\]\n»«។]|\s[-–—]+\s", text)]
    together = read_piece(text, never)
    if "\u17d7" not in text:
        assert tuple(word for piece in pieces for word in piece.words) == together.words
    asked.clear()
    all_parts(text, never)
    if together.words and together.words[0] not in address_words().units:
        assert key(together.words) in asked


def test_pieces_that_are_remembered_give_the_parts_that_reading_gives() -> None:
    text = "Phum Thmei, ស្រុកបវេល, street 271, Battambang"
    remembered = {piece: read_piece(piece, known) for piece in text.split(",")}
    assert all_parts(text, known, remembered.__getitem__) == all_parts(text, known)
