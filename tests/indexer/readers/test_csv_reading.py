"""Every tolerance of a CSV that the design names, and what a bad row costs."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.errors import InputError
from matcher.record import Kind
from tests.indexer.readers.files import csv_file, read

PLAIN = "record_id,kind,full_name,sex\npolice/1,report,Sok Dara,male\n"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_separator_line_end_and_byte_order_mark_do_not_matter(
    tmp_path: Path, separator: str, end: str, mark: str
) -> None:
    path = csv_file(tmp_path, mark + PLAIN.replace(",", separator).replace("\n", end))
    assert read(path).only.full_name == "Sok Dara"


def test_headers_may_stand_in_any_order_and_case_with_spaces_around(tmp_path: Path) -> None:
    record = read(csv_file(tmp_path, " SEX , Full Name,KIND ,Record-ID\nmale,Sok Dara,report,police/1\n")).only
    assert (record.record_id, record.kind, record.full_name, record.sex) == (
        "police/1", Kind.REPORT, "Sok Dara", "male",
    )  # fmt: skip


def test_blank_rows_are_passed_over_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    found = read(csv_file(tmp_path, "record_id,kind\n\na/1,report\n,\n  , \na/2,report\n\n"))
    assert [row.row for row in found.rows] == [3, 6]
    assert found.rejected == []


def test_the_hxl_row_of_kobotoolbox_is_passed_over(tmp_path: Path) -> None:
    text = "record_id;kind;full_name;remark\r\n#meta+id;#meta+kind;#indicator+name;\r\na/1;report;Sok;x\r\n"
    assert read(csv_file(tmp_path, text)).ids == ["a/1"]


def test_a_later_row_that_begins_with_a_hash_is_a_row(tmp_path: Path) -> None:
    assert read(csv_file(tmp_path, "record_id,kind\na/1,report\n#2,report\n")).ids == ["a/1", "#2"]


def test_tags_in_the_middle_are_a_row_that_is_not_silently_dropped(tmp_path: Path) -> None:
    assert read(csv_file(tmp_path, "record_id,kind\na/1,report\n#2,#report\n")).places == [(3, "kind")]


def test_the_separator_that_brings_out_most_columns_is_taken(tmp_path: Path) -> None:
    text = "Name, Sex\nrecord_id;kind;full_name;sex\na/1;report;Sok;male\n"
    assert read(csv_file(tmp_path, text)).only.full_name == "Sok"


def test_the_header_repeated_in_the_middle_is_passed_over(tmp_path: Path) -> None:
    text = "Record ID,kind\na/1,report\nRecord ID,kind\na/2,report\n"
    assert read(csv_file(tmp_path, text)).ids == ["a/1", "a/2"]


def test_titles_above_the_header_are_passed_over(tmp_path: Path) -> None:
    text = "Arrivals in March;;\nfilled in by the night shift;;\n;;\nrecord_id;kind;full_name\na/1;report;Sok, Dara\n"
    found = read(csv_file(tmp_path, text))
    assert found.only.full_name == "Sok, Dara"
    assert found.rows[0].row == 5


def test_the_separator_that_excel_declares_is_obeyed_and_not_counted_as_a_row(tmp_path: Path) -> None:
    found = read(csv_file(tmp_path, "sep=;\nrecord_id;kind;full_name\na/1;report;Sok, Dara\n"))
    assert (found.only.full_name, found.rows[0].row) == ("Sok, Dara", 2)


def test_a_cell_may_hold_separators_quotation_marks_and_lines(tmp_path: Path) -> None:
    text = 'record_id,kind,description\na/1,report,"first, ""second""\nthird"\n'
    assert read(csv_file(tmp_path, text)).only.description == 'first, "second"\nthird'


def test_a_short_row_lacks_only_what_is_missing(tmp_path: Path) -> None:
    assert read(csv_file(tmp_path, "record_id,kind,full_name,sex\na/1,report,Sok\n")).only.full_name == "Sok"


def test_empty_cells_beyond_the_header_do_no_harm(tmp_path: Path) -> None:
    assert read(csv_file(tmp_path, "record_id,kind\na/1,report,,\n")).ids == ["a/1"]


def test_a_row_whose_cells_have_slipped_is_rejected_and_the_rest_is_read(tmp_path: Path) -> None:
    text = "record_id,kind,found_place,full_name\na/1,intake,Phnom Penh, Dangkor,Sok\na/2,intake,Pailin,Chan\n"
    found = read(csv_file(tmp_path, text))
    assert found.places == [(2, "")]
    assert "quotation marks" in found.rejected[0].message
    assert found.ids == ["a/2"]


def test_the_source_row_is_kept_as_it_was_written(tmp_path: Path) -> None:
    found = read(csv_file(tmp_path, "Record ID,Kind,Phone,x\n a/1 ,report,12345678,'=y\n"))
    assert found.rows[0].source_row == {"Record ID": " a/1 ", "Kind": "report", "Phone": "12345678", "x": "'=y"}
    assert found.only.phones == ("012345678",)
    assert found.only.extra == {"x": "=y"}


def test_unknown_columns_travel_along(tmp_path: Path) -> None:
    record = read(csv_file(tmp_path, "record_id,kind,Camp block,\na/1,report,B7,seen twice\n")).only
    assert record.extra == {"Camp block": "B7", "column D": "seen twice"}


def test_columns_of_one_list_are_read_together(tmp_path: Path) -> None:
    record = read(csv_file(tmp_path, "record_id,kind,Phone 1,Phone 2\na/1,report,12345678,098 765 432\n")).only
    assert record.phones == ("012345678", "098 765 432")


def test_a_second_column_of_the_same_meaning_is_kept_and_spoken_of(tmp_path: Path) -> None:
    found = read(csv_file(tmp_path, "record_id,kind,full_name,Name\na/1,report,Sok Dara,Dara\n"))
    assert (found.only.full_name, dict(found.only.extra)) == ("Sok Dara", {"Name": "Dara"})
    assert [(note.row, note.column) for note in found.notes] == [(1, "Name")]


def test_a_cell_of_200_000_characters_costs_its_own_row_only(tmp_path: Path) -> None:
    text = f"record_id,kind,description\na/1,report,{'x' * 200_000}\na/2,report,y\n"
    found = read(csv_file(tmp_path, text))
    assert found.places == [(2, "description")]
    assert "32,767 characters" in found.rejected[0].message
    assert found.ids == ["a/2"]
    assert len(found.rejected[0].source_row["description"]) == 200_000


def test_an_open_quotation_mark_costs_its_own_row_only(tmp_path: Path) -> None:
    found = read(csv_file(tmp_path, 'record_id,kind,full_name\na/1,report,"Sok\na/2,report,Chan\n'))
    assert found.places == [(2, "")]
    assert found.rejected[0].record_id == "a/1"
    assert found.ids == ["a/2"]


def test_zero_bytes_in_a_cell_are_dropped(tmp_path: Path) -> None:
    assert read(csv_file(tmp_path, "record_id,kind,full_name\na/1,report,So\x00k\n")).only.full_name == "Sok"


def test_a_header_alone_is_no_error_and_is_spoken_of(tmp_path: Path) -> None:
    found = read(csv_file(tmp_path, "record_id,kind,full_name\n"))
    assert (found.rows, found.rejected) == ([], [])
    assert [note.message for note in found.notes] == ["has a header and no rows"]


def test_a_file_without_any_known_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no header row"):
        read(csv_file(tmp_path, "a,b\n1,2\n"))


def test_a_formula_in_a_csv_is_text(tmp_path: Path) -> None:
    assert read(csv_file(tmp_path, "record_id,kind,full_name\na/1,report,=1+1\n")).only.full_name == "=1+1"


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=120).map(lambda text: f"record_id,kind\n{text}".encode()))
def test_no_file_whatever_is_in_it_ends_in_anything_but_rows_or_a_plain_refusal(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(content)
    with suppress(InputError):
        read(path, kind=Kind.REPORT)
