"""How the parts of what people write are weighed; each case stands for a habit seen in field data."""

from __future__ import annotations

import pytest

from matcher.places import Gazetteer, PlaceCandidate
from tests.matcher.places.builders import best, look_up, place, small


def probability(found: tuple[PlaceCandidate, ...], code: str) -> float:
    return sum(candidate.probability for candidate in found if candidate.place.code == code)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Kompong Chnang", "04"),
        ("Kampong Chhanang", "04"),
        ("Batambong", "02"),
        ("Banteay Menchey", "01"),
        ("Mondulkirri", "11"),
        ("Siemreab", "17"),
        ("Sihanukville", "18"),
        ("Tbong Khmoum", "25"),
        ("Pailine", "24"),
        ("Poypet", "0110"),
        ("Sereysophorn", "0106"),
        ("Malasia", "MY"),
        ("Tailand", "TH"),
        ("បាតដំបង", "02"),
        ("កំពងចាម", "03"),
    ],
)
def test_a_misspelling_is_found_by_its_sounds(text: str, code: str) -> None:
    assert best(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("House 12, Street 271, Sangkat Boeung Tumpun, Khan Meanchey, Phnom Penh", "1206"),
        ("ផ្ទះលេខ១២ ផ្លូវ២៧១ ខណ្ឌមានជ័យ រាជធានីភ្នំពេញ", "1206"),
        ("Found near the market in Poipet town, Banteay Meanchey", "0110"),
        ("lives with aunt in Kampot", "07"),
        ("Thmey Battambang", "02"),
        ("K. Cham", "03"),
        ("Mondulkiri prov.", "11"),
        ("China (Guangxi)", "CN-guangxi"),
        ("Siem Reap town", "1710"),
        ("BANTEAY MEANCHEY / Poipet", "0110"),
    ],
)
def test_what_is_no_place_name_does_not_stand_in_the_way(text: str, code: str) -> None:
    assert best(text) == code


def test_addresses_are_read_in_either_order() -> None:
    assert best("Samraong, Takeo") == best("Takeo, Samraong") == "2107"


def test_a_contradicting_village_elsewhere_is_not_preferred_to_the_province_that_is_named() -> None:
    gazetteer = Gazetteer.shipped().extended([place("14010101", "តាកែវ")])
    found = gazetteer.look_up("Phum Takeo, Battambang")
    assert found[0].place.province == "02"


def test_an_old_address_names_the_province_a_district_was_part_of() -> None:
    assert best("Srok Memot, Kampong Cham") == "2503"
    assert best("Anlong Veng, Siem Reap") == "2201"


def test_a_unit_word_tells_the_town_from_the_province() -> None:
    assert best("Krong Pursat") == "1505"
    assert best("Khet Pursat") == "15"
    assert probability(look_up("Pursat"), "15") > probability(look_up("Pursat"), "1505") > 0


def test_a_place_of_another_kind_than_its_unit_word_is_less_probable() -> None:
    assert probability(look_up("Srok Kampot"), "07") < probability(look_up("Kampot"), "07")


def test_a_far_off_sound_alike_is_improbable() -> None:
    for text in ("hospital", "aunt house", "Sok Dara", "on the bus", "asdfgh", "មន្ទីរពេទ្យ"):
        assert sum(candidate.probability for candidate in look_up(text)) < 0.5, text


def test_a_name_without_exact_bearer_leaves_room_for_none_of_these() -> None:
    assert sum(candidate.probability for candidate in look_up("Batambong")) < 1 - 1e-6


def test_a_village_list_is_filled_with_those_that_sound_alike() -> None:
    villages = [place(f"020201{number:02}", f"ទួលសង្កែ{letter}") for number, letter in enumerate("កខគចឆជដតថទនប", start=1)]
    gazetteer = Gazetteer.shipped().extended([*villages, place("02020150", "ទួលសង្កែ")])
    found = gazetteer.look_up("ទួលសង្កែ")
    assert found[0].place.code == "02020150"
    assert len(found) == 10


def test_an_answer_does_not_depend_on_what_was_asked_before() -> None:
    fresh, used = small(), small()
    for text in ("Thmei", "ភូមិ ៣", "Sangkae", "nonsense"):
        used.look_up(text)
    assert fresh.look_up("Trapaing Po") == used.look_up("Trapaing Po")


@pytest.mark.parametrize("text", ["qqqq", "bbbb", "kkk", "pppp"])
def test_letters_without_a_vowel_are_no_place_that_is_abbreviated_alike(text: str) -> None:
    assert not [found for found in Gazetteer.shipped().look_up(text) if found.probability > 0.5]


@pytest.mark.parametrize(("text", "code"), [("PP", "12"), ("K11", "1207-svay-pak"), ("BMC", "01")])
def test_an_abbreviation_is_found_as_it_is_written(text: str, code: str) -> None:
    assert Gazetteer.shipped().look_up(text)[0].place.code == code
