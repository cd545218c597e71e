"""Matches and records out: the shape of the design, nothing a spreadsheet would run, whole or not at all, owner-only."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.loading import LoadReport, load
from indexer.store import Store
from indexer.writers import MATCH_COLUMNS, check_matches_target, check_records_target, write_matches, write_records
from indexer.writers.matches import summary
from matcher.errors import InputError
from tests.builders import intake, match_of, report

AT = datetime(2026, 1, 10, tzinfo=UTC)
SAMPLES = Path(__file__).parents[2] / "data" / "samples"
COLUMNS = ["query_id", "record_id", "rank", "score", "probability", "likelihood", "coverage", "evidence"]


def line(**changes: object) -> dict[str, Any]:
    match = match_of(intake(full_name="Dara SOKH", sex="male"), report(full_name="សុខ ដារ៉ា", sex="male"))
    return {"query_id": "shelter/1", **match.to_json(), **changes}


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sheet_rows(path: Path) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(path)
    (sheet,) = book.worksheets
    return list(sheet.iter_rows(values_only=True))


def test_matches_as_csv_have_one_line_a_match_and_exactly_these_columns(tmp_path: Path) -> None:
    out = tmp_path / "matches.csv"
    write_matches(out, [line(), line(query_id="shelter/2", score=-3.5, rank=2)])
    rows = csv_rows(out)
    assert list(rows[0]) == COLUMNS == list(MATCH_COLUMNS)
    assert [row["query_id"] for row in rows] == ["shelter/1", "shelter/2"]
    assert float(rows[0]["score"]) == line()["score"]
    assert (rows[1]["score"], rows[1]["rank"]) == ("-3.5", "2")
    assert "សុខ ដារ៉ា" in rows[0]["evidence"]


def test_matches_as_xlsx_have_numbers_that_are_numbers(tmp_path: Path) -> None:
    out = tmp_path / "matches.XLSX"
    write_matches(out, [line(score=-3.5)])
    header, row = sheet_rows(out)
    assert list(header) == COLUMNS
    assert row[2:4] == (1, -3.5)
    assert row[4] == pytest.approx(line()["probability"])


def test_matches_as_json_lines_have_one_whole_match_a_line(tmp_path: Path) -> None:
    out = tmp_path / "matches.jsonl"
    write_matches(out, [line(), line(rank=2)])
    assert [json.loads(text) for text in out.read_text(encoding="utf-8").splitlines()] == [line(), line(rank=2)]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".jsonl"])
def test_no_match_gives_a_file_all_the_same(tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"none{suffix}"
    write_matches(out, [])
    if suffix == ".csv":
        assert out.read_text(encoding="utf-8").strip() == ",".join(COLUMNS)
    elif suffix == ".xlsx":
        assert [list(row) for row in sheet_rows(out)] == [COLUMNS]
    else:
        assert out.read_bytes() == b""


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("evil", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1"])
def test_ids_and_evidence_that_look_like_formulas_are_neutralised(tmp_path: Path, suffix: str, evil: str) -> None:
    out = tmp_path / f"matches{suffix}"
    write_matches(out, [line(query_id=evil, record_id=evil)])
    cells = list(csv_rows(out)[0].values()) if suffix == ".csv" else list(sheet_rows(out)[1])
    assert cells[:2] == [f"'{evil}", f"'{evil}"]
    texts = [cell for cell in cells if isinstance(cell, str)]
    assert not any(text.startswith(("=", "+", "@", "\t")) for text in texts)


def test_the_summary_names_each_piece_of_evidence_strongest_first_and_the_prior() -> None:
    text = summary(line(caps=[]))
    weights = [abs(row["weight"]) for row in line()["evidence"]]
    parts = text.split("; ")
    assert len(parts) == len(weights) + 1
    assert parts[-1] == f"prior {line()['prior']:+.1f}"
    assert [abs(float(part.split()[1])) for part in parts[:-1]] == sorted((round(w, 1) for w in weights), reverse=True)


def test_the_summary_says_first_that_a_match_is_held_or_may_be_a_sibling() -> None:
    assert summary(line(held=True)).startswith("HELD for a senior reviewer; ")
    assert summary(line(outcome="same_family")).startswith("may be a brother or sister; ")
    assert "capped: names only" in summary(line(caps=["names only"]))


@pytest.mark.parametrize("name", ["matches", "matches.txt", "matches.pdf", ".csv"])
def test_an_unknown_kind_of_file_is_refused_before_any_work(tmp_path: Path, name: str) -> None:
    for check in (check_matches_target, check_records_target):
        with pytest.raises(InputError, match="unknown kind of file"):
            check(tmp_path / name)


def test_records_are_not_written_as_json_lines(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.csv, \.xlsx"):
        check_records_target(tmp_path / "all.jsonl")


def test_a_folder_or_a_place_under_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="is a folder"):
        check_matches_target(tmp_path / "folder.csv")
    with pytest.raises(InputError, match="cannot be written to"):
        check_matches_target(tmp_path / "file" / "matches.csv")


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".jsonl"])
def test_only_the_owner_may_read_what_was_written(tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"matches{suffix}"
    out.touch(mode=0o644)
    write_matches(out, [line()])
    assert out.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "all.xlsx"
    write_records(out, [report(full_name="Sok")])
    before = out.read_bytes()
    with pytest.raises(InputError, match=r"32,767 characters; write a \.csv file"):
        write_records(out, [report(description="x" * 40_000)])
    assert out.read_bytes() == before
    assert list(tmp_path.iterdir()) == [out]


def test_a_cell_that_is_too_long_for_a_sheet_fits_a_csv(tmp_path: Path) -> None:
    assert write_records(tmp_path / "all.csv", [report(description="x" * 40_000)]) == 1


def test_control_characters_that_a_sheet_cannot_hold_are_left_out(tmp_path: Path) -> None:
    write_records(tmp_path / "all.xlsx", [report(description="a\x07b")])
    assert sheet_rows(tmp_path / "all.xlsx")[1][3] == "ab"


FULL_DISK = """
import resource, sys
from pathlib import Path
from indexer.writers import write_records
from matcher.errors import InputError
from matcher.record import Record

folder, suffix = Path(sys.argv[1]), sys.argv[2]
rows = [Record.from_flat({"record_id": f"a/{at}", "kind": "report", "description": str(at) * 99}) for at in range(200)]
write_records(folder / f"warm{suffix}", rows)  # so that everything is imported before the disk is full
resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))
try:
    write_records(folder / f"all{suffix}", rows)
except InputError as error:
    print(error.message)
    print(sorted(path.name for path in folder.iterdir()))
"""


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_full_disk_is_said_in_plain_words_and_leaves_the_old_file_alone(tmp_path: Path, suffix: str) -> None:
    """The limit on the size of a file stands for the full disk: the same error at the same place."""
    out = tmp_path / f"all{suffix}"
    out.write_text("old", encoding="utf-8")
    run = [sys.executable, "-B", "-W", "error", "-c", FULL_DISK, str(tmp_path), suffix]
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run(run, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[2], env=env)
    assert "the disk is full" in done.stdout
    assert done.stderr == ""
    assert out.read_text(encoding="utf-8") == "old"
    assert f"['all{suffix}', 'warm{suffix}']" in done.stdout


def test_a_folder_without_the_right_to_write_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        os, "access", lambda folder, rights: Path(folder) != tmp_path
    )  # root, who tests, may write anywhere
    with pytest.raises(InputError, match="cannot be written to"):
        check_matches_target(tmp_path / "new" / "matches.csv")


def test_records_have_the_columns_that_occur_in_the_order_of_the_design_then_the_unknown(tmp_path: Path) -> None:
    out = tmp_path / "all.csv"
    records = [report(block="B7", full_name="Sok"), intake(sex="male", room="2", phones="+855 12 345 678; 098")]
    assert write_records(out, iter(records)) == 2
    rows = csv_rows(out)
    assert list(rows[0]) == [
        "record_id", "kind", "status", "full_name", "sex", "phones", "consent_for_tracing", "block", "room",
    ]  # fmt: skip
    assert (rows[1]["phones"], rows[1]["consent_for_tracing"]) == ("'+855 12 345 678; 098", "true")
    assert (rows[0]["room"], rows[1]["room"]) == ("", "2")


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_no_record_gives_a_header(tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"none{suffix}"
    assert write_records(out, []) == 0
    assert (csv_rows(out) if suffix == ".csv" else sheet_rows(out)[1:]) == []


def loaded_twice(path: Path, suffix: str, store: Store) -> tuple[LoadReport, LoadReport]:
    """Load a file, export what it gave, load the export."""
    first = load([path], store, kind=None, source=None, at=AT)
    export = path.with_name(f"export{suffix}")
    write_records(export, (stored.record for stored in store.records()))
    return first, load([export], store, kind=None, source=None, at=AT)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("sample", ["reports.csv", "intakes.csv"])
def test_the_samples_exported_and_loaded_again_are_unchanged(tmp_path: Path, sample: str, suffix: str) -> None:
    path = tmp_path / sample
    path.write_bytes((SAMPLES / sample).read_bytes())
    with Store.open(f"sqlite:///{tmp_path / 'elijah.db'}") as store:
        first, again = loaded_twice(path, suffix, store)
    assert first.rejected == []
    assert (again.created, again.updated, again.unchanged) == (0, 0, first.created)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path_factory.mktemp('store') / 'elijah.db'}") as store:
        yield store


HEADER = ("record_id", "kind", "full_name", "phones", "marks", "description", "age", "= mine", "full_name")
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Co", "Cn", "Cc"]), max_size=8)
CELLS = WORDS | st.sampled_from(
    ["=1+1", "+855 12", "12345678.0", "-", "@x", "'=x", "a;b", "a\nb", '"', "1.0", "៧", " x "]
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(*[CELLS] * 7), min_size=1, max_size=4), st.sampled_from([".csv", ".xlsx"]))
def test_whatever_the_cells_an_export_loaded_again_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, store: Store, rows: list[tuple[str, ...]], suffix: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "arrivals.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *([f"a/{at}", "report", *row] for at, row in enumerate(rows))])
    first, again = loaded_twice(path, suffix, store)
    assert [found.column for found in first.rejected if found.column not in ("age",)] == []
    assert (again.created, again.updated, again.rejected) == (0, 0, [])
    assert again.unchanged == store.count()
