"""`elijah check`: a spreadsheet against what is open, nothing stored, answers as a file."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pytest

from tests.api.commands.running import Elijah
from tests.indexer.readers.files import csv_file, xlsx_file

SAMPLES = Path(__file__).parents[3] / "data" / "samples"
REPORTS = "record_id,kind,full_name,sex,father_name\npolice/1,report,សុខ ដារ៉ា,male,សុខ វុទ្ធ\n=1/2,report,Heng Bopha,f,\n"
ARRIVALS = "Name,Sex,Father\nSokh Dara,m,Sok Vuth\n\nHeng Bopha,f,\n"
COLUMNS = ["query_id", "record_id", "rank", "score", "probability", "likelihood", "coverage", "evidence"]


@pytest.fixture
def loaded(elijah: Elijah, tmp_path: Path) -> Elijah:
    assert elijah("load", csv_file(tmp_path, REPORTS, name="reports.csv")).code == 0
    return elijah


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_arrivals_without_ids_are_checked_and_named_by_their_rows(loaded: Elijah, tmp_path: Path) -> None:
    done = loaded("check", csv_file(tmp_path, ARRIVALS), "--json")
    assert done.code == 0
    best = {line["query_id"]: line["record_id"] for line in reversed(done.json["matches"])}
    assert best == {"row/2": "police/1", "row/4": "=1/2"}


def test_nothing_is_stored(loaded: Elijah, tmp_path: Path) -> None:
    loaded("check", csv_file(tmp_path, ARRIVALS))
    assert loaded("index", "status", "--json").json["records"] == 2


def test_csv_xlsx_and_json_lines_hold_the_same_matches(loaded: Elijah, tmp_path: Path) -> None:
    path = csv_file(tmp_path, ARRIVALS)
    outs = [tmp_path / f"matches{suffix}" for suffix in (".csv", ".xlsx", ".jsonl")]
    for out in outs:
        done = loaded("check", path, "--out", out)
        assert (done.code, out.stat().st_mode & 0o777) == (0, 0o600)
        assert done.out.startswith("2 rows checked, ")
    rows = csv_rows(outs[0])
    header, *cells = openpyxl.load_workbook(outs[1]).worksheets[0].iter_rows(values_only=True)
    lines = [json.loads(text) for text in outs[2].read_text(encoding="utf-8").splitlines()]
    assert list(rows[0]) == list(header) == COLUMNS
    assert [row["query_id"] for row in rows] == [cell[0] for cell in cells] == [line["query_id"] for line in lines]
    assert [float(row["score"]) for row in rows] == [cell[3] for cell in cells] == [line["score"] for line in lines]
    assert {"evidence", "caps", "prior", "model"} <= set(lines[0])


def test_an_id_that_looks_like_a_formula_is_neutralised(loaded: Elijah, tmp_path: Path) -> None:
    out = tmp_path / "matches.csv"
    loaded("check", csv_file(tmp_path, ARRIVALS), "--out", out)
    assert "'=1/2" in [row["record_id"] for row in csv_rows(out)]


def test_the_kind_of_a_row_decides_what_it_is_checked_against(loaded: Elijah, tmp_path: Path) -> None:
    arrivals = csv_file(tmp_path, "kind,full_name\nreport,Heng Bopha\nintake,Heng Bopha\n")
    matches = loaded("check", arrivals, "--json").json["matches"]
    assert {line["query_id"] for line in matches} == {"row/3"}
    without = csv_file(tmp_path, "full_name\nHeng Bopha\n")
    assert loaded("check", without, "--kind", "report", "--json").json["matches"] == []


def test_the_limit_is_for_each_row(loaded: Elijah, tmp_path: Path) -> None:
    matches = loaded("check", csv_file(tmp_path, ARRIVALS), "--limit", "1", "--json").json["matches"]
    assert [line["query_id"] for line in matches] == ["row/2", "row/4"]


def test_a_bad_row_is_reported_and_the_others_are_checked(loaded: Elijah, tmp_path: Path) -> None:
    done = loaded("check", csv_file(tmp_path, f"{ARRIVALS}Chan,alien,\n"), "--json")
    assert done.code == 1
    assert [(found["row"], found["column"]) for found in done.json["rejected"]] == [(5, "sex")]
    assert {line["query_id"] for line in done.json["matches"]} == {"row/2", "row/4"}


def test_a_bad_row_is_told_on_standard_error(loaded: Elijah, tmp_path: Path) -> None:
    done = loaded("check", csv_file(tmp_path, f"{ARRIVALS}Chan,alien,\n"), "--out", tmp_path / "m.csv")
    assert done.code == 1
    assert "row 5, column sex: unknown sex" in done.err


@pytest.mark.parametrize("name", ["matches.txt", "matches", "matches.pdf"])
def test_an_unknown_kind_of_answer_is_refused_before_the_file_is_even_read(
    elijah: Elijah, tmp_path: Path, name: str
) -> None:
    done = elijah("check", tmp_path / "nowhere.csv", "--out", tmp_path / name)
    assert done.code == 2
    assert "unknown kind of file" in done.err


def test_the_answer_never_replaces_the_question(loaded: Elijah, tmp_path: Path) -> None:
    path = csv_file(tmp_path, ARRIVALS)
    done = loaded("check", path, "--out", path)
    assert done.code == 2
    assert "being checked" in done.err
    assert path.read_text(encoding="utf-8") == ARRIVALS


def test_a_header_alone_gives_an_empty_answer(loaded: Elijah, tmp_path: Path) -> None:
    out = tmp_path / "matches.csv"
    done = loaded("check", csv_file(tmp_path, "Name,Sex\n"), "--out", out)
    assert (done.code, csv_rows(out)) == (0, [])
    assert "has a header and no rows" in done.err


def test_a_file_that_cannot_be_read_is_named(loaded: Elijah, tmp_path: Path) -> None:
    done = loaded("check", csv_file(tmp_path, "", name="empty.csv"))
    assert done.code == 2
    assert "empty.csv: is empty" in done.err


def test_a_real_workbook_of_arrivals_is_checked(loaded: Elijah, tmp_path: Path) -> None:
    arrivals = xlsx_file(tmp_path, [["ឈ្មោះ (Name)", "ភេទ"], ["Sokh Dara", "ប្រុស"]], [])
    assert loaded("check", arrivals, "--json").json["matches"][0]["record_id"] == "police/1"


def test_the_sample_arrivals_bring_up_the_reports_that_their_readme_names(elijah: Elijah, tmp_path: Path) -> None:
    assert elijah("load", SAMPLES / "reports.csv", SAMPLES / "intakes.csv").code == 0
    out = tmp_path / "matches.xlsx"
    assert elijah("check", SAMPLES / "arrivals.xlsx", "--out", out).code == 0
    _, *cells = openpyxl.load_workbook(out).worksheets[0].iter_rows(values_only=True)
    first = {str(cell[0]): cell[1] for cell in cells if cell[2] == 1}
    assert first["shelter/N26-001"] == "police/M24-011"
