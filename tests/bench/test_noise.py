"""The slips and the spellings: each does its one thing."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.noise import (
    NOISES,
    disturb_birth,
    hear_abroad,
    mistype,
    move_years,
    slip_khmer,
    slip_phone,
    write_phone,
)
from bench.world_names import given_names, latin, latin_full, stock
from bench.world_people import draw_family, draw_homonym, of_an_age, write_mark
from bench.world_places import districts, draw_corridor, draw_home, neighbours, provinces, write_home
from bench.world_tables import Draw, make_rng, spellings
from matcher.places import Gazetteer
from tests.bench.test_samples import CLUSTER, NEVER

ROLES = ("family", "given", "first", "second", "nickname")


@settings(max_examples=60, deadline=None)
@given(st.text("abcdefgh", min_size=2, max_size=12), st.integers(0, 10_000))
def test_a_typing_slip_changes_the_length_by_one_at_most(text: str, seed: int) -> None:
    assert abs(len(mistype(text, make_rng(seed))) - len(text)) <= 1


def test_a_single_letter_is_left_alone() -> None:
    assert mistype("a", make_rng(1)) == "a"


@settings(max_examples=60, deadline=None)
@given(st.dates(date(2008, 1, 1), date(2024, 12, 31)), st.integers(0, 10_000))
def test_a_disturbed_birth_date_is_a_date_near_by(birth: date, seed: int) -> None:
    disturbed = disturb_birth(birth, NOISES["harsh"], make_rng(seed))
    assert abs(disturbed.year - birth.year) <= 1


def test_the_29th_of_february_moves_to_the_28th() -> None:
    assert move_years(date(2016, 2, 29), 1) == date(2017, 2, 28)
    assert move_years(date(2016, 2, 29), 4) == date(2020, 2, 29)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_a_telephone_slip_changes_exactly_one_digit(seed: int) -> None:
    phone = "012345678"
    slipped = slip_phone(phone, make_rng(seed))
    assert sum(a != b for a, b in zip(phone, slipped, strict=True)) == 1


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_a_telephone_number_keeps_its_digits_however_it_is_written(seed: int) -> None:
    written = re.sub(r"\D", "", write_phone("012345678", make_rng(seed)))
    assert written.removeprefix("855").lstrip("0") == "12345678"


def test_a_listener_abroad_hears_l_for_r_and_no_aspiration() -> None:
    assert hear_abroad("Phearith Ros") == "Pealit Lo"
    assert hear_abroad("s") == "s"


def test_a_khmer_slip_changes_a_name_that_has_room_for_one() -> None:
    assert slip_khmer("ស៊ី", make_rng(0)) != "ស៊ី"
    assert slip_khmer("សក", make_rng(0)) == "សក"


def test_the_models_have_shares_and_grow_worse() -> None:
    assert set(NOISES) == {"clean", "field", "harsh"}
    for slip in ("typo", "nickname_only", "no_relative", "year_off", "phone_slip", "vague_place"):
        shares = [getattr(NOISES[name], slip) for name in ("clean", "field", "harsh")]
        assert shares == sorted(shares)
        assert all(0 <= share <= 1 for share in shares)


@pytest.mark.parametrize("role", ROLES)
def test_every_part_of_the_stock_can_be_written_in_both_scripts(role: str) -> None:
    for part in stock(role):
        assert re.fullmatch(f"(?:{CLUSTER})+", part.khmer), part.khmer
        assert not NEVER.search(part.khmer), part.khmer
        assert set(part.sounds) <= set(spellings()), part.khmer
        assert re.fullmatch("[A-Z][a-z]*", latin(part, make_rng(1), 1.0)), part.khmer


def test_there_are_thousands_of_given_names_that_suit_a_sex() -> None:
    girls, boys = set(given_names("f").items), set(given_names("m").items)
    assert len(girls | boys) > 3000
    assert all(part.sex != "m" for name in girls for part in name)


def test_clerks_spell_one_name_differently_and_careful_ones_less() -> None:
    name = draw_family(make_rng(5), oldest_on=date(2024, 1, 1)).father
    wild, careful = (
        {latin_full(name, make_rng(seed), sharpness).lower() for seed in range(60)} for sharpness in (0.8, 4.0)
    )
    assert len(wild) > 10
    assert len(careful) < len(wild)


def test_a_draw_follows_its_shares() -> None:
    rng, draw = make_rng(1), Draw.of(["often", "never", "seldom"], [3.0, 0.0, 1.0])
    found = [draw.pick(rng) for _ in range(2000)]
    assert 0.7 < found.count("often") / 2000 < 0.8
    assert "never" not in found


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 100_000))
def test_a_family_has_two_to_four_children_with_one_surname_and_different_given_names(seed: int) -> None:
    day = date(2024, 6, 1)
    family = draw_family(make_rng(seed), oldest_on=day)
    assert 2 <= len(family.children) <= 4
    assert len({child.name.family for child in family.children}) == 1
    assert len({child.name.khmer_given for child in family.children}) == len(family.children)
    assert family.children[0] in of_an_age(family, day)


def test_a_homonym_bears_the_name_and_belongs_to_another_family() -> None:
    rng, day = make_rng(2), date(2024, 6, 1)
    child = draw_family(rng, oldest_on=day).children[0]
    other = draw_homonym(child, rng, on=day)
    assert other.name == child.name
    assert other.family is not child.family
    assert other in other.family.children


def test_the_places_are_the_countrys() -> None:
    assert len(provinces()) == 25
    assert all(districts()[code] for code in provinces())
    assert all(code in neighbours()[beside] for code in provinces() for beside in neighbours()[code])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 100_000), st.booleans())
def test_a_home_is_written_in_the_clerks_script(seed: int, khmer: bool) -> None:
    rng = make_rng(seed)
    home = draw_home(rng)
    written = write_home(home, rng, NOISES["field"], khmer=khmer, share=1.0)
    assert home.district in districts()[home.province.code]
    assert any("\u1780" <= letter <= "\u17ff" for letter in written) is khmer
    corridor = draw_corridor(home.province.code, rng)
    assert corridor.khmer
    assert corridor.latin


def test_some_homes_have_a_house_a_street_or_a_landmark_that_no_gazetteer_knows() -> None:
    rng = make_rng(5)
    homes = [draw_home(rng) for _ in range(400)]
    written = [write_home(home, rng, NOISES["clean"], khmer=False, share=0.0) for home in homes]
    left = [Gazetteer.shipped().left_over(text) for text in written]
    assert 0.2 < sum(bool(home.address.house) for home in homes) / 400 < 0.4
    assert 0.2 < sum(home.address.landmark is not None for home in homes) / 400 < 0.4
    assert all(home.address.street in words for home, words in zip(homes, left, strict=True) if home.address.street)
    assert any(not words for words in left)


def test_a_mark_is_written_in_both_languages() -> None:
    rng = make_rng(3)
    marks = [
        mark
        for _ in range(20)
        for child in draw_family(rng, oldest_on=date(2024, 1, 1)).children
        for mark in child.marks
    ]
    assert all(write_mark(mark, rng, khmer=False).isascii() for mark in marks)
    assert not any(re.search("[a-z]", write_mark(mark, rng, khmer=True)) for mark in marks)
