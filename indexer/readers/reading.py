"""A table into records, row by row, streamed: `read_records` is the door for everybody who has a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.readers.findings import Note, ReadRow, Rejection
from indexer.readers.opening import open_table
from indexer.readers.rows import Rows
from indexer.readers.table import Table
from matcher.errors import InputError
from matcher.record import Kind
from matcher.text import is_blank


@dataclass(frozen=True, slots=True)
class RowReader:
    """How rows become records: `kind` where a row has none, `source` before ids that have none.

    `anonymous_ids` is for rows that will not be stored: a row without an id is called `row/N`.
    """

    kind: Kind | None = None
    source: str | None = None
    anonymous_ids: bool = False

    def __post_init__(self) -> None:
        if self.source is not None and (is_blank(self.source) or "/" in self.source):
            raise InputError("--source: give a short name without `/`, such as `shelter`")

    def read(self, table: Table) -> Iterator[ReadRow | Rejection | Note]:
        """Every row of the table, in order, and the notes. Raises `InputError` where the file breaks off."""
        rows = Rows(table, kind=self.kind, source=self.source, anonymous_ids=self.anonymous_ids)
        yield from table.notes
        for line in table.lines:
            yield from rows.read(line)
        yield from rows.closing_notes()


def read_records(
    file: Path, *, kind: Kind | None, source: str | None, anonymous_ids: bool = False
) -> Iterator[ReadRow | Rejection | Note]:
    """The rows of a CSV or XLSX file. Raises `InputError`, naming the file, where it cannot be read at all."""
    reader = RowReader(kind, source, anonymous_ids)
    with open_table(file) as table:
        yield from reader.read(table)
