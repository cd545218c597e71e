from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.api.commands.running import Elijah


def _file(path: Path, pairs: list[tuple[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("a", "b"), *pairs])
    return path


def _lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_two_names_are_compared_with_their_alignment(elijah: Elijah) -> None:
    done = elijah("names", "compare", "សុខ ដារ៉ា", "Dara SOKH", "--json")
    assert done.code == 0
    assert done.json["a"] == "សុខ ដារ៉ា"
    assert done.json["b"] == "Dara SOKH"
    assert done.json["similarity"] == 1.0
    assert done.json["level"] == "same sounds"
    assert {"first": "D", "second": "D", "cost": 0.0} in done.json["alignment"]


def test_people_see_the_level_and_the_sounds_that_met(elijah: Elijah) -> None:
    done = elijah("names", "compare", "Sok", "Suk")
    assert done.code == 0
    assert done.out.splitlines()[0].startswith("Sok | Suk: 0.")
    assert len(done.out.splitlines()) == 4


def test_equal_names_are_one_and_the_best_level(elijah: Elijah) -> None:
    for name in ("Sok Dara", "១២៣", "សុខ"):
        done = elijah("names", "compare", name, name, "--json")
        assert (done.json["similarity"], done.json["level"]) == (1.0, "same name")


def test_pairs_of_a_file_are_answered_one_a_line_in_order(elijah: Elijah, tmp_path: Path) -> None:
    pairs = [("Sok Dara", "សុខ ដារ៉ា"), ("", "Dara"), ("Sok", "Heng"), ("a\nb", "a b"), ("a\u2028b", "Sok"), ("😀", "x")]
    done = elijah("names", "compare", "--pairs", _file(tmp_path / "pairs.csv", pairs), "--json")
    assert done.code == 0
    found = _lines(done.out)
    assert [(one["a"], one["b"]) for one in found] == pairs
    assert all(set(one) == {"a", "b", "similarity", "level"} for one in found)
    assert found[0]["similarity"] > 0.9
    assert found[1] == {"a": "", "b": "Dara", "similarity": 0.0, "level": "different"}


def test_a_pair_has_the_same_answer_alone_and_in_a_file_and_from_both_sides(elijah: Elijah, tmp_path: Path) -> None:
    pairs = [("Srey Pov", "Sok Sreypov"), ("Sok Sreypov", "Srey Pov")]
    forth, back = _lines(elijah("names", "compare", "--pairs", _file(tmp_path / "p.csv", pairs), "--json").out)
    alone = elijah("names", "compare", *pairs[0], "--json").json
    assert forth["similarity"] == back["similarity"] == alone["similarity"]
    assert forth["level"] == back["level"] == alone["level"]


def test_similarities_have_enough_digits_to_rank_by(elijah: Elijah, tmp_path: Path) -> None:
    pairs = [
        ("Sok Dara", f"{family} {given}") for family in ("Suk", "Sauk", "Soy") for given in ("Darea", "Dora", "Dary")
    ]
    found = _lines(elijah("names", "compare", "--pairs", _file(tmp_path / "p.csv", pairs), "--json").out)
    assert len({one["similarity"] for one in found}) == len(pairs)


def test_pairs_are_readable_without_json(elijah: Elijah, tmp_path: Path) -> None:
    done = elijah("names", "compare", "--pairs", _file(tmp_path / "p.csv", [("Sok", "Sokh")]))
    assert done.out == "Sok | Sokh: 1.000, same sounds\n"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [("x,y\n1,2\n", "no column a, b"), ("", "no column a, b"), ("a;b\n1;2\n", "no column a, b")],
)
def test_a_file_without_the_two_columns_is_refused(
    elijah: Elijah, tmp_path: Path, content: str, complaint: str
) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text(content, encoding="utf-8")
    done = elijah("names", "compare", "--pairs", path, "--json")
    assert done.code == 2
    assert complaint in done.err
    assert done.out == ""


def test_a_file_that_is_not_there_or_not_text_is_refused(elijah: Elijah, tmp_path: Path) -> None:
    assert elijah("names", "compare", "--pairs", tmp_path / "none.csv").code == 2
    (tmp_path / "bytes.csv").write_bytes(b"a,b\n\xff\xfe,x\n")
    done = elijah("names", "compare", "--pairs", tmp_path / "bytes.csv")
    assert done.code == 2
    assert "UTF-8" in done.err


def test_a_cell_beyond_what_a_csv_may_hold_is_refused_with_its_line(elijah: Elijah, tmp_path: Path) -> None:
    done = elijah("names", "compare", "--pairs", _file(tmp_path / "p.csv", [("Sok", "x" * 200_000)]))
    assert done.code == 2
    assert "line" in done.err


@pytest.mark.parametrize("words", [(), ("Sok",), ("Sok", "Dara", "Chan")])
def test_anything_but_two_names_or_a_file_is_refused(elijah: Elijah, words: tuple[str, ...]) -> None:
    assert elijah("names", "compare", *words).code == 2


def test_two_names_and_a_file_at_once_are_refused(elijah: Elijah, tmp_path: Path) -> None:
    pairs = _file(tmp_path / "p.csv", [("Sok", "Sokh")])
    assert elijah("names", "compare", "Sok", "Sokh", "--pairs", pairs).code == 2


@pytest.mark.parametrize(
    "name", ["", "S", "១២", "😀", "Soខk", "S" * 10_000, "្", "\u202eSok\u2069", "ស" * 10_000, "()", "'", "--"]
)
def test_any_text_is_compared_and_shown(elijah: Elijah, name: str) -> None:
    compared = elijah("names", "compare", "--json", "--", name, "Sok Dara")
    assert compared.code == 0
    assert 0 <= compared.json["similarity"] <= 1
    assert elijah("names", "show", "--json", "--", name).code == 0


def test_nul_in_a_file_is_read_over(elijah: Elijah, tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes(b"a,b\nSok\x00,Sok\n")
    (found,) = _lines(elijah("names", "compare", "--pairs", path, "--json").out)
    assert found["similarity"] == 1.0


def test_a_name_is_shown_with_clusters_sounds_readings_and_keys(elijah: Elijah) -> None:
    shown = elijah("names", "show", "សុខា (Sokha)", "--json").json
    assert shown["text"] == "សុខា (Sokha)"
    khmer, latin = shown["forms"]
    assert khmer["parts"][0]["clusters"] == ["សុ", "ខា"]
    assert [sound["sound"] for sound in khmer["parts"][0]["sounds"]] == ["S", "ុ/a", "Kh", "ា/a"]
    assert khmer["parts"][0]["sounds"][1]["readings"]["o"] > 0.5
    assert set(khmer["keys"]) & set(latin["keys"])


def test_people_see_how_a_name_was_read(elijah: Elijah) -> None:
    out = elijah("names", "show", "សុខា").out
    for word in ("clusters", "weight", "keys", "សុ"):
        assert word in out


def test_a_field_without_a_name_says_so(elijah: Elijah) -> None:
    assert elijah("names", "show", "១២").out == "nothing to compare in this name\n"
