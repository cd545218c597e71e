"""What reading a file gives, one thing at a time: a record, a row that is not taken, or a word to the person who sent it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from matcher.record import Record

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A record, the row it stands in (from 1, as the spreadsheet counts), and that row untouched: header as written -> cell.

    Empty cells are left out of `source_row`.
    """

    record: Record
    row: int
    source_row: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that is not taken: where, what is wrong, what to do. The row itself travels along, to be kept, not to be shown."""

    file: str
    row: int
    column: str
    message: str
    source_row: Mapping[str, str] = field(default_factory=lambda: _NOTHING, repr=False, compare=False)
    record_id: str = field(default="", repr=False, compare=False)

    def to_json(self) -> dict[str, object]:
        """The public shape; nothing of the row's content is in it."""
        return {"file": self.file, "row": self.row, "column": self.column, "message": self.message}


@dataclass(frozen=True, slots=True)
class Note:
    """A word to the sender. `row` is 0 where the whole file is meant; `finding` where records were left unread."""

    file: str
    message: str
    row: int = 0
    column: str = ""
    finding: bool = False

    def to_json(self) -> dict[str, object]:
        """The public shape."""
        return {"file": self.file, "row": self.row, "column": self.column, "message": self.message}
