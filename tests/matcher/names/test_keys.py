from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.noise import mistype
from bench.world_names import PersonName, family_names, given_names, latin_full
from matcher.names import analyse, keys
from matcher.names.keys import MOST_KEYS, skeleton, vowel_class
from matcher.names.tokens import Token, token


def _keys(text: str) -> set[str]:
    return {key for name in analyse(text) for key in keys(name)}


def _token(word: str) -> Token:
    read = token(word)
    assert read is not None
    return read


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("សុខ ដារ៉ា", "Sokh Dara"),
        ("Sok Dara", "Dara SOK"),
        ("Srey Pov", "Sreypov"),
        ("ស្រីពៅ", "Srey Peou"),
        ("ចាន់ សុភាព", "Sopheab Chann"),
        ("រតនៈ", "Ratanak"),
        ("មាស ថុល", "Meah Thol"),
        ("Dara", "Sok Dara"),
        ("ដារ៉ា", "Sok Dara"),
        ("Srey Pov", "Sok Srey Pov"),
        ("Heng Bopha", "Hen Bopha"),
        ("Sovannarith", "Sovanarit"),
        ("Geoffrey", "Jeffrey"),
        ("Sok Sopheap", "Sok Sopheat"),
        ("Sok Vibol", "Sok Vobol"),
    ],
)
def test_two_writings_of_one_name_share_a_key(one: str, other: str) -> None:
    assert _keys(one) & _keys(other)


@pytest.mark.parametrize(("one", "other"), [("Sok Dara", "Heng Bopha"), ("Lim", "Chea"), ("សុខ", "ម៉ៅ")])
def test_names_with_nothing_in_common_share_none(one: str, other: str) -> None:
    assert not _keys(one) & _keys(other)


def test_an_order_or_a_space_does_not_change_the_keys_of_the_whole() -> None:
    whole = {key for key in _keys("Srey Pov Sok") if key.endswith(("@", "~"))}
    assert whole == {key for key in _keys("Sok Sreypov") if key.endswith(("@", "~"))}


def test_a_common_short_part_alone_is_no_key_of_a_full_name() -> None:
    assert "SoK." not in _keys("Sok Dara")
    assert "SoK." in _keys("Sok")


def test_a_vowel_that_is_written_in_several_ways_gives_several_keys() -> None:
    readings = {key for key in _keys("ទារា") if key.endswith(".") and key != "TR."}
    assert len(readings) > 1
    assert readings & _keys("Teara")


@pytest.mark.parametrize(
    ("word", "letters"),
    [("Sokh", "SK"), ("Dara", "TR"), ("Sovann", "SVN"), ("Phalla", "PL"), ("Hour", ""), ("សុខ", "SK")],
)
def test_the_skeleton_of_a_part_is_its_strong_consonants(word: str, letters: str) -> None:
    assert skeleton(_token(word)) == letters


def test_what_is_faint_is_in_the_fuller_skeleton_only() -> None:
    assert skeleton(_token("រតនៈ")) == "RTN"
    assert skeleton(_token("រតនៈ"), faint=True) == "RTNK"
    assert skeleton(_token("Meas")) == "M"
    assert skeleton(_token("Meas"), faint=True) == "MS"


def test_the_vowels_of_a_part_are_as_most_people_write_them() -> None:
    assert vowel_class(_token("ដារ៉ា")) == vowel_class(_token("Dara")) == "aa"
    assert vowel_class(_token("ជា")) == vowel_class(_token("Chea")) == "e"


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=[chr(code) for code in range(0x1780, 0x17D4)] + list("abchkrstuy "), max_size=200))
def test_keys_are_few_distinct_short_and_ascii(text: str) -> None:
    for name in analyse(text):
        found = keys(name)
        assert len(found) == len(set(found)) <= MOST_KEYS
        assert all(key.isascii() and 1 < len(key) <= 40 for key in found)


def test_without_slips_the_keys_are_fewer_and_still_meet_a_respelling() -> None:
    name, respelled = analyse("សុខ ដារ៉ា")[0], analyse("Dara Sokh")[0]
    exact = set(keys(name, slips=False))
    assert exact < set(keys(name))
    assert exact & set(keys(respelled, slips=False))
    assert not exact & set(keys(analyse("Sok Dola")[0], slips=False))
    assert set(keys(name)) & set(keys(analyse("Sok Dola")[0]))


def test_a_slip_in_one_vowel_or_one_consonant_still_meets_beside_the_other_vowels() -> None:
    name = {key for key in _keys("Sok Vibol") if key.endswith("~")}
    for slip in ("Sok Vabol", "Sok Vigol", "Sok Viol"):
        assert name & {key for key in _keys(slip) if key.endswith("~")}


def test_every_name_with_a_sound_has_a_key() -> None:
    for text in ("Sok", "Ly", "A", "អោ", "Ou", "S", "ហួរ", "Yey"):
        assert _keys(text), text


def _world(count: int) -> list[PersonName]:
    rng = random.Random(11)  # noqa: S311  # a repeatable draw, no secret
    return [PersonName(family_names().pick(rng), given_names("f").pick(rng)) for _ in range(count)]


def test_nearly_every_respelled_name_shares_a_key_with_its_khmer_name() -> None:
    rng = random.Random(12)  # noqa: S311  # a repeatable draw, no secret
    met = [bool(_keys(p.khmer) & _keys(latin_full(p, rng, 0.8, swapped=True))) for p in _world(300)]
    assert sum(met) >= 0.99 * len(met)


def test_most_names_with_a_slip_still_share_a_key() -> None:
    rng = random.Random(13)  # noqa: S311  # a repeatable draw, no secret
    met = [bool(_keys(p.khmer) & _keys(mistype(latin_full(p, rng, 1.0), rng))) for p in _world(300)]
    assert sum(met) >= 0.92 * len(met)


def test_strangers_seldom_share_the_key_of_the_whole_name() -> None:
    people = _world(200)
    whole = [{key for key in _keys(person.khmer) if key.endswith("~")} for person in people]
    khmer = [person.khmer for person in people]
    shared = sum(bool(whole[i] & whole[j]) for i in range(200) for j in range(i) if khmer[i] != khmer[j])
    assert shared < 0.005 * 200 * 199 / 2
