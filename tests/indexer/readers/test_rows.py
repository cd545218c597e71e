"""Ids, kinds and cells that are unfit: which row is taken, which is not, and what is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.readers import RowReader
from matcher.errors import InputError
from matcher.record import Kind
from tests.indexer.readers.files import csv_file, read, xlsx_file


def test_a_source_is_put_before_ids_that_have_none(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "record_id,kind\n17,intake\nshelter/18,intake\n19.0,intake\n")
    assert read(path, source="hospital").ids == ["hospital/17", "shelter/18", "hospital/19"]


@pytest.mark.parametrize("source", ["", " ", "a/b", "-"])
def test_a_source_that_would_break_ids_is_refused(source: str) -> None:
    with pytest.raises(InputError, match="--source"):
        RowReader(source=source)


def test_a_row_without_record_id_is_rejected(tmp_path: Path) -> None:
    found = read(csv_file(tmp_path, "record_id,kind,full_name\n,report,Sok\n-,report,Chan\na/3,report,Dara\n"))
    assert found.places == [(2, "record_id"), (3, "record_id")]
    assert found.ids == ["a/3"]


def test_a_file_without_a_column_record_id_has_all_rows_rejected_and_says_why(tmp_path: Path) -> None:
    found = read(csv_file(tmp_path, "kind,full_name,sex\nreport,Sok,male\n"))
    assert found.places == [(2, "record_id")]
    assert [(note.row, note.column) for note in found.notes] == [(1, "record_id")]


def test_a_row_that_will_not_be_stored_needs_no_id(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "record_id,full_name\n,Sok\nmine/1,Chan\n5,Dara\n")
    assert read(path, kind=Kind.INTAKE, anonymous_ids=True).ids == ["row/2", "mine/1", "5"]


def test_a_file_that_will_not_be_stored_needs_no_id_at_all(tmp_path: Path) -> None:
    found = read(csv_file(tmp_path, "full_name,sex\nSok,male\n\nChan,\n"), kind=Kind.INTAKE, anonymous_ids=True)
    assert found.ids == ["row/2", "row/4"]
    assert found.notes == []


def test_a_running_number_under_another_name_needs_a_source(tmp_path: Path) -> None:
    """Otherwise the first child of one list would overwrite the first child of the next."""
    path = csv_file(tmp_path, "ID,kind,full_name\n1,intake,Sok\nshelter/2,intake,Chan\n")
    found = read(path)
    assert found.places == [(2, "ID")]
    assert "--source" in found.rejected[0].message
    assert found.ids == ["shelter/2"]
    assert read(path, source="hospital").ids == ["hospital/1", "shelter/2"]


def test_a_kind_of_the_row_goes_before_the_given_one(tmp_path: Path) -> None:
    found = read(csv_file(tmp_path, "record_id,kind\na/1,report\na/2,\n"), kind=Kind.INTAKE)
    assert [record.kind for record in found.records] == [Kind.REPORT, Kind.INTAKE]


@pytest.mark.parametrize(
    ("row", "column"),
    [("a/1,lost dog,,,", "kind"), ("a/1,,,,", "kind"), ("a/1,report,maybe,,", "status"), ("a/1,report,,alien,", "sex"),
     (f"{'a' * 201},report,,,", "record_id")],
)  # fmt: skip
def test_one_unfit_cell_rejects_its_row_and_names_the_column(tmp_path: Path, row: str, column: str) -> None:
    found = read(csv_file(tmp_path, f"record_id,kind,status,sex,full_name\n{row}\na/9,report,,,Sok\n"))
    assert found.places == [(2, column)]
    assert found.ids == ["a/9"]


def test_a_rejection_names_the_column_as_the_file_has_it(tmp_path: Path) -> None:
    found = read(csv_file(tmp_path, "record_id,kind,ភេទ\na/1,report,alien\n"))
    assert found.places == [(2, "ភេទ")]


def test_a_rejection_says_nothing_of_what_the_row_holds(tmp_path: Path) -> None:
    found = read(csv_file(tmp_path, "record_id,kind,full_name\na/1,Bopha,Sokha Chan\n"))
    shown = found.rejected[0].to_json()
    assert set(shown) == {"file", "row", "column", "message"}
    assert "Bopha" not in str(shown)
    assert "Sokha" not in repr(found.rejected[0])
    assert found.rejected[0].source_row["full_name"] == "Sokha Chan"
    assert found.rejected[0].record_id == "a/1"


def test_a_rejected_row_is_known_by_its_full_id(tmp_path: Path) -> None:
    found = read(csv_file(tmp_path, "record_id,kind\n1,alien\n"), source="police")
    assert found.rejected[0].record_id == "police/1"


@pytest.mark.parametrize("text", ["2015-02-30", "30/2/2014", "2015-13-01"])
@pytest.mark.parametrize("column", ["date_of_birth", "last_seen_date", "recorded_on"])
def test_a_day_that_does_not_exist_rejects_the_row(tmp_path: Path, column: str, text: str) -> None:
    found = read(csv_file(tmp_path, f"record_id,kind,{column}\na/1,report,{text}\na/2,report,2015-02-28\n"))
    assert found.places == [(2, column)]
    assert found.ids == ["a/2"]
    assert found.rejected[0].source_row[column] == text


@pytest.mark.parametrize("text", ["in the rains maybe", "about 2015", "ឆ្នាំមមែ", "2015", "ព.ស. ២៥៥៨", "15/4/2015", "3?"])
def test_what_is_only_not_understood_as_a_date_is_kept_as_written(tmp_path: Path, text: str) -> None:
    found = read(csv_file(tmp_path, f"record_id,kind,date_of_birth\na/1,report,{text}\n"))
    assert found.only.date_of_birth == text


def test_a_telephone_number_without_its_last_digits_is_left_out_and_spoken_of(tmp_path: Path) -> None:
    found = read(csv_file(tmp_path, "record_id,kind,phone\na/1,report,8.55E+10\n"))
    assert found.only.phones == ()
    assert [(note.row, note.column, note.finding) for note in found.notes] == [(2, "phone", False)]
    assert found.rows[0].source_row["phone"] == "8.55E+10"


def test_numbers_with_a_point_are_whole_in_every_column_that_is_not_free_text(tmp_path: Path) -> None:
    record = read(csv_file(tmp_path, "record_id,kind,age,height_cm,description\na/1.0,report,12.0,140.0,1.0\n")).only
    assert (record.age, record.height_cm, record.description) == ("12", "140", "1.0")


def test_rows_of_csv_and_xlsx_give_the_same_records(tmp_path: Path) -> None:
    header = ["Record ID", "kind", "ឈ្មោះ", "age", "phone", "found date", "remark"]
    row = ["shelter/1", "intake", "សុខ ដារ៉ា (Sok Dara)", "9", "012345678", "2024-05-06", "=x"]
    text = "\n".join(",".join(cells) for cells in (header, row))
    neutral = [*row[:-1], "'=x"]
    assert read(csv_file(tmp_path, text)).only == read(xlsx_file(tmp_path, [header, neutral])).only
