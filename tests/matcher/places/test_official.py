from __future__ import annotations

import pytest

from matcher.errors import InputError
from matcher.places import read_gazetteer
from tests.matcher.places.builders import ROWS, best, shared_rows, small


def changed(index: int, **cells: str) -> list[dict[str, str]]:
    return [row | cells if number == index else row for number, row in enumerate(ROWS)]


def failure(rows: list[dict[str, str]]) -> InputError:
    with pytest.raises(InputError) as caught:
        read_gazetteer(rows)
    return caught.value


def test_every_row_is_a_place_with_its_level_and_province() -> None:
    places = read_gazetteer(ROWS)
    assert len(places) == len(ROWS)
    assert (places[3].code, places[3].level, places[3].khmer, places[3].province) == (
        "020201",
        "commune",
        "តាពូង",
        "02",
    )


def test_latin_and_the_other_columns_may_be_missing() -> None:
    rows = [{key: row[key] for key in ("code", "level", "unit", "khmer")} for row in ROWS]
    assert all(place.latin == "" for place in read_gazetteer(rows))


def test_a_second_romanisation_is_a_variant() -> None:
    (place,) = read_gazetteer([ROWS[0] | {"ungegn": "Bătdâmbâng"}])
    assert place.variants == ("Bătdâmbâng",)


def test_khmer_digits_in_a_code_are_read() -> None:
    assert read_gazetteer([ROWS[0] | {"code": "០២"}])[0].code == "02"


@pytest.mark.parametrize(
    ("index", "cells", "column", "row"),
    [
        (3, {"code": "20201"}, "code", 5),
        (3, {"code": "02020x"}, "code", 5),
        (3, {"code": ""}, "code", 5),
        (4, {"code": "020201"}, "code", 6),
        (4, {"code": "999901"}, "code", 6),
        (4, {"level": "village"}, "level", 6),
        (4, {"level": ""}, "level", 6),
        (5, {"khmer": " "}, "khmer", 7),
    ],
)
def test_a_bad_row_is_refused_with_its_row_and_column(index: int, cells: dict[str, str], column: str, row: int) -> None:
    error = failure(changed(index, **cells))
    assert error.column == column
    assert f"row {row}" in error.message


def test_a_missing_column_is_named() -> None:
    error = failure([{"code": "02", "level": "province", "khmer": "បាត់ដំបង"}])
    assert error.column == "unit"
    assert "unit" in error.message


def test_a_file_without_places_is_refused_with_its_header() -> None:
    with pytest.raises(InputError, match="code,level,unit,khmer"):
        read_gazetteer([])


def test_an_imported_place_is_found_and_the_shipped_ones_stay() -> None:
    gazetteer = small()
    assert best("02020102", gazetteer) == "02020102"
    assert best("Phnom Penh", gazetteer) == "12"
    assert len(gazetteer) == len(small())


def test_an_imported_name_of_a_known_code_is_a_variant_beside_the_shipped_ones() -> None:
    gazetteer = small().extended(read_gazetteer([ROWS[0] | {"latin": "Baddambang"}]))
    assert best("Baddambang", gazetteer) == best("Phratabong", gazetteer) == "02"


def test_the_whole_official_file_is_read() -> None:
    places = read_gazetteer(shared_rows("third_party/gazetteer/ncdd.csv"))
    assert len(places) == 16_465
