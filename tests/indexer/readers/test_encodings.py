from __future__ import annotations

from pathlib import Path

import pytest

from indexer.readers.encodings import recognise
from matcher.errors import InputError
from tests.indexer.readers.files import csv_file, read

TEXT = "record_id,kind,full_name\na/1,report,សុខ ដារ៉ា\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_in_every_form_is_read(tmp_path: Path, encoding: str) -> None:
    assert read(csv_file(tmp_path, TEXT, encoding=encoding)).only.full_name == "សុខ ដារ៉ា"


@pytest.mark.parametrize(("encoding", "mark"), [("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")])
def test_utf_16_is_known_by_its_mark_whatever_the_order_of_its_bytes(
    tmp_path: Path, encoding: str, mark: bytes
) -> None:
    path = tmp_path / "unicode.txt"
    path.write_bytes(mark + TEXT.replace(",", "\t").encode(encoding))
    assert read(path).only.full_name == "សុខ ដារ៉ា"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("record_id,full_name\na/1,Am\xe9lie\n".encode("cp1252"), r"not UTF-8 in line 2; it may be Windows-1252"),
        ("record_id,full_name\na/1,สมชาย\n".encode("cp874"), r"not UTF-8 in line 2; it may be .*Thai"),
        ("record_id,full_name\n".encode("utf-16-le"), "UTF-16 without its mark"),
        (b"\xff\xfe" + "record_id,full_name".encode("utf-16-le")[:-1], "cut short"),
        ("record_id\nសុខ".encode()[:-1], "cut short"),
        (b"\xff\xfe\x00\xd8\x41\x00record", "not valid UTF-16"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)), "binary"),
        (bytes(5000), "binary"),
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n ,,\n", "empty"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason_and_what_to_do(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "arrivals.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        recognise(path, "arrivals.csv")
    assert caught.value.message.startswith("arrivals.csv: ")


def test_no_letter_of_the_file_is_repeated_in_the_message(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "record_id,full_name\na/1,Am\xe9lie\n", encoding="cp1252")
    with pytest.raises(InputError) as caught:
        recognise(path, "arrivals.csv")
    assert "lie" not in caught.value.message


def test_the_line_of_a_wrong_byte_is_counted_across_blocks(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_bytes(b"record_id\n" + b"a/1\n" * 600_000 + b"\xe9\n")
    with pytest.raises(InputError, match="in line 600002"):
        recognise(path, "long.csv")


def test_lines_are_counted_for_the_progress_bar(tmp_path: Path) -> None:
    assert recognise(csv_file(tmp_path, TEXT), "x").lines == 2
