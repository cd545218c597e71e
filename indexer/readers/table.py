"""A table: a recognised file or sheet, its header found, its lines as text in the order of the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType, TracebackType
from typing import Final, NamedTuple, Self

from indexer.readers.findings import Note
from indexer.readers.headers import Header

# What an XLSX cell holds at most, and so what any spreadsheet can have written (Excel specifications and limits).
MOST_CHARACTERS: Final = 32_767
# How far down the header is looked for: below titles, logos and instructions.
HEADER_WITHIN: Final = 50


class Flaw(Enum):
    """What can be wrong with a cell that text alone does not show."""

    NO_VALUE = "a formula whose result is not stored"
    ERROR = "an error of the spreadsheet"
    DATE = "a real date of the spreadsheet"


NO_FLAWS: Final[Mapping[int, Flaw]] = MappingProxyType({})


class Line(NamedTuple):
    """One row as the file has it: its number from 1, cells as text, flawed cells by position, why the whole row is unusable."""

    number: int
    cells: Sequence[str]
    flaws: Mapping[int, Flaw] = NO_FLAWS
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """An opened file, ready to be read once. `total` is about how many lines follow the header, for a progress bar."""

    file: str
    header: Header
    lines: Iterator[Line]
    total: int
    notes: tuple[Note, ...] = ()
    # In a CSV a cell beyond the header means that cells have slipped; in a sheet it is somebody's remark.
    may_be_wider: bool = False
    close: Callable[[], None] = lambda: None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
