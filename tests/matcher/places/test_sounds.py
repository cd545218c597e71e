from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.places.sounds import SoundIndex, khmer_parts, sound_codes, words_of
from matcher.places.tables import address_words
from tests.matcher.places.builders import place

_KHMER = ["ត្រពាំងពោធិ៍", "ចំការឫស្សី", "ស្វាយជ្រំ", "ព្រៃទទឹង", "ទួលថ្ម", "អន្លង់វិល"]
_INDEX = SoundIndex((name, place(f"020201{number:02}", name)) for number, name in enumerate(_KHMER, start=1))


@pytest.mark.parametrize(
    ("latin", "khmer"),
    [
        ("Trapeang Pou", "ត្រពាំងពោធិ៍"),
        ("Trapaing Po", "ត្រពាំងពោធិ៍"),
        ("Chamkar Ruessei", "ចំការឫស្សី"),
        ("Chamcar Russey", "ចំការឫស្សី"),
        ("Svay Chrum", "ស្វាយជ្រំ"),
        ("Prey Totueng", "ព្រៃទទឹង"),
        ("Toul Thmor", "ទួលថ្ម"),
        ("Anlong Vil", "អន្លង់វិល"),
        ("Anlung Vel", "អន្លង់វិល"),
    ],
)
def test_a_latin_spelling_finds_the_khmer_name_that_sounds_like_it(latin: str, khmer: str) -> None:
    found, similarity = _INDEX.search(latin, limit=5)[0]
    assert found.khmer == khmer
    assert similarity > 0.8


def test_the_name_itself_is_most_similar() -> None:
    for khmer in _KHMER:
        found, similarity = _INDEX.search(khmer, limit=1)[0]
        assert found.khmer == khmer
        assert similarity == pytest.approx(1.0)


def test_names_are_looked_for_within_provinces_only_where_they_are_given() -> None:
    index = SoundIndex([("សំរោង", place("02020101", "សំរោង")), ("សំរោង", place("14010101", "សំរោង"))])
    assert [found.province for found, _ in index.search("Samrong", limit=5, provinces=frozenset({"14"}))] == ["14"]
    assert index.search("Samrong", limit=5, provinces=frozenset({"20"})) == []
    assert len(index.search("Samrong", limit=5)) == 2


@pytest.mark.parametrize("text", ["", "12345", "???", "😀", "្"])
def test_what_has_no_sounds_finds_nothing(text: str) -> None:
    assert _INDEX.search(text, limit=5) == []


def test_an_empty_index_finds_nothing() -> None:
    assert SoundIndex([]).search("Samrong", limit=5) == []


def test_numbers_sound_like_their_words() -> None:
    assert sound_codes(words_of("ភូមិ ៣")) == sound_codes(words_of("Phum 3".replace("Phum", "ភូមិ")))
    assert sound_codes(words_of("Ti Bei"))[-2:] == sound_codes(words_of("Ti 3"))[-2:]


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("ព្រៃទទឹង", ["ព្រៃ", "ទទឹង"]),
        ("ទួលថ្ម", ["ទួល", "ថ្ម"]),
        ("ត្រពាំងព្រៃថ្មី", ["ត្រពាំង", "ព្រៃ", "ថ្មី"]),
        ("តាំង", ["តាំង"]),
        ("តាក់", ["តាក់"]),
        ("បាត់ដំបង", ["បាត់ដំបង"]),
    ],
)
def test_common_parts_of_an_unspaced_name_are_taken_apart(written: str, parts: list[str]) -> None:
    assert khmer_parts(written) == parts


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="កតថនមរសឫអ្ាិីុូេំះ់ៃង", max_size=30))
def test_taking_apart_loses_nothing(word: str) -> None:
    assert "".join(khmer_parts(word)) == word


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from([*address_words().parts[:30], *"កតន\u17d2\u17cbាិ"]), max_size=6).map("".join))
def test_parts_are_those_that_a_search_with_all_common_parts_as_one_expression_finds(word: str) -> None:
    alternatives = "|".join(sorted(address_words().parts, key=len, reverse=True))
    end = re.compile(f"(?<=[^\u17d2])(?:{alternatives})$")
    parts: list[str] = []
    while (begin := re.match(f"(?:{alternatives})(?=[\u1780-\u17b3](?!\u17cb).)", word)) and len(parts) < 8:
        parts.append(begin[0])
        word = word[begin.end() :]
    last = end.search(word)
    assert khmer_parts("".join(parts) + word) == [*parts, *([word[: last.start()], last[0]] if last else [word])]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_similarities_are_shares_best_first(text: str) -> None:
    similarities = [similarity for _, similarity in _INDEX.search(text, limit=5)]
    assert similarities == sorted(similarities, reverse=True)
    assert all(0 <= similarity <= 1 + 1e-6 for similarity in similarities)
