"""In which encoding a text file is written; a file in none that is certain is refused, not guessed.

Windows-1252, Thai Windows-874 and the old Khmer fonts use the same bytes for different letters: a guess would misspell a
child's name.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from matcher.errors import InputError

_BLOCK: Final = 1 << 20
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY: Final = frozenset(range(0x20)) - set(b"\t\n\r\x0b\x0c\x1b\x1a")
_NO_TABLE: Final = "is not a table but binary data; give a CSV or XLSX file"
_SAVE_AS: Final = "save it as `CSV UTF-8` or as .xlsx"


@dataclass(frozen=True, slots=True)
class TextFile:
    """The encoding of a text file and how many line ends it has."""

    encoding: str
    lines: int


def recognise(path: Path, name: str) -> TextFile:
    """Read the file once through. Raises `InputError` naming the encoding, the line and what to do."""
    with path.open("rb") as file:
        start = file.read(4096)
        encoding = next((encoding for mark, encoding in _MARKS if start.startswith(mark)), "utf-8")
        if encoding == "utf-8":
            _refuse_unmarked(start, name)
        file.seek(0)
        decoder = codecs.getincrementaldecoder(encoding)()
        lines, text = 0, False
        while block := file.read(_BLOCK):
            lines, text = _decode(decoder, block, name, lines, text)
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            raise InputError(f"{name}: is cut short in the middle of a letter; send or copy the file again") from error
    if not text:
        raise InputError(f"{name}: is empty; it needs a header row with record_id and the columns that you know")
    return TextFile(encoding, lines)


def _decode(decoder: codecs.IncrementalDecoder, block: bytes, name: str, lines: int, text: bool) -> tuple[int, bool]:
    try:
        decoded = decoder.decode(block)
    except UnicodeDecodeError as error:
        line = lines + bytes(error.object[: error.start]).count(b"\n") + 1
        raise InputError(f"{name}: {_explain(block, error.encoding, line)}") from error
    return lines + decoded.count("\n"), text or bool(decoded.strip("\ufeff \t\r\n,;"))


def _explain(block: bytes, encoding: str, line: int) -> str:
    if encoding == "utf-8" and not _BINARY.isdisjoint(block[:4096]):
        return _NO_TABLE
    if encoding != "utf-8":
        return f"is not valid {encoding.upper()} in line {line}: the file is damaged; {_SAVE_AS}"
    return f"is not UTF-8 in line {line}; it may be Windows-1252, Thai (Windows-874) or an old Khmer font: {_SAVE_AS}"


def _refuse_unmarked(start: bytes, name: str) -> None:
    # Latin letters in UTF-16 have a zero at every second byte, and only there.
    few, many = sorted((start[0::2].count(0), start[1::2].count(0)))
    if few * 20 > len(start):
        raise InputError(f"{name}: {_NO_TABLE}")
    if many * 4 > len(start):
        raise InputError(f"{name}: looks like UTF-16 without its mark; {_SAVE_AS}")
