"""The lines of a CSV, also where a quotation mark is never closed: that row is refused alone, the rest is read."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import IO, Final

from indexer.readers.headers import Header
from indexer.readers.table import Line

# A cell may span lines; one that is longer than this is an open quotation mark, or no cell at all.
_MOST_CHARACTERS: Final = 1_000_000
_OPEN_QUOTE: Final = 'a quotation mark (") is opened and not closed; close it or take it out'
_TOO_LONG: Final = f"a cell is longer than {_MOST_CHARACTERS:,} characters; shorten it"


class _Feed:
    """The lines of the file; those of the present row can be given back, all but the first."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._file, None)
        if line is None:
            self.ended = True
            raise StopIteration
        self.taken.append(line)
        return line

    def give_back(self) -> str:
        """Give back all lines of this row but the first, which is returned."""
        first, *rest = self.taken
        self._again.extendleft(reversed(rest))
        self.ended = False
        return first


def csv_lines(file: IO[str], delimiter: str, header: Header | None = None) -> Iterator[Line]:
    """The rows as a spreadsheet counts them, from 1, blank ones too. The header, where it is known, says how wide rows are."""
    feed = _Feed(file)
    reader = csv.reader(feed, delimiter=delimiter)
    number = 0
    while True:
        feed.taken.clear()
        number += 1
        try:
            cells = _next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield _broken(feed, number, delimiter)
            continue
        wide = header is not None and number > header.row and len(cells) > len(header.names)
        if (len(feed.taken) > 1 or feed.ended) and (wide or _has_swallowed_lines(feed, delimiter)):
            yield _broken(feed, number, delimiter)
        else:
            yield Line(number, cells)


def _next(reader: Iterator[list[str]]) -> list[str]:
    # The limit is the whole process's: others rely on theirs.
    theirs = csv.field_size_limit(_MOST_CHARACTERS)
    try:
        return next(reader)
    finally:
        csv.field_size_limit(theirs)


def _has_swallowed_lines(feed: _Feed, delimiter: str) -> bool:
    # An open quotation mark runs to the end of the file, or to the next mark, which then stands where none may stand.
    try:
        _next(csv.reader(iter(feed.taken), delimiter=delimiter, strict=True))
    except csv.Error:
        return True
    return False


def _broken(feed: _Feed, number: int, delimiter: str) -> Line:
    alone = len(feed.taken) == 1 and not feed.ended
    first = feed.give_back()[:_MOST_CHARACTERS]
    if alone:
        return Line(number, first.split(delimiter), problem=_TOO_LONG)
    cells = _next(csv.reader([first.replace('"', "")], delimiter=delimiter))
    return Line(number, cells, problem=_OPEN_QUOTE)
