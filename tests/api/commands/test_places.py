"""`elijah places`: how a place was read, and the official gazetteer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.api.commands.running import Elijah
from tests.api.commands.samples import loaded

GAZETTEER = "code,level,unit,khmer\n02,province,ខេត្ត,បាត់ដំបង\n0299,district,ស្រុក,ភ្នំចាស់\n029901,commune,ឃុំ,អូរខ្មៅ\n"


def candidates(elijah: Elijah, text: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = elijah("places", "show", text, "--json").json["candidates"]
    return found


@pytest.mark.parametrize("text", ["Battambang", "បាត់ដំបង", "ខេត្តបាត់ដំបង", "02", "2"])
def test_a_province_is_found_in_either_script_and_by_code(elijah: Elijah, text: str) -> None:
    assert candidates(elijah, text)[0]["code"] == "02"


@pytest.mark.parametrize("text", ["", "NaN", "មិនដឹង"])
def test_nothing_known_is_an_empty_list(elijah: Elijah, text: str) -> None:
    assert candidates(elijah, text) == []


def test_a_foreign_place_has_a_code_that_names_its_country(elijah: Elijah) -> None:
    code = str(candidates(elijah, "Bangkok")[0]["code"])
    assert code.startswith("TH")


def test_a_file_is_answered_line_by_line(elijah: Elijah, tmp_path: Path) -> None:
    path = tmp_path / "places.txt"
    path.write_text("Kampot\n\nបាត់ដំបង\n", encoding="utf-8")
    answers = [json.loads(line) for line in elijah("places", "show", "--file", path, "--json").out.splitlines()]
    assert [answer["text"] for answer in answers] == ["Kampot", "", "បាត់ដំបង"]
    assert [bool(answer["candidates"]) for answer in answers] == [True, False, True]


def test_an_official_gazetteer_without_latin_names_is_found_by_latin_spelling(elijah: Elijah, tmp_path: Path) -> None:
    path = tmp_path / "official.csv"
    path.write_text(GAZETTEER, encoding="utf-8")
    assert elijah("places", "import", path, "--json").json == {"imported": 3}
    assert candidates(elijah, "Ou Khmau")[0]["code"] == "029901"


def test_records_loaded_before_the_import_are_found_by_the_new_places(elijah: Elijah, tmp_path: Path) -> None:
    loaded(elijah, tmp_path)
    path = tmp_path / "official.csv"
    path.write_text(GAZETTEER, encoding="utf-8")
    assert elijah("places", "import", path).code == 0
    assert elijah("index", "status", "--json").json["records"] == 3


@pytest.mark.parametrize(
    "text", ["", "a,b\n1,2\n", "code,level,unit,khmer\n02,province\n"], ids=["empty", "other columns", "cut"]
)
def test_a_file_that_is_no_gazetteer_changes_nothing(elijah: Elijah, tmp_path: Path, text: str) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text(text, encoding="utf-8")
    done = elijah("places", "import", path)
    assert done.code == 2
    assert candidates(elijah, "Battambang")[0]["code"] == "02"
