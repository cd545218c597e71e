"""`elijah dates show`: one text, or a file of texts, one answer each, in order."""

from __future__ import annotations

import json
from pathlib import Path

from tests.api.commands.running import Elijah


def test_a_date_written_out_in_khmer(elijah: Elijah) -> None:
    answer = elijah("dates", "show", "ថ្ងៃទី១៥ ខែមេសា ឆ្នាំ២០១៥", "--json").json
    assert (answer["earliest"], answer["latest"]) == ("2015-04-15", "2015-04-15")


def test_a_file_is_answered_line_by_line_in_order(elijah: Elijah, tmp_path: Path) -> None:
    path = tmp_path / "dates.txt"
    texts = ["2015-04-15", "", "2015-02-30", "2015", "before 2010", "no date at all"]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    answers = [json.loads(line) for line in elijah("dates", "show", "--file", path, "--json").out.splitlines()]
    assert [answer["text"] for answer in answers] == texts
    assert answers[0]["earliest"] == "2015-04-15"
    assert "error" in answers[1]
    assert "error" in answers[2]
    assert (answers[3]["earliest"], answers[3]["latest"]) == ("2015-01-01", "2015-12-31")
    assert answers[4]["earliest"] is None
    assert "error" in answers[5]


def test_a_bare_animal_year_has_its_other_readings_beside_it(elijah: Elijah) -> None:
    answer = elijah("dates", "show", "ឆ្នាំមមែ", "--json").json
    assert len(answer["alternatives"]) > 1


def test_a_file_that_is_missing_is_named(elijah: Elijah, tmp_path: Path) -> None:
    done = elijah("dates", "show", "--file", tmp_path / "none.txt")
    assert done.code == 2
    assert "none.txt" in done.err


def test_nothing_to_read_is_said(elijah: Elijah) -> None:
    assert elijah("dates", "show").code == 2
