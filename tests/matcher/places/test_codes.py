from __future__ import annotations

import pytest

from matcher.places.codes import parents, read_code
from tests.matcher.places.builders import best, look_up


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("02", "02"),
        ("0203", "0203"),
        ("020306", "020306"),
        ("02030601", "02030601"),
        ("០២០៣", "0203"),
        (" 02 ", "02"),
    ],
)
def test_an_official_code_is_read_as_it_stands(written: str, code: str) -> None:
    assert read_code(written) == code


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("2", "02"),
        ("203", "0203"),
        ("20306", "020306"),
        ("2030601", "02030601"),
        ("២", "02"),
        ("203.0", "0203"),
    ],
)
def test_a_leading_zero_that_a_spreadsheet_dropped_is_put_back(written: str, code: str) -> None:
    assert read_code(written) == code


@pytest.mark.parametrize(("written", "code"), [("KH-2", "02"), ("KH0203", "0203"), ("kh-25", "25"), ("KH-12", "12")])
def test_iso_and_boundary_codes_are_read(written: str, code: str) -> None:
    assert read_code(written) == code


@pytest.mark.parametrize("written", ["", "abc", "123456789", "0", "00", "12-34", "Phum 3", "1.5"])
def test_what_is_no_code_is_not_read_as_one(written: str) -> None:
    assert read_code(written) == ""


def test_parents_come_nearest_first() -> None:
    assert parents("02030601") == ["020306", "0203", "02"]
    assert parents("02") == []


def test_a_code_in_the_gazetteer_is_certain() -> None:
    (only,) = look_up("0203")
    assert (only.place.code, only.probability) == ("0203", 1.0)


def test_a_code_below_the_gazetteer_gives_the_unit_around_it() -> None:
    (only,) = look_up("020306")
    assert only.place.code == "0203"
    assert only.probability < 1


@pytest.mark.parametrize("written", ["99", "9999", "77777777", "0"])
def test_a_code_of_nothing_gives_nothing(written: str) -> None:
    assert look_up(written) == ()


@pytest.mark.parametrize("written", ["TH", "th", "TH-bangkok", "1407-neak-loeung"])
def test_our_own_codes_are_codes_too(written: str) -> None:
    assert best(written).lower() == written.lower()
