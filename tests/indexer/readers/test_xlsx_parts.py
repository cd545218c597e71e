"""Workbooks that are damaged or traps: refused in plain words, at little cost."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.readers import open_table
from indexer.readers.xlsx_parts import Merge, survey
from matcher.errors import InputError
from tests.indexer.readers.files import SHEET, add_part, as_excel_writes_it, change_part, read, xlsx_file

ROWS = [["record_id", "kind", "full_name"], ["a/1", "report", "Sok"], ["a/2", "report", "Chan"]]


def test_a_workbook_that_unpacks_without_measure_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, ROWS)
    add_part(path, "xl/media/bomb.xml", bytes(60 << 20))
    assert path.stat().st_size < 1 << 20
    with pytest.raises(InputError, match="unpacks to more"):
        open_table(path)


def test_a_part_that_claims_to_be_too_large_is_refused(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, ROWS)
    content = bytearray(path.read_bytes())
    place = content.index(b"PK\x01\x02")  # the first entry of the directory; its size without compression is at 24
    content[place + 24 : place + 28] = (500 << 20).to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(InputError, match="unpacks to more"):
        open_table(path)


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml"])
def test_xml_that_could_grow_without_end_is_refused(tmp_path: Path, part: str) -> None:
    path = xlsx_file(tmp_path, ROWS)
    change_part(path, part, lambda xml: b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + xml)
    with pytest.raises(InputError, match="no spreadsheet program writes"):
        open_table(path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<row r="2"', b'<row r="99999999999"'),
        (b'<c r="A2"', b'<c r="ZZZZ2"'),
        (b"</row>", b""),
        (b"<v>0</v>", b"<v>9999</v>"),
    ],
)
def test_a_sheet_that_no_program_writes_is_damaged(tmp_path: Path, old: bytes, new: bytes) -> None:
    path = as_excel_writes_it(xlsx_file(tmp_path, ROWS))
    change_part(path, SHEET, lambda xml: xml.replace(old, new, 1))
    with pytest.raises(InputError, match="damaged"):
        read(path)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_workbook_that_is_cut_short_is_refused(tmp_path: Path, share: float) -> None:
    path = xlsx_file(tmp_path, ROWS)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(InputError, match="damaged or cut short"):
        open_table(path)


def test_damage_at_the_end_of_a_sheet_is_found_before_its_first_row_is_given_out(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, ROWS)
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo(SHEET)
        start = info.header_offset + 30 + len(SHEET)
    content = bytearray(path.read_bytes())
    content[start + info.compress_size - 12] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(InputError, match="damaged"):
        open_table(path)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 1 << 16), st.integers(1, 255))
def test_one_wrong_byte_anywhere_ends_in_rows_or_a_plain_refusal(
    tmp_path_factory: pytest.TempPathFactory, place: int, flip: int
) -> None:
    folder = tmp_path_factory.getbasetemp()
    content = bytearray(as_excel_writes_it(xlsx_file(folder, ROWS, name="flip.xlsx")).read_bytes())
    content[place % len(content)] ^= flip
    path = folder / "flipped.xlsx"
    path.write_bytes(content)
    with suppress(InputError):
        read(path)


def test_merged_cells_are_found_wherever_the_blocks_end(tmp_path: Path) -> None:
    path = tmp_path / "sheet.zip"
    merges = b"".join(b'<mergeCell ref="C%d:D%d"/>' % (row, row + 2) for row in range(1, 140_000, 3))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("sheet.xml", b"<row/>" * 7 + merges + b'<mergeCell ref="A1:B1"/>')
    found = survey(path, "sheet.xml")
    assert found.rows == 7
    assert found.merges == tuple(Merge(2, row, row + 2) for row in range(1, 140_000, 3))
