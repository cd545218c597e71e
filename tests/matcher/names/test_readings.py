"""How words of both scripts become sounds."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.names import latin, syllables
from matcher.names.kernel import MOST_UNITS
from matcher.names.sounds import CODA, FAINT, ONSET, sound_space
from matcher.names.tokens import joined, last_syllable, token


def _heard(word: str) -> str:
    """The sounds of a Khmer word that are heard, without spaces."""
    return " ".join(unit.symbol for unit in syllables.read(word) if unit.place != FAINT)


@pytest.mark.parametrize(
    ("word", "sounds"),
    [
        ("សុខ", "S ុ/a Kh"),
        ("ស្គារ", "S K ា/o R"),  # a subscript stop overrides the series
        ("ស្រី", "S R ី/a"),  # a sonorant does not
        ("ស៊ី", "S ី/o"),
        ("ម៉ា", "M ា/a"),
        ("ហ្វា", "F ា/a"),
        ("ហ្គា", "K ា/a"),
        ("ប៉ា", "P ា/a"),
        ("ប្រា", "P R ា/a"),
        ("បា", "B ា/a"),
        ("ចាប", "C ា/a P"),
        ("កុសល", "K ុ/a S -/a L"),  # bare clusters in pairs from the right
        ("សុវណ្ណ", "S ុ/a V -/o N"),
        ("ពេជ្រ", "P េ/o C"),  # only the first of a final stack sounds
        ("លក្ខណ៍", "L -/o K"),  # struck out
        ("សំណាំង", "S ំ/a M N ាំ/a G"),  # no m before ng
        ("ឆាយ", "Ch ាយ/a"),  # vowel and glide are one
        ("សុខខេង", "S ុ/a Kh េ/a G"),  # doubled at the joint
    ],
)
def test_khmer_letters_are_read_by_the_rules_of_the_script(word: str, sounds: str) -> None:
    assert _heard(word) == sounds


def test_what_is_hardly_heard_is_kept_as_faint() -> None:
    places = {unit.symbol: unit.place for unit in syllables.read("រតនៈ")}
    assert places["K"] == FAINT
    assert syllables.read("ជាតិ")[-1].place == FAINT


def test_a_word_without_khmer_letters_has_no_khmer_sounds() -> None:
    assert syllables.read("Sok") == []
    assert syllables.read("") == []


@pytest.mark.parametrize(
    ("word", "sounds"),
    [
        ("sokh", "S o Kh"),
        ("chhay", "Ch ay"),
        ("tchum", "C u M"),
        ("nguon", "G uo N"),
        ("tioulong", "C ou L o G"),
        ("panha", "P a Q a"),
        ("rithy", "R i Th y"),
        ("sovann", "S o V a N"),
        ("keov", "K eov"),
        ("wath", "V a Th"),
        ("hoc", "H o K"),
    ],
)
def test_latin_letters_are_read_by_the_habits_of_clerks(word: str, sounds: str) -> None:
    assert " ".join(unit.symbol for unit in latin.read(word)) == sounds


@pytest.mark.parametrize(
    ("written", "plain"),
    [("Nguyễn", "nguyen"), ("O'Brien", "obrien"), ("Bântéay", "banteay"), ("SOK-12", "sok"), ("Геннадий", "gennadiy")],
)
def test_plain_letters_have_no_accents_marks_or_digits(written: str, plain: str) -> None:
    assert latin.plain(written) == plain


def test_emoji_and_signs_are_no_letters() -> None:
    assert latin.plain("😀👧🏽") == ""
    assert latin.plain("→№§") in ("", "no")


@pytest.mark.parametrize(
    ("one", "other"), [("sovann", "sowan"), ("sokh", "sok"), ("oum", "um"), ("borey", "bory"), ("sorn", "son")]
)
def test_fashions_of_spelling_are_taken_off(one: str, other: str) -> None:
    assert latin.without_fashions(one) == latin.without_fashions(other)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=string.ascii_lowercase, max_size=60))
def test_every_latin_word_is_read_in_sounds_of_the_space(word: str) -> None:
    for unit in latin.read(word):
        sound_space().code(unit.symbol, unit.place)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=[chr(code) for code in range(0x1780, 0x17DE)], max_size=40))
def test_every_khmer_word_is_read_in_sounds_of_the_space(word: str) -> None:
    from_khmer = syllables.read(word)
    for unit in from_khmer:
        sound_space().code(unit.symbol, unit.place)


def test_a_token_is_bounded_however_long_the_word() -> None:
    read = token("sok" * 5000)
    assert read is not None
    assert len(read.codes) <= MOST_UNITS


def test_a_word_in_which_nothing_sounds_is_no_token() -> None:
    assert token("១២៣") is None
    assert token("12") is None
    assert token("") is None


def test_one_latin_letter_is_an_initial_and_one_khmer_letter_is_a_name() -> None:
    assert (initial := token("S")) is not None
    assert (name := token("ស")) is not None
    assert initial.is_initial
    assert not name.is_initial


def test_a_doubled_consonant_at_a_joint_counts_once() -> None:
    space = sound_space()
    sok, kea = (token(word) for word in ("sok", "kea"))
    assert sok is not None
    assert kea is not None
    last, _ = joined(sok.codes, kea.codes)
    assert space.sounds[last[-1]].place == FAINT
    assert joined(b"", kea.codes) == (b"", kea.codes)


@pytest.mark.parametrize(
    ("word", "tail"), [("daravuth", "vuth"), ("sreypov", "pov"), ("sopheak", "pheak"), ("dara", "ra")]
)
def test_the_last_syllable_begins_with_its_onset(word: str, tail: str) -> None:
    whole, alone = token(word), token(tail)
    assert whole is not None
    assert alone is not None
    assert last_syllable(whole.codes) == alone.codes


def test_a_word_of_one_syllable_has_no_last_one() -> None:
    sok = token("sok")
    assert sok is not None
    assert last_syllable(sok.codes) == b""


def test_a_consonant_between_vowels_opens_a_syllable_and_one_at_the_end_closes_it() -> None:
    places = [unit.place for unit in latin.read("sok") if not unit.symbol.islower()]
    assert places == [ONSET, CODA]
