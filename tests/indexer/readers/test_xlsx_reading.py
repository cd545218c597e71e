"""Workbooks as the field sends them: real dates, numbers, formulas, merged cells, several sheets."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path

import openpyxl
import pytest

from matcher.errors import InputError
from matcher.record import Kind
from tests.indexer.readers.files import SHEET, as_excel_writes_it, change_part, read, saved, xlsx_file

HEADER = ["record_id", "kind", "full_name"]


def row(number: int, *more: object) -> list[object]:
    return [f"a/{number}", "report", "Sok", *more]


def test_a_workbook_is_read(tmp_path: Path) -> None:
    found = read(xlsx_file(tmp_path, [HEADER, [], row(1)]))
    assert found.only.full_name == "Sok"
    assert found.rows[0].row == 3
    assert found.rows[0].source_row == {"record_id": "a/1", "kind": "report", "full_name": "Sok"}


def test_texts_in_the_shared_table_are_read(tmp_path: Path) -> None:
    assert read(as_excel_writes_it(xlsx_file(tmp_path, [HEADER, row(1)]))).only.full_name == "Sok"


def test_real_dates_become_iso_dates(tmp_path: Path) -> None:
    dates = [date(2015, 4, 15), datetime(2024, 5, 6), datetime(2024, 5, 6, 10, 30)]  # noqa: DTZ001  # sheets have no zones
    header = [*HEADER, "date_of_birth", "last_seen_date", "recorded_on"]
    record = read(xlsx_file(tmp_path, [header, row(1, *dates)])).only
    assert (record.date_of_birth, record.last_seen_date, record.recorded_on) == (
        "2015-04-15", "2024-05-06", "2024-05-06",
    )  # fmt: skip


def test_a_day_number_without_a_date_format_is_a_date(tmp_path: Path) -> None:
    assert read(xlsx_file(tmp_path, [[*HEADER, "date_of_birth"], row(1, 42109)])).only.date_of_birth == "2015-04-15"


def test_numbers_and_booleans_become_what_a_person_would_have_typed(tmp_path: Path) -> None:
    header = ["record_id", "kind", "age", "height_cm", "consent_for_tracing", "phone", "seen at"]
    found = read(xlsx_file(tmp_path, [header, [17, "intake", 9.0, 132.5, True, 12345678, time(8, 30)]]), source="x")
    record = found.only
    assert (record.record_id, record.age, record.height_cm, record.consent_for_tracing, record.phones) == (
        "x/17", "9", "132.5", True, ("012345678",),
    )  # fmt: skip
    assert record.extra == {"seen at": "08:30:00"}


def test_an_age_that_the_spreadsheet_took_for_a_date_is_left_out_and_spoken_of(tmp_path: Path) -> None:
    found = read(xlsx_file(tmp_path, [[*HEADER, "age"], row(1, datetime(2026, 10, 12, tzinfo=UTC).date())]))
    assert found.only.age == ""
    assert [(note.row, note.column) for note in found.notes] == [(2, "age")]


def with_formula(tmp_path: Path, column: str, formula: str, stored: bytes | None = None, kind: bytes = b"") -> Path:
    path = xlsx_file(tmp_path, [[*HEADER, column], row(1, formula), row(2, "plain")])
    if stored is not None:
        change_part(path, SHEET, lambda xml: _with_result(xml, stored, kind))
    return path


def _with_result(xml: bytes, stored: bytes, kind: bytes) -> bytes:
    assert b"<v />" in xml or b"<v></v>" in xml
    xml = xml.replace(b"<v />", b"<v>" + stored + b"</v>").replace(b"<v></v>", b"<v>" + stored + b"</v>")
    return xml.replace(b'<c r="D2">', b'<c r="D2"' + kind + b">")


def test_a_formula_without_a_stored_result_rejects_the_row_and_is_never_run(tmp_path: Path) -> None:
    found = read(with_formula(tmp_path, "given_name", '=CONCATENATE("So","kha")'))
    assert found.places == [(2, "given_name")]
    assert "formula" in found.rejected[0].message
    assert "CONCATENATE" not in str(found.rejected[0].to_json())
    assert found.ids == ["a/2"]


def test_the_stored_result_of_a_formula_is_used(tmp_path: Path) -> None:
    found = read(with_formula(tmp_path, "given_name", '=CONCATENATE("So","kha")', b"Sokha", b' t="str"'))
    assert found.records[0].given_name == "Sokha"
    assert found.rejected == []


def test_a_stored_empty_text_is_a_result(tmp_path: Path) -> None:
    found = read(with_formula(tmp_path, "given_name", '=IF(TRUE,"","x")', b"", b' t="str"'))
    assert found.rejected == []
    assert found.records[0].given_name == ""


def test_a_formula_without_a_result_in_an_unknown_column_costs_only_the_cell(tmp_path: Path) -> None:
    found = read(with_formula(tmp_path, "days waiting", "=TODAY()-A1"))
    assert found.ids == ["a/1", "a/2"]
    assert [(note.column, note.message[:7]) for note in found.notes] == [("days waiting", "1 cells")]


def test_an_error_of_the_spreadsheet_is_no_value(tmp_path: Path) -> None:
    found = read(with_formula(tmp_path, "given_name", "=Sokha", b"#NAME?", b' t="e"'))
    assert found.records[0].given_name == ""
    assert [(note.row, note.column) for note in found.notes] == [(2, "given_name")]


def test_an_empty_second_sheet_does_no_harm(tmp_path: Path) -> None:
    found = read(xlsx_file(tmp_path, [HEADER, row(1)], []))
    assert (found.ids, found.notes) == (["a/1"], [])


def test_the_first_sheet_with_a_known_header_is_read_and_the_others_are_named_by_number(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, [["How to fill in"], ["..."]], [HEADER, row(1)], [HEADER, row(2)])
    found = read(path)
    assert found.ids == ["a/1"]
    assert [(note.message[:7], note.finding) for note in found.notes] == [("sheet 1", False), ("sheet 3", True)]


def test_a_hidden_sheet_is_read_only_where_no_other_will_do(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, [HEADER, row(1)], [HEADER, row(2)])
    book = openpyxl.load_workbook(path)
    book.worksheets[0].sheet_state = "hidden"
    found = read(saved(book, path))
    assert found.ids == ["a/2"]
    book.worksheets[1].cell(1, 1).value = book.worksheets[1].cell(1, 2).value = book.worksheets[1].cell(1, 3).value = (
        "?"
    )
    found = read(saved(book, path))
    assert found.ids == ["a/1"]
    assert any("hidden" in note.message for note in found.notes)


def test_a_cell_merged_downwards_holds_for_all_its_rows(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, [[*HEADER, "found_place"], row(1, "Poipet"), row(2), row(3), row(4, "Pailin")])
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("D2:D4")
    found = read(saved(book, path))
    assert [record.found_place for record in found.records] == ["Poipet", "Poipet", "Poipet", "Pailin"]


def test_a_merged_id_names_one_record_only(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, [HEADER, row(1), ["", "report", "Chan"]])
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("A2:A3")
    found = read(saved(book, path))
    assert (found.ids, found.places) == (["a/1"], [(3, "record_id")])


def test_a_merge_over_blank_rows_makes_no_rows(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, [[*HEADER, "found_place"], row(1, "Poipet")])
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("D2:D9")
    found = read(saved(book, path))
    assert (found.ids, found.rejected) == (["a/1"], [])


def test_a_merged_title_above_the_header_does_no_harm(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, [["Arrivals"], [], HEADER, row(1)])
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("A1:C2")
    assert read(saved(book, path)).ids == ["a/1"]


def test_remarks_beside_the_table_travel_along(tmp_path: Path) -> None:
    assert read(xlsx_file(tmp_path, [HEADER, row(1, "", "ask again")])).only.extra == {"column E": "ask again"}


def test_cells_that_are_only_formatted_are_no_rows(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, [HEADER, row(1)])
    book = openpyxl.load_workbook(path)
    for number in range(3, 200):
        book.active.cell(number, 1).number_format = "@"
    found = read(saved(book, path))
    assert (found.ids, found.rejected) == (["a/1"], [])


def test_a_cell_of_rich_text_is_text(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, [HEADER, row(1)])
    rich = b'<c r="C2" t="inlineStr"><is><r><t>So</t></r><r><rPr><b/></rPr><t>kha</t></r></is></c>'
    change_part(
        path, SHEET, lambda xml: xml[: xml.index(b'<c r="C2"')] + rich + xml[xml.index(b"</row></sheetData>") :]
    )
    assert read(path).only.full_name == "Sokha"


def test_a_date_beyond_the_calendar_is_an_error_of_the_spreadsheet(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, [[*HEADER, "date_of_birth"], row(1, date(2015, 4, 15))])
    change_part(path, SHEET, lambda xml: xml.replace(b"<v>42109</v>", b"<v>99999999</v>"))
    found = read(path)
    assert found.only.date_of_birth == ""
    assert [(note.row, note.column) for note in found.notes] == [(2, "date_of_birth")]


@pytest.mark.parametrize("sheets", [[[]], [[], []]])
def test_a_workbook_without_rows_is_empty(tmp_path: Path, sheets: list[list[list[object]]]) -> None:
    with pytest.raises(InputError, match="is empty"):
        read(xlsx_file(tmp_path, *sheets))


def test_a_workbook_without_a_known_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no header row"):
        read(xlsx_file(tmp_path, [["a", "b"], [1, 2]]))


def test_a_header_alone_is_no_error(tmp_path: Path) -> None:
    found = read(xlsx_file(tmp_path, [HEADER]))
    assert (found.rows, [note.message for note in found.notes]) == ([], ["has a header and no rows"])


def test_kind_and_anonymous_ids_hold_for_workbooks_too(tmp_path: Path) -> None:
    found = read(xlsx_file(tmp_path, [["Name", "Sex"], ["Sok", "m"]]), kind=Kind.INTAKE, anonymous_ids=True)
    assert found.ids == ["row/2"]
