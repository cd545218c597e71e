"""Retrieval keys: a pair must share one to be scored at all, so each kind of evidence has its own, and none is a filter."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.keys import FAMILIES, KEY_VERSION, KeyMaker
from matcher.places import Gazetteer
from matcher.record import COLUMNS, Record
from tests.builders import intake, report


@cache
def maker() -> KeyMaker:
    """One maker of keys for all tests."""
    return KeyMaker(Gazetteer.shipped())


def keys(record: Record, family: str = "") -> set[str]:
    """The keys of a record, all or of one family."""
    return {key for key in maker().keys(record) if key.startswith(f"{family}:" if family else "")}


def meet(first: Record, second: Record, family: str = "") -> bool:
    """Whether two records bring each other up."""
    return bool(keys(first, family) & keys(second, family))


FULL = {
    "full_name": "Sok Dara", "local_name": "សុខ ដារ៉ា", "nickname": "Ra", "sex": "male", "date_of_birth": "2015-04-15",
    "home_place": "Battambang", "father_name": "Sok Vuth", "mother_name": "ចាន់ ស្រីមុំ", "sibling_names": "Sok Kolab",
    "phones": "012 345 678", "identifiers": "birth certificate:123/45", "marks": "scar on left arm",
    "birth_place": "House 12, Street 271, Phnom Penh",
}  # fmt: skip


def test_both_kinds_have_the_same_keys_for_the_same_child() -> None:
    assert maker().keys(report(**FULL)) == maker().keys(intake(**FULL))


def test_keys_are_distinct_in_a_fixed_order_and_each_of_a_declared_family() -> None:
    made = maker().keys(report(**FULL))
    assert len(made) == len(set(made))
    assert made == maker().keys(report(**FULL))
    assert {key.partition(":")[0] for key in made} == set(FAMILIES)


def test_a_record_that_says_nothing_has_no_keys() -> None:
    assert maker().keys(report()) == ()
    assert maker().keys(intake(description="crying", clothing="red shirt", sex="male")) == ()


@pytest.mark.parametrize(
    "other",
    [
        {"full_name": "Dara SOKH"},
        {"local_name": "សុខ ដារ៉ា"},
        {"family_name": "Sok", "given_name": "Dara"},
        {"other_names": "Sok Dara; Phal"},
        {"full_name": "Phal", "nickname": "Dara Sok"},
    ],
)
def test_a_name_meets_in_either_script_and_order_and_whichever_column_holds_it(other: dict[str, object]) -> None:
    assert meet(report(full_name="Sok Dara"), intake(**other), "n")


def test_names_that_sound_unlike_do_not_meet() -> None:
    assert not meet(report(full_name="Sok Dara"), intake(full_name="Heng Bopha"))


@pytest.mark.parametrize("column", ["father_name", "mother_name", "caregiver_name", "inquirer_name", "sibling_names"])
def test_relatives_meet_each_other_and_not_the_child(column: str) -> None:
    told = report(**{column: "Chan Sreymom"})
    assert meet(told, intake(mother_name="ចាន់ ស្រីមុំ"), "r")
    assert not meet(told, intake(full_name="Chan Sreymom"))


@pytest.mark.parametrize(
    "written", ["012345678", "+855 12 345 678", "០១២ ៣៤៥ ៦៧៨", "855-12-345-678", "099 111 222; 12345678"]
)
def test_a_telephone_number_meets_in_any_spelling(written: str) -> None:
    assert meet(report(phones="012 345 678"), intake(phones=written), "p")


def test_an_identifier_meets_by_its_type_and_number() -> None:
    child = report(identifiers="passport:N 123-45")
    assert meet(child, intake(identifiers="Passport: n12345"), "i")
    assert not meet(child, intake(identifiers="passport:N12346"), "i")


@pytest.mark.parametrize(
    "written", ["birth:0102345", "passport:0102345", "0102345", "birth:0102346", "birth:0120345", "birth:1102345"]
)
def test_a_long_number_meets_without_its_type_and_with_one_slip(written: str) -> None:
    assert meet(report(identifiers="birth:0102345"), intake(identifiers=written), "i")


def test_a_short_number_meets_with_its_type_only() -> None:
    assert not meet(report(identifiers="birth:12"), intake(identifiers="case:12"), "i")


@pytest.mark.parametrize(
    "written",
    [
        "#12, St. 271, Phnom Penh", "271 street, house 12", "ផ្ទះលេខ ១២ ផ្លូវ ២៧១ ជិតវត្តស្វាយចាស់", "12 Svay Chas street",
    ],
)  # fmt: skip
def test_an_address_that_no_gazetteer_knows_meets_by_two_of_its_words(written: str) -> None:
    child = report(home_place="House 12, Street 271, near Wat Svay Chas")
    assert meet(child, intake(home_place=written), "a")
    assert not meet(child, intake(home_place="House 13, Street 271"), "a")


def test_one_unknown_word_meets_within_its_province() -> None:
    child = report(home_place="Rosehill village, Bavel, Battambang")
    assert meet(child, intake(home_place="Rosehil, Battambang"), "a") or meet(
        child, intake(home_place="Rosehill, Battambang"), "a"
    )
    assert not meet(child, intake(home_place="Rosehill, Kampot"), "a")


def test_a_place_that_the_gazetteer_knows_makes_no_key_of_words() -> None:
    assert keys(report(home_place="Bavel district, Battambang", last_seen_place="Poipet"), "a") == set()


def test_a_mark_meets_where_its_kind_and_its_place_on_the_body_agree() -> None:
    child = report(marks="scar on left arm")
    assert meet(child, intake(marks="burn on the belly; old scar on the arm"), "m")
    assert not meet(child, intake(marks="scar on left leg"), "m")


BATTAMBANG = {"home_place": "Battambang", "sex": "male"}


@pytest.mark.parametrize("year", [2013, 2014, 2015, 2016, 2017])
def test_ages_that_are_two_years_off_still_meet_in_the_same_province(year: int) -> None:
    assert meet(
        report(date_of_birth="2015-04-15", **BATTAMBANG), intake(date_of_birth=f"{year}-04-15", **BATTAMBANG), "b"
    )


@pytest.mark.parametrize("year", [2012, 2018])
def test_ages_that_are_three_years_off_do_not_meet_by_age(year: int) -> None:
    assert not meet(
        report(date_of_birth="2015-04-15", **BATTAMBANG), intake(date_of_birth=f"{year}-04-15", **BATTAMBANG), "b"
    )


def test_an_age_meets_a_date_of_birth() -> None:
    arrived = intake(age="10", age_as_of="2025-12-01", **BATTAMBANG)
    assert meet(report(date_of_birth="2015-04-15", **BATTAMBANG), arrived, "b")


def test_an_unknown_sex_meets_either_and_two_different_ones_do_not_meet() -> None:
    girl = report(date_of_birth="2015", home_place="Battambang", sex="female")
    assert meet(girl, intake(date_of_birth="2015", home_place="Battambang"), "b")
    assert meet(girl, intake(date_of_birth="2015", home_place="Battambang", sex="other"), "b")
    assert not meet(girl, intake(date_of_birth="2015", home_place="Battambang", sex="male"), "b")


@pytest.mark.parametrize("column", ["home_place", "birth_place", "found_place"])
def test_a_province_meets_wherever_it_is_named(column: str) -> None:
    child = report(date_of_birth="2015", last_seen_place="ខេត្តបាត់ដំបង", sex="male")
    assert meet(child, intake(date_of_birth="2015", sex="male", **{column: "Battambang"}), "b")
    assert not meet(child, intake(date_of_birth="2015", sex="male", **{column: "Kampot"}), "b")


def test_without_a_place_or_a_birth_there_is_no_key_of_both() -> None:
    assert keys(report(date_of_birth="2015", sex="male"), "b") == set()
    assert keys(report(home_place="Battambang", sex="male"), "b") == set()


def test_a_birth_that_may_be_in_very_many_years_has_no_key_of_its_years() -> None:
    assert keys(report(age="1-17", age_as_of="2025-01-01", **BATTAMBANG), "b") == set()


def test_an_animal_year_alone_meets_more_than_one_of_its_turns() -> None:
    child = report(date_of_birth="ឆ្នាំមមែ", last_seen_date="2024-02-02", **BATTAMBANG)
    assert meet(child, intake(date_of_birth="2015-08-01", **BATTAMBANG), "b")
    assert meet(child, intake(date_of_birth="2003-08-01", **BATTAMBANG), "b")


def test_the_very_day_of_birth_meets_without_any_place_or_sex() -> None:
    khmer = report(date_of_birth="ថ្ងៃទី១៥ ខែមេសា ឆ្នាំ២០១៥")
    assert meet(khmer, intake(date_of_birth="2015-04-15"), "d")
    assert not meet(khmer, intake(date_of_birth="2015-04-16"), "d")
    assert keys(report(date_of_birth="2015-04"), "d") == set()


@pytest.mark.parametrize(
    "column", ["consent_for_tracing", "status", "protection_concerns", "withhold_from", "clothing"]
)
def test_what_is_not_compared_makes_no_key(column: str) -> None:
    cells = {"consent_for_tracing": "no", "status": "closed"}
    changed = report(**{**FULL, column: cells.get(column, "trafficked by the uncle")})
    assert maker().keys(changed) == maker().keys(report(**FULL))


def test_a_cell_of_any_size_makes_a_bounded_number_of_short_keys() -> None:
    long = "Sok Dara សុខ " * 15_000
    made = maker().keys(report(full_name=long, father_name=long, home_place=long, identifiers=f"id:{'7' * 99_999}"))
    assert len(made) < 400
    assert max(map(len, made)) <= 60


texts = st.text(max_size=30) | st.sampled_from(
    ["សុខ ដារ៉ា", "Sok Dara", "2015-04-15", "៣ ឆ្នាំ", "Battambang", "012345678", "id:12"]
)
IDLE = ("record_id", "kind", "status")


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from([name for name in COLUMNS if name not in (*IDLE, "sex")]), texts, max_size=8))
def test_whatever_the_cells_say_keys_are_made_and_are_the_same_for_both_kinds(cells: dict[str, str]) -> None:
    # The day on which a record was true is the day of its own event, and that is another column on each side.
    cells = {
        "recorded_on": "2026-01-01",
        **cells,
        "last_seen_date": "",
        "found_date": "",
        "last_seen_place": "",
        "found_place": "",
    }
    made = maker().keys(report(**cells))
    assert made == maker().keys(intake(**{**cells, "consent_for_tracing": "true"}))
    assert all(key.partition(":")[0] in FAMILIES and len(key) <= 60 for key in made)


def test_many_threads_make_the_same_keys() -> None:
    records = [report(**{**FULL, "full_name": f"Sok Dara {i % 7}", "age": str(i)}) for i in range(60)]
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(KeyMaker(Gazetteer.shipped()).keys, records))
    assert made == [maker().keys(record) for record in records]


def test_other_keys_need_another_key_version() -> None:
    """When this fails the keys have changed: count KEY_VERSION up and put the new digest here."""
    told = report(
        full_name="សុខ ដារ៉ា (Sok Dara)", nickname="Pov", sex="male", date_of_birth="2015-04-15", home_place="បាត់ដំបង",
        father_name="Chan Rithy", sibling_names="Sok Sophea", phones="012345678",
        identifiers="birth:12; passport:N0102345", marks="scar on left knee", birth_place="#12, Street 271, Vat Svay Chas",
    )  # fmt: skip
    made = maker().keys(told)
    digest = hashlib.sha256("\n".join(made).encode()).hexdigest()[:16]
    assert (KEY_VERSION, digest) == (3, "6b5f3ac7922a3bd9")
