"""CSV files: encoding, separator and header recognised, then read line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Final

from indexer.readers.csv_lines import csv_lines
from indexer.readers.encodings import TextFile, recognise
from indexer.readers.headers import Header, find_header
from indexer.readers.table import HEADER_WITHIN, Line, Table
from matcher.errors import InputError

_SEPARATORS: Final = (",", ";", "\t")
_EXCEL_SEPARATOR: Final = re.compile(r'"?sep=(.)"?\s*')


def open_csv(path: Path, name: str) -> Table:
    """The table of a CSV file. Raises `InputError` where it is empty, in no known encoding, or has no header."""
    text = recognise(path, name)
    declared, skipped = _declared_separator(path, text)
    header, delimiter = _find_header(path, text, (declared,) if declared else _SEPARATORS, skipped, name)
    file = _open(path, text, skipped)
    lines = csv_lines(file, delimiter, header)
    return Table(
        file=name,
        header=header,
        lines=_below(lines, header.row),
        total=max(text.lines - header.row, 1),
        close=file.close,
    )


def _open(path: Path, text: TextFile, skipped: int) -> IO[str]:
    file = path.open(encoding=text.encoding, newline="")
    for _ in range(skipped):
        file.readline()
    return file


def _declared_separator(path: Path, text: TextFile) -> tuple[str, int]:
    """What a first line `sep=;` says, which Excel obeys and does not count as a row."""
    with _open(path, text, 0) as file:
        found = _EXCEL_SEPARATOR.fullmatch(file.readline(20))
    return (found[1], 1) if found else ("", 0)


def _find_header(
    path: Path, text: TextFile, separators: tuple[str, ...], skipped: int, name: str
) -> tuple[Header, str]:
    """The header, read with the separator that brings out most known columns."""
    best: tuple[Header, str] | None = None
    for separator in separators:
        with _open(path, text, skipped) as file:
            header = find_header(islice(csv_lines(file, separator), HEADER_WITHIN))
        if header and (best is None or len(header.known) > len(best[0].known)):
            best = header, separator
    if best is None:
        raise InputError(
            f"{name}: no header row: none of the first {HEADER_WITHIN} rows names a column such as record_id, kind or full_name"
        )
    return best


def _below(lines: Iterator[Line], row: int) -> Iterator[Line]:
    return islice(lines, row, None)
