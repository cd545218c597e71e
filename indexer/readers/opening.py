"""Which kind of file it is, told by its content: names lie, and a `.csv` from the field may be anything."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from indexer.readers.csv_table import open_csv
from indexer.readers.table import Table
from matcher.errors import InputError

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_SAVE_AS: Final = "open it in a spreadsheet and save it as .xlsx"
_MARKUP: Final = (b"<!doctype", b"<html", b"<?xml", b"<table")
# The name of the stream that holds an encrypted workbook (MS-OFFCRYPTO 2.3.4.4).
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")


def open_table(path: Path) -> Table:
    """Recognise the file and find its header; close the table after reading. Raises `InputError`, naming the file."""
    name = str(path)
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            # A pipe can be read once only, and the file is looked at before it is read.
            raise InputError(f"{name}: cannot be read: it is a pipe or a device; write it to a file first")
        with path.open("rb") as file:
            start = file.read(1024)
        if start.startswith(_ZIP):
            # openpyxl is slow to import and a CSV does not need it.
            from indexer.readers.xlsx_table import open_xlsx  # noqa: PLC0415

            return open_xlsx(path, name)
        _refuse_others(path, name, start)
        return open_csv(path, name)
    except FileNotFoundError as error:
        raise InputError(f"{name}: no such file") from error
    except IsADirectoryError as error:
        raise InputError(f"{name}: is a folder; name the files in it") from error
    except OSError as error:
        raise InputError(f"{name}: cannot be read ({error.strerror or 'unknown reason'})") from error


def _refuse_others(path: Path, name: str, start: bytes) -> None:
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_OLE):
        if _ENCRYPTED in path.read_bytes():
            raise InputError(f"{name}: is protected by a password; take the password off and save it again")
        raise InputError(f"{name}: is an old .xls workbook or another Office file; {_SAVE_AS}")
    if text.startswith(_MARKUP):
        raise InputError(f"{name}: is a web page or XML, whatever its name says; {_SAVE_AS}")
    if text.startswith((b"{", b"[")):
        raise InputError(f"{name}: looks like JSON; give a CSV or XLSX file, or send it to `POST /v1/records`")
    if text.startswith((b"%pdf", b"{\\rtf")):
        raise InputError(f"{name}: is a document, not a table; give a CSV or XLSX file")
