from __future__ import annotations

from matcher.places import Gazetteer
from matcher.places.place import GATE
from matcher.places.tables import address_words, gate_sides, neighbours, routes, shipped_places
from tests.matcher.places.builders import shared_rows


def test_every_code_is_given_once() -> None:
    codes = [place.code for place in shipped_places()]
    assert len(codes) == len(set(codes)) == len(Gazetteer.shipped())


def test_there_are_25_provinces_and_210_districts() -> None:
    levels = [place.level for place in shipped_places()]
    assert (levels.count("province"), levels.count("district")) == (25, 210)


def test_every_district_town_and_gate_lies_in_a_known_unit() -> None:
    gazetteer = Gazetteer.shipped()
    for place in shipped_places():
        if place.province:
            assert gazetteer.get(place.province) is not None, place.code
            assert gazetteer.get(place.digits) is not None, place.code


def test_a_place_abroad_begins_with_the_letters_of_a_country_in_the_table() -> None:
    for place in shipped_places():
        if not place.province:
            assert place.code[0].isalpha()
            assert Gazetteer.shipped().get(place.country) is not None, place.code


def test_neighbours_are_mutual() -> None:
    table = neighbours()
    for code, beside in table.items():
        for other in beside:
            assert code != other
            assert other in {"TH", "VN", "LA"} or code in table[other], (code, other)


def test_every_route_and_gate_side_names_known_places() -> None:
    gazetteer = Gazetteer.shipped()
    for ends in routes():
        for end in ends:
            assert end == "*" or gazetteer.get(end) is not None, end
    for gate, opposite in gate_sides():
        known = gazetteer.get(gate)
        assert known is not None
        assert known.level == GATE
        assert gazetteer.get(opposite) is not None, opposite


def test_a_spelling_maps_to_one_that_stays() -> None:
    same = address_words().same
    assert not [word for word, meaning in same.items() for part in meaning.split() if part in same and word != part]


def test_codes_and_khmer_names_agree_with_the_official_file() -> None:
    gazetteer = Gazetteer.shipped()
    for row in shared_rows("third_party/gazetteer/ncdd.csv"):
        if row["level"] in {"province", "district"}:
            place = gazetteer.get(row["code"])
            assert place is not None, row["code"]
            assert place.level == row["level"]
            assert place in [candidate.place for candidate in gazetteer.look_up(row["khmer"])]
