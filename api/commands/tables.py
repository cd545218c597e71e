"""Reading the small tables that commands take: a CSV with given columns, or a text a line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from matcher.errors import InputError


def read_columns(path: Path, columns: Sequence[str]) -> Iterator[dict[str, str]]:
    """The rows of a CSV that has these columns. Raises `InputError`."""
    reader = csv.DictReader(io.StringIO(read_text(path), newline=""))
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    if missing:
        raise InputError(f"{path.name}: no column {', '.join(missing)}; the first line must be {','.join(columns)}")
    try:
        for row in reader:
            yield {column: row[column] or "" for column in columns}
    except csv.Error as error:
        raise InputError(f"{path.name}, line {reader.line_num}: not a line of a CSV file ({error})") from error


def texts(text: str | None, file: Path | None) -> list[str]:
    """The one text of an argument, or the lines of a file. Raises `InputError` where neither is given."""
    if text is not None:
        return [text]
    if file is None:
        raise InputError("give a text, or a file with --file")
    return read_lines(file)


def read_lines(path: Path) -> list[str]:
    """The lines of a UTF-8 file, blank ones too, so that answers stand in the order of the lines. Raises `InputError`."""
    lines = read_text(path).split("\n")
    if lines[-1] == "":
        lines.pop()
    return [line.removesuffix("\r") for line in lines]


def read_text(path: Path) -> str:
    """The text of a UTF-8 file. Raises `InputError`."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise InputError(f"{path.name}: no such file") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name}: is not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read ({error.strerror})") from error
