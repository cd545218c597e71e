"""Small files to read: CSV as text, workbooks as rows, and what reading them gave."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl

from indexer.readers import Note, ReadRow, Rejection, read_records
from matcher.record import Kind, Record

SHEET = "xl/worksheets/sheet1.xml"


@dataclass(frozen=True)
class Read:
    rows: list[ReadRow]
    rejected: list[Rejection]
    notes: list[Note]

    @property
    def records(self) -> list[Record]:
        return [row.record for row in self.rows]

    @property
    def only(self) -> Record:
        assert self.rejected == []
        (row,) = self.rows
        return row.record

    @property
    def ids(self) -> list[str]:
        return [row.record.record_id for row in self.rows]

    @property
    def places(self) -> list[tuple[int, str]]:
        return [(found.row, found.column) for found in self.rejected]


def read(path: Path, *, kind: Kind | None = None, source: str | None = None, anonymous_ids: bool = False) -> Read:
    found = list(read_records(path, kind=kind, source=source, anonymous_ids=anonymous_ids))
    return Read(
        [one for one in found if isinstance(one, ReadRow)],
        [one for one in found if isinstance(one, Rejection)],
        [one for one in found if isinstance(one, Note)],
    )


def csv_file(folder: Path, text: str, *, encoding: str = "utf-8", name: str = "arrivals.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def xlsx_file(folder: Path, *sheets: Sequence[Sequence[object]], name: str = "arrivals.xlsx") -> Path:
    """A workbook with these sheets, each a list of rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(list(row))
    return saved(book, folder / name)


def saved(book: openpyxl.Workbook, path: Path) -> Path:
    book.save(path)
    return path


def as_excel_writes_it(path: Path) -> Path:
    """The same workbook with its texts in the shared table, where Excel keeps them; openpyxl writes them into the cells."""
    texts: list[bytes] = []

    def share(found: re.Match[bytes]) -> bytes:
        texts.append(found[1])
        return b't="s"><v>%d</v>' % (len(texts) - 1)

    change_part(path, SHEET, lambda xml: re.sub(rb't="inlineStr"><is><t>(.*?)</t></is>', share, xml))
    head = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    table = b"".join(b"<si><t>%s</t></si>" % text for text in texts)
    add_part(path, "xl/sharedStrings.xml", head + table + b"</sst>")
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    entry = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%s"/></Types>' % kind
    change_part(path, "[Content_Types].xml", lambda xml: xml.replace(b"</Types>", entry))
    return path


def change_part(path: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    """Rewrite one part of a workbook, as programs other than openpyxl would have written it."""
    parts = _parts(path)
    assert part in dict(parts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, change(content) if name == part else content)


def add_part(path: Path, part: str, content: bytes) -> None:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(part, content)


def _parts(path: Path) -> Iterable[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist()]
