"""XLSX workbooks: the first sheet with a known header, as text; formulas are never run, their stored results are read."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final

from openpyxl import load_workbook

# No public way streams stored results and still tells where a formula has none.
from openpyxl.worksheet._reader import FORMULA_TAG, ROW_TAG, WorkSheetParser
from openpyxl.xml.functions import iterparse

from indexer.readers.findings import Note
from indexer.readers.headers import Header, find_header
from indexer.readers.table import HEADER_WITHIN, Flaw, Line, Table
from indexer.readers.xlsx_parts import DAMAGE, Merge, damaged, inspect, survey
from matcher.errors import InputError
from matcher.text import tidy

# More columns or rows than a sheet can have (Excel specifications and limits) are damage, or a trap.
_MOST_COLUMNS, _MOST_ROWS = 16_384, 1_048_576
_BLOCK: Final = 500


def open_xlsx(path: Path, name: str) -> Table:
    """The table of a workbook. Raises `InputError` where it is damaged, a trap, no workbook, or has no header."""
    inspect(path, name)
    with ExitStack() as stack:
        # By its handle: by its path, openpyxl would judge the file by its name.
        file = stack.enter_context(path.open("rb"))
        try:
            workbook = _load(file)
            stack.callback(workbook.close)
            table = _table(path, name, workbook)
        except InputError:
            raise
        except DAMAGE as error:
            raise damaged(name) from error
        return replace(table, close=stack.pop_all().close)


@dataclass(frozen=True, slots=True)
class _Sheet:
    place: int
    hidden: bool
    source: Any
    header: Header | None

    @property
    def has_rows(self) -> bool:
        return any(any(map(str.strip, line.cells)) for line in _lines(self.source))


def _load(file: IO[bytes]) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions that nobody here needs
        return load_workbook(file, read_only=True, data_only=True, keep_links=False)


def _table(path: Path, name: str, workbook: Any) -> Table:
    sheets = [
        _Sheet(place, sheet.sheet_state != "visible", sheet, find_header(islice(_lines(sheet), HEADER_WITHIN)))
        for place, sheet in enumerate(workbook.worksheets, start=1)
    ]
    read = min((sheet for sheet in sheets if sheet.header), key=lambda sheet: (sheet.hidden, sheet.place), default=None)
    if read is None or read.header is None:
        raise InputError(_no_header(name, sheets))
    found = survey(path, read.source._worksheet_path)
    merges = [merge for merge in found.merges if merge.first > read.header.row]
    lines = (line for line in _lines(read.source) if line.number > read.header.row)
    return Table(
        file=name,
        header=read.header,
        lines=_broken_off(_filled_down(lines, merges, read.header), name),
        total=max(found.rows, 1),
        notes=tuple(_notes(name, read, sheets)),
        may_be_wider=True,
    )


def _no_header(name: str, sheets: list[_Sheet]) -> str:
    if not any(sheet.has_rows for sheet in sheets):
        return f"{name}: is empty; it needs a header row with record_id and the columns that you know"
    return f"{name}: no header row: none of the first {HEADER_WITHIN} rows names a column such as record_id, kind or full_name"


def _notes(name: str, read: _Sheet, sheets: list[_Sheet]) -> Iterator[Note]:
    # By number: a sheet may be called after a child.
    if read.hidden:
        yield Note(name, f"sheet {read.place} is hidden; it was read because no other has a known header")
    for sheet in sheets:
        if sheet is read or not sheet.has_rows:
            continue
        if sheet.header and "record_id" in sheet.header.known:
            yield Note(name, f"sheet {sheet.place} was not read; move its records to a file of their own", finding=True)
        else:
            yield Note(name, f"sheet {sheet.place} was not read: it has no record_id")


def _lines(sheet: Any) -> Iterator[Line]:
    """The rows that the sheet has; warnings of the parser (a date beyond the calendar) come as flaws instead."""
    rows = _rows(sheet)
    while True:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            block = list(islice(rows, _BLOCK))
        if not block:
            return
        yield from block


def _rows(sheet: Any) -> Iterator[Line]:
    book = sheet.parent
    with sheet._get_source() as source:
        parser = _Parser(
            source, sheet._shared_strings, data_only=True, epoch=book.epoch, date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )  # fmt: skip
        for _, element in iterparse(source):
            if element.tag == ROW_TAG:
                number, cells = parser.parse_row(element)
                element.clear()
                if number > _MOST_ROWS:
                    raise ValueError("a row that no sheet has")
                yield _line(number, cells)


class _Parser(WorkSheetParser):  # type: ignore[misc]  # openpyxl has no types
    """Marks a formula whose result is not stored; a stored empty text is a result (its type is `str`)."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        cell: dict[str, Any] = super().parse_cell(element)
        if cell["value"] is None and cell["data_type"] != "str" and element.find(FORMULA_TAG) is not None:
            cell["data_type"] = "f"
        return cell


_FLAWS: Final = {"f": Flaw.NO_VALUE, "e": Flaw.ERROR, "d": Flaw.DATE}


def _line(number: int, found: list[dict[str, Any]]) -> Line:
    width = max((cell["column"] for cell in found if cell["value"] is not None or cell["data_type"] == "f"), default=0)
    if width > _MOST_COLUMNS:
        raise ValueError("a column that no sheet has")
    cells, flaws = [""] * width, {}
    for cell in found:
        at = cell["column"] - 1
        if at < width:
            cells[at] = _text(cell["value"])
            if cell["data_type"] in _FLAWS:
                flaws[at] = _FLAWS[cell["data_type"]]
    return Line(number, cells, flaws)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat()
    return value.isoformat() if isinstance(value, (date, time)) else str(value)


def _filled_down(lines: Iterable[Line], merges: list[Merge], header: Header) -> Iterator[Line]:
    """A cell merged downwards holds for all its rows; an id never does: two rows of one id would be one record."""
    own = header.names.index("record_id") if "record_id" in header.known else -1
    waiting = sorted((merge for merge in merges if merge.column != own), key=lambda merge: -merge.first)
    open_merges: list[tuple[Merge, str]] = []
    for line in lines:
        open_merges = [(merge, text) for merge, text in open_merges if merge.last >= line.number]
        cells = list(line.cells)
        for merge, text in open_merges if any(cells) else ():
            cells += [""] * (merge.column + 1 - len(cells))
            cells[merge.column] = cells[merge.column] or text
        while waiting and waiting[-1].first <= line.number:
            merge = waiting.pop()
            text = cells[merge.column] if merge.column < len(cells) else ""
            if merge.first == line.number and tidy(text):
                open_merges.append((merge, text))
        yield line._replace(cells=cells)


def _broken_off(lines: Iterator[Line], name: str) -> Iterator[Line]:
    try:
        yield from lines
    except DAMAGE as error:
        raise damaged(name) from error
