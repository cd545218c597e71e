"""The look-up against the shared official names; floors are loose, `bench/places.py` prints the measured
shares.
"""

from __future__ import annotations

from functools import cache

import pytest

from bench.places import address, khmer_only, measure, sample
from matcher.places import Gazetteer
from tests.matcher.places.builders import best, shared_rows

_OFFICIAL = "third_party/gazetteer/ncdd.csv"


@cache
def official() -> tuple[list[dict[str, str]], Gazetteer]:
    table = shared_rows(_OFFICIAL)
    return table, khmer_only(table)


def test_latin_names_find_villages_and_communes_that_are_known_in_khmer_only() -> None:
    table, gazetteer = official()
    found = measure(gazetteer, [(row["latin"], row) for row in sample(table, frozenset({"commune", "village"}), 150)])
    assert found.name_at[1] > 0.8
    assert found.name_at[5] > 0.92
    assert found.code_at[10] > 0.75


def test_a_latin_address_finds_its_village() -> None:
    table, gazetteer = official()
    by_code = {row["code"]: row for row in table}
    villages = sample(table, frozenset({"village"}), 60)
    found = measure(gazetteer, [(address(row, by_code), row) for row in villages])
    assert found.code_at[1] > 0.85


def test_a_khmer_address_finds_its_village() -> None:
    table, gazetteer = official()
    by_code = {row["code"]: row["khmer"] for row in table}
    villages = sample(table, frozenset({"village"}), 60)
    queries = [
        (f"ភូមិ{by_code[c]} ឃុំ{by_code[c[:6]]} ស្រុក{by_code[c[:4]]} ខេត្ត{by_code[c[:2]]}", row)
        for row in villages
        for c in [row["code"]]
    ]
    assert measure(gazetteer, queries).code_at[1] > 0.85


def test_an_ambiguous_name_fills_the_list() -> None:
    _, gazetteer = official()
    for text in ("Thmei", "ថ្មី", "Samraong", "Phum 3"):
        assert len(gazetteer.look_up(text)) == 10, text
    assert len(gazetteer.look_up("ថ្មី", limit=30)) == 30


def test_every_province_is_found_by_its_names_and_spellings() -> None:
    for row in shared_rows("khmer_provinces.csv"):
        names = [
            row["khmer"],
            row["latin"],
            row["ungegn"].replace("Vŭng", "Vêng"),
            *row["variants"].split(";"),
        ]
        for name in filter(None, names):
            assert best(name) == row["ncdd"], name


@pytest.mark.parametrize("large", [False, True])
def test_well_known_places_are_found_in_either_script(large: bool) -> None:
    gazetteer = official()[1] if large else Gazetteer.shipped()
    rows = [row for row in shared_rows("khmer_places.csv") if large or row["level"] not in {"commune", "village"}]
    missed = []
    for row in rows:
        for name in (row["khmer"], row["latin"], *filter(None, row["latin_variants"].split(";"))):
            found = gazetteer.look_up(name)
            names = {candidate.place.khmer.replace("្ដ", "្ត") for candidate in found}
            variants = {variant for candidate in found for variant in candidate.place.variants}
            if row["khmer"].replace("្ដ", "្ត") not in names | variants:
                missed.append(name)
    assert len(missed) <= len(rows) // 20, missed
