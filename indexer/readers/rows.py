"""One line into a record: columns by the header, cells put right, and a clear word about a row that is not taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from indexer.neutral import as_written
from indexer.readers.cells import MENDERS
from indexer.readers.dates import check_dates
from indexer.readers.findings import Note, ReadRow, Rejection
from indexer.readers.headers import letters
from indexer.readers.table import MOST_CHARACTERS, Flaw, Line, Table
from matcher.errors import InputError
from matcher.record import COLUMNS, LIST_COLUMNS, Kind, Record
from matcher.text import is_blank, tidy

_NO_VALUE: Final = (
    "a formula without a stored result, and formulas are never run; save the file in a spreadsheet, load it again"
)
_LOST: Final = {
    Flaw.ERROR: "the spreadsheet has an error here; the cell was left out: correct it and load the file again",
    Flaw.DATE: "the spreadsheet took this age for a date; the cell was left out: write the age as text, such as `10 to 12`",
}
_LOST_DIGITS: Final = (
    "the spreadsheet kept only the first digits of this telephone number; it was left out: type it again as text"
)
_NO_SOURCE: Final = (
    "this number is only unique within its own list; give --source NAME, or write it as `source/id` under `record_id`"
)
_TOO_LONG: Final = f"a cell is longer than {MOST_CHARACTERS:,} characters; shorten it"
_SLIPPED: Final = (
    "more cells than headers, so that cells have slipped; put a cell that holds the separator in quotation marks"
)


class Rows:
    """The rows of one table, in order."""

    def __init__(self, table: Table, *, kind: Kind | None, source: str | None, anonymous_ids: bool) -> None:
        self._table = table
        self._header = table.header
        self._kind = kind
        self._source = source
        self._anonymous_ids = anonymous_ids
        self._columns = [(name, MENDERS.get(name)) for name in self._header.names]
        self._width = len(self._columns)
        self._count = 0
        self._without_value: Counter[str] = Counter()

    def read(self, line: Line) -> Iterator[ReadRow | Rejection | Note]:
        """The record of a line with its notes, or why there is none; nothing for a blank row."""
        if self._says_nothing(line):
            return
        self._count += 1
        notes: list[Note] = []
        source_row = self._source_row(line.cells)
        try:
            self._check(line)
            flat = self._flat(line, notes)
            self._identify(flat, line)
            record = Record.from_flat(flat, kind=self._kind)
            check_dates(record)
        except InputError as error:
            column, record_id = self._shown(error.column), self._record_id(line)
            yield Rejection(self._table.file, line.number, column, error.message, source_row, record_id)
            return
        yield from notes
        yield ReadRow(record, line.number, source_row)

    def closing_notes(self) -> Iterator[Note]:
        """What is to be said after the last row."""
        file, row = self._table.file, self._header.row
        for column in self._header.doubles:
            yield Note(file, "a second column of the same meaning; it was kept, but is not compared", row, column)
        for column, count in self._without_value.items():
            yield Note(file, f"{count} cells were left out: {_NO_VALUE}", row, column)
        if not self._count:
            yield Note(file, "has a header and no rows", row)
        elif "record_id" not in self._header.known and not self._anonymous_ids:
            yield Note(file, "has no column record_id, so no row could be taken", row, "record_id")

    def _says_nothing(self, line: Line) -> bool:
        """Whether the line is blank, the header once more, or the row of #hxl tags that KoboToolbox puts under it."""
        if line.problem or line.flaws:
            return False
        first = next((text for cell in line.cells if (text := cell.strip())), "")
        if not first:
            return True
        if first[0] == "#" and not self._count:
            return all(cell.lstrip().startswith("#") for cell in line.cells if cell.strip())
        return first in self._header.written and tuple(map(tidy, line.cells)) == self._header.written

    def _check(self, line: Line) -> None:
        cells = line.cells
        if line.problem:
            raise InputError(line.problem)
        if len(cells) > self._width and not self._table.may_be_wider and any(map(str.strip, cells[self._width :])):
            raise InputError(_SLIPPED)
        if max(map(len, cells), default=0) > MOST_CHARACTERS:
            at = next(at for at, cell in enumerate(cells) if len(cell) > MOST_CHARACTERS)
            raise InputError(_TOO_LONG, column=self._name(at))

    def _flat(self, line: Line, notes: list[Note]) -> dict[str, object]:
        cells = self._without_flaws(line, notes) if line.flaws else line.cells
        flat: dict[str, object] = {}
        for (name, mend), cell in zip(self._columns, cells, strict=False):
            if not cell:
                continue
            text = as_written(cell) if cell[0] == "'" else cell
            if mend and not (text := mend(text)):
                notes.append(Note(self._table.file, _LOST_DIGITS, line.number, self._shown(name)))
            flat[name] = f"{flat[name]};{text}" if name in flat and name in LIST_COLUMNS else text
        for at in range(self._width, len(cells)):
            flat[self._name(at)] = as_written(cells[at])
        return flat

    def _without_flaws(self, line: Line, notes: list[Note]) -> Sequence[str]:
        cells = list(line.cells)
        for at, flaw in line.flaws.items():
            name = self._name(at)
            if flaw is Flaw.NO_VALUE:
                if name in COLUMNS:
                    raise InputError(_NO_VALUE, column=name)
                self._without_value[name] += 1
            elif name == "age" or (flaw is Flaw.ERROR and name in COLUMNS):
                cells[at] = ""
                notes.append(Note(self._table.file, _LOST[flaw], line.number, self._shown(name)))
        return cells

    def _identify(self, flat: dict[str, object], line: Line) -> None:
        record_id = tidy(str(flat.get("record_id", "")))
        if is_blank(record_id):
            if self._anonymous_ids:
                flat["record_id"] = f"row/{line.number}"
        elif "/" not in record_id:
            if self._source:
                flat["record_id"] = f"{self._source}/{record_id}"
            elif "record_id" in self._header.by_alias and not self._anonymous_ids:
                raise InputError(_NO_SOURCE, column="record_id")

    def _record_id(self, line: Line) -> str:
        """Whose row a rejected one is, so that it can be forgotten with the record."""
        if "record_id" not in self._header.known:
            return ""
        at = self._header.names.index("record_id")
        record_id = tidy(as_written(line.cells[at])) if at < len(line.cells) else ""
        return f"{self._source}/{record_id}" if record_id and self._source and "/" not in record_id else record_id

    def _source_row(self, cells: Sequence[str]) -> dict[str, str]:
        row = {written: cell for written, cell in zip(self._header.written, cells, strict=False) if cell}
        for at in range(self._width, len(cells)):
            if cells[at]:
                row[self._name(at)] = cells[at]
        return row

    def _name(self, at: int) -> str:
        return self._header.names[at] if at < self._width else f"column {letters(at)}"

    def _shown(self, name: str) -> str:
        """The column as its header has it, where that is not its own name."""
        if name not in self._header.by_alias:
            return name
        return self._header.written[self._header.names.index(name)]
