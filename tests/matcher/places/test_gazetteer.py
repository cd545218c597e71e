from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matcher.places import Gazetteer, PlaceLevel, compare_places
from tests.matcher.places.builders import best, look_up, place, small


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Battambang", "02"),
        ("បាត់ដំបង", "02"),
        ("ខេត្តបាត់ដំបង", "02"),
        ("Battambang province", "02"),
        ("Krong Battambang", "0203"),
        ("Kg Cham", "03"),
        ("Kompong Cham", "03"),
        ("Kampong Cham city", "0305"),
        ("Sihanoukville", "18"),
        ("Kompong Som", "18"),
        ("កំពង់សោម", "18"),
        ("Nam Vang", "12"),
        ("Phra Tabong", "02"),
        ("Phnom Penh, Cambodia", "12"),
        ("Khan 7 Makara", "1203"),
        ("near Poipet", "0110"),
        ("from Sisophon", "0106"),
        ("O'Smach", "2204-osmach"),
        ("Chrey Thom", "0804-chrey-thom"),
        ("Ta Khmao", "0811"),
        ("តាខ្មៅ", "0811"),
        ("Neak Leung", "1407-neak-loeung"),
    ],
)
def test_a_place_is_found_by_any_of_its_names(text: str, code: str) -> None:
    assert best(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Thailand", "TH"),
        ("ថៃ", "TH"),
        ("ប្រទេសថៃ", "TH"),
        ("Bangkok", "TH-bangkok"),
        ("Bangkok, Thailand", "TH-bangkok"),
        ("Poipet side Aranyaprathet", "TH-aranyaprathet"),
        ("Malaysia", "MY"),
        ("ម៉ាឡេស៊ី", "MY"),
        ("Viet Nam", "VN"),
        ("Vietnam", "VN"),
        ("China", "CN"),
        ("Site 2", "TH-site-2"),
        ("Khao I Dang", "TH-khao-i-dang"),
        ("Saigon", "VN-ho-chi-minh"),
    ],
)
def test_a_place_abroad_has_a_code_that_begins_with_its_country(text: str, code: str) -> None:
    assert best(text) == code
    assert not code[0].isdigit()


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "NaN",
        "nan",
        "មិនដឹង",
        "unknown",
        "-",
        "?",
        "Cambodia",
        "99999999",
        "\0",
        "😀",
        "្",
        "្្្",
        "!!!",
        "0",
    ],
)
def test_what_names_no_place_gives_nothing(text: str) -> None:
    assert look_up(text) == ()


def test_the_most_specific_part_that_its_parents_allow_wins() -> None:
    gazetteer = small()
    assert best("Phum Thmei, Khum Ta Pung, Srok Thma Koul, Battambang", gazetteer) == "02020101"
    assert best("ភូមិថ្មី ឃុំអន្លង់វិល ស្រុកសង្កែ ខេត្តបាត់ដំបង", gazetteer) == "02080101"
    assert best("ភូមិថ្មី ស្រុកសង្កែ", gazetteer) == "02080101"
    assert best("សង្កែ បាត់ដំបង", gazetteer) == "0208"


def test_a_village_that_is_in_no_table_does_not_spoil_the_units_around_it() -> None:
    assert best("Phum Zzyzx, Khum Qwfp, Srok Thma Koul, Battambang") == "0202"
    assert best("Phum Zzyzx, Battambang") in {"02", "0203"}


def test_a_parent_decides_between_equal_names() -> None:
    assert best("Samraong, Takeo") == "2107"
    assert best("Samraong, Oddar Meanchey") == "2204"
    assert best("Takeo Samraong") == "2107"


def test_an_ambiguous_name_gives_all_its_places() -> None:
    codes = [candidate.place.code for candidate in look_up("Samraong")]
    assert {"2107", "2204"} <= set(codes[:2])
    assert look_up("Samraong")[0].probability == pytest.approx(look_up("Samraong")[1].probability)


def test_equal_khmer_names_are_found_from_the_latin_name_of_one() -> None:
    gazetteer = Gazetteer.shipped().extended([place("02020103", "សំរោង")])
    assert "02020103" in [candidate.place.code for candidate in gazetteer.look_up("Samraong")]


def test_phum_three_is_a_village_and_not_a_code() -> None:
    assert best("Phum 3", small()) == "02020201"
    assert best("ភូមិ ៣", small()) == "02020201"
    assert best("Phum Bei", small()) == "02020201"


def test_the_limit_is_kept_and_does_not_change_the_order() -> None:
    many = small().look_up("Samrong")
    assert small().look_up("Samrong", limit=1) == many[:1]
    assert small().look_up("Samrong", limit=0) == ()


def test_the_two_scripts_of_one_address_are_one_place() -> None:
    assert best("Svay Rieng (ស្វាយរៀង)") == "20"


def test_both_scripts_lead_to_the_same_level() -> None:
    one = small().look_up("ភូមិថ្មី ឃុំតាពូង ស្រុកថ្មគោល")
    other = small().look_up("Phum Thmey, Khum Ta Pung, Srok Thmor Koul, Battambang")
    assert compare_places(one, other) is PlaceLevel.SAME_VILLAGE


def test_a_gazetteer_is_extended_without_changing_the_first() -> None:
    before = len(Gazetteer.shipped())
    longer = Gazetteer.shipped().extended([place("02020102", "ចំការឫស្សី")])
    assert len(longer) == before + 1
    assert len(Gazetteer.shipped()) == before
    assert Gazetteer.shipped().get("02020102") is None


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
@example("x" * 10_000)
@example("ក" * 10_000)
@example("្" * 10_000)
@example("កា, " * 2_000)
@example("phum " * 2_000)
@example("ភូមិ" * 2_000)
def test_any_text_gets_an_answer(text: str) -> None:
    found = small().look_up(text)
    probabilities = [candidate.probability for candidate in found]
    assert sum(probabilities) <= 1 + 1e-9
    assert all(probability > 0 for probability in probabilities)
    assert probabilities == sorted(probabilities, reverse=True)
    assert len({candidate.place.code for candidate in found}) == len(found) <= 10
