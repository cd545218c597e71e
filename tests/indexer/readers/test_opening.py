"""Files that are no tables, whatever their names say."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from indexer.readers import open_table
from matcher.errors import InputError
from tests.indexer.readers.files import csv_file, read, xlsx_file

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
ROWS = [["record_id", "kind", "full_name"], ["a/1", "report", "Sok"]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (OLE + bytes(600) + "Workbook".encode("utf-16-le"), "old .xls workbook"),
        (OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (b"<html><body><table><tr><td>record_id</td></tr></table>", "web page"),
        (b"\xef\xbb\xbf  <?xml version='1.0'?><Workbook/>", "web page or XML"),
        (b'[{"record_id": "a/1"}]', "JSON"),
        (b"%PDF-1.7\nrecord_id,kind\n", "document"),
        (b"", "empty"),
    ],
)
@pytest.mark.parametrize("name", ["arrivals.csv", "arrivals.xlsx"])
def test_a_file_is_known_by_its_content_and_refused_with_what_to_do(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        open_table(path)
    assert caught.value.message.startswith(str(path))


def test_a_workbook_named_csv_and_a_csv_named_xlsx_are_read(tmp_path: Path) -> None:
    assert read(xlsx_file(tmp_path, ROWS, name="really-a-workbook.csv")).ids == ["a/1"]
    assert read(csv_file(tmp_path, "record_id,kind\na/2,report\n", name="really-a-csv.xlsx")).ids == ["a/2"]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.csv: no such file"):
        open_table(tmp_path / "nowhere.csv")


def test_a_pipe_is_refused_and_not_read_by_half(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(InputError, match="is a pipe"):
        open_table(tmp_path / "pipe.csv")


def test_a_file_that_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = csv_file(tmp_path, "record_id\n")
    monkeypatch.setattr(Path, "open", denied)  # root, who tests, may read anything
    with pytest.raises(InputError, match=r"arrivals\.csv: cannot be read \(Permission denied\)"):
        open_table(path)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        open_table(tmp_path)


@pytest.mark.parametrize(
    ("part", "message"), [("xl/workbook.bin", "binary workbook"), ("content.xml", "OpenDocument"), ("a.txt", "archive")]
)
def test_another_kind_of_archive_is_refused(tmp_path: Path, part: str, message: str) -> None:
    path = tmp_path / "arrivals.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(part, "x")
    with pytest.raises(InputError, match=message):
        open_table(path)
