"""What a workbook is made of, looked at before it is trusted: kinds, sizes, damage, merged cells."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from matcher.errors import InputError

_MEGABYTE: Final = 1 << 20
# 1,048,576 rows of 30 short cells unpack to about 1 GB and take minutes; what the field sends stays far below.
_MOST_OF_A_PART: Final = 400 * _MEGABYTE
_MOST_OF_ALL: Final = 600 * _MEGABYTE
# Sheets compress 5 to 30 times; a bomb, a thousand times.
_MOST_RATIO: Final = 200
_SMALL: Final = 20 * _MEGABYTE
_SAVE_AS: Final = "open it in a spreadsheet and save it as .xlsx"
_MERGED: Final = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_ROW: Final = b"<row"
_OVERLAP: Final = 100  # longer than one mergeCell element
# What a damaged workbook makes zipfile, the XML parser and openpyxl raise; zipfile says RuntimeError for an encrypted
# member and NotImplementedError for an unknown compression, XML errors are SyntaxErrors.
DAMAGE: Final = (
    BadZipFile, zlib.error, SyntaxError, EOFError, RuntimeError, KeyError, ValueError, TypeError, IndexError, AttributeError,
    OverflowError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Merge:
    """Cells of one column, from 0, that show the value of the first; rows from 1, both ends inclusive."""

    column: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Survey:
    """About how many rows a sheet has, and its cells merged downwards."""

    rows: int
    merges: tuple[Merge, ...]


def inspect(path: Path, name: str) -> None:
    """Raise `InputError` for a file that is no workbook of this kind, is damaged, or would unpack without measure."""
    try:
        with ZipFile(path) as archive:
            parts = archive.infolist()
            _refuse_other_kinds({part.filename for part in parts}, name)
            _refuse_bombs(parts, name)
            for part in parts:
                _refuse_entities(archive, part, name)
    except InputError:
        raise
    except DAMAGE as error:
        raise damaged(name) from error


def damaged(name: str) -> InputError:
    """What to tell the sender of a workbook that breaks off."""
    return InputError(f"{name}: the workbook is damaged or cut short; send or copy it again, or {_SAVE_AS}")


def survey(path: Path, part: str) -> Survey:
    """Look through one sheet's XML. Reading it to the end also finds damage, by its checksum: raises what `DAMAGE` lists."""
    rows, merges, tail = 0, [], b""
    with ZipFile(path) as archive, archive.open(part) as sheet:
        while block := sheet.read(_MEGABYTE):
            text, end = tail + block, 0
            rows += block.count(_ROW)
            for found in _MERGED.finditer(text):
                end = found.end()
                merges.append(Merge(_column(found[1]), int(found[2]), int(found[4])))
            tail = text[max(end, len(text) - _OVERLAP) :]
    return Survey(rows, tuple(merge for merge in merges if merge.last > merge.first))


def _refuse_other_kinds(parts: set[str], name: str) -> None:
    if "xl/workbook.xml" in parts:
        return
    if "xl/workbook.bin" in parts or "content.xml" in parts:
        raise InputError(f"{name}: is a binary workbook or an OpenDocument file; {_SAVE_AS}")
    raise InputError(f"{name}: is an archive without a workbook in it; give a CSV or XLSX file")


def _refuse_bombs(parts: list[ZipInfo], name: str) -> None:
    large = sum(part.file_size for part in parts) > _MOST_OF_ALL
    for part in parts:
        dense = part.file_size > _SMALL and part.file_size > _MOST_RATIO * max(part.compress_size, 1)
        if large or dense or part.file_size > _MOST_OF_A_PART:
            raise InputError(
                f"{name}: unpacks to more than can be read safely; delete empty rows and columns, split it, or save it as CSV"
            )


def _refuse_entities(archive: ZipFile, part: ZipInfo, name: str) -> None:
    # No spreadsheet program writes a document type, and one can make small XML grow without end.
    if not part.filename.endswith((".xml", ".rels")):
        return
    with archive.open(part) as file:
        if b"<!DOCTYPE" in file.read(2048):
            raise InputError(f"{name}: holds XML that no spreadsheet program writes; {_SAVE_AS}")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
