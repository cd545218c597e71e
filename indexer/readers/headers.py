"""The header: which row it is, and which column of the record each of its cells means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from indexer.neutral import as_written
from matcher.record import COLUMNS, LIST_COLUMNS
from matcher.tables import rows
from matcher.text import tidy

if TYPE_CHECKING:
    from indexer.readers.table import Line

# So many known columns in one row are a header, even without record_id; text of a title or of a child never names three.
_ENOUGH: Final = 3
_APOSTROPHES: Final = re.compile("['’`\"“”]")
_SEPARATORS: Final = re.compile(r"[\s_\-./:*?()\[\]]+")
# Khmer is written without spaces between words; where they are set, they mean nothing.
_AROUND_KHMER: Final = re.compile("(?<=[\u1780-\u17ff])_|_(?=[\u1780-\u17ff])")
_KHMER: Final = re.compile("[\u1780-\u17ff]+")
_NUMBER: Final = re.compile(r"(?<=[^\d_])_?\d+$")


@dataclass(frozen=True, slots=True)
class Header:
    """One entry a column: `names` is the record's column, or the key in `extra`; `written` the header as the file has it, unique.

    `by_alias` holds the columns that were recognised by another name than their own.
    """

    row: int
    names: tuple[str, ...]
    written: tuple[str, ...]
    by_alias: frozenset[str]
    doubles: tuple[str, ...]

    @property
    def known(self) -> frozenset[str]:
        """The record's columns that the file has."""
        return frozenset(self.names).intersection(COLUMNS)


def find_header(lines: Iterable[Line]) -> Header | None:
    """The first row that has record_id beside another known column, or enough known columns; else the best that there is."""
    found = [(line, read_header(line)) for line in lines if any(line.cells)]
    for test in (_is_certain, _has_id, _has_two, _has_one):
        for _, header in found:
            if test(header):
                return header
    return None


def read_header(line: Line) -> Header:
    """The row read as a header. A column's own name goes before other names; a list may be spread over several columns."""
    written = _unique([as_written(tidy(cell)) or f"column {letters(at)}" for at, cell in enumerate(line.cells)])
    normal = [_key(as_written(tidy(cell))) for cell in line.cells]
    taken: set[str] = set()
    names: list[str] = [""] * len(written)
    for meaning in (_own_name, _other_name):
        for at, text in enumerate(normal):
            name = meaning(text)
            if name and not names[at] and (name not in taken or name in LIST_COLUMNS):
                names[at] = name
                taken.add(name)
    aliases = frozenset(name for name, text in zip(names, normal, strict=True) if name and not _own_name(text))
    doubles = tuple(
        text for text, name, key in zip(written, names, normal, strict=True) if not name and _own_or_other(key)
    )
    extra = _free_keys([name or text for name, text in zip(names, written, strict=True)], known=names)
    return Header(line.number, extra, written, aliases, doubles)


def normalised(header: str) -> str:
    """The header without what does not matter: case, apostrophes, and how its words are set apart."""
    return _AROUND_KHMER.sub("", _SEPARATORS.sub("_", _APOSTROPHES.sub("", header.casefold()))).strip("_")


def _key(header: str) -> str:
    # `_id` and `_status` are KoboToolbox's own, about the form that was sent; they are not the child's.
    return "" if header.startswith("_") else normalised(header)


def letters(position: int) -> str:
    """How a spreadsheet names a column: 0 is A, 26 is AA."""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


@cache
def _aliases() -> dict[str, str]:
    return {normalised(row["header"]): row["column"] for row in rows("headers.csv")}


def _own_name(text: str) -> str:
    return text if text in COLUMNS else ""


def _other_name(text: str) -> str:
    if text in _aliases():
        return _aliases()[text]
    return _in_both_languages(text) or _numbered(text)


def _in_both_languages(text: str) -> str:
    """What `ឈ្មោះ (Name)` means, where both halves mean the same."""
    khmer, rest = "".join(_KHMER.findall(text)), _KHMER.sub("", text).strip("_")
    name = _aliases().get(khmer, "") if khmer and rest else ""
    return name if name and name == (_own_name(rest) or _aliases().get(rest, "")) else ""


def _numbered(text: str) -> str:
    """What `phone_2` means: one of several columns of a list."""
    unnumbered = _NUMBER.sub("", text)
    if unnumbered == text:
        return ""
    name = _own_name(unnumbered) or _aliases().get(unnumbered, "")
    return name if name in LIST_COLUMNS else ""


def _own_or_other(text: str) -> str:
    return _own_name(text) or _other_name(text)


def _unique(headers: Sequence[str]) -> tuple[str, ...]:
    seen: set[str] = set()
    unique = []
    for header in headers:
        name, count = header, 1
        while name in seen:
            count += 1
            name = f"{header} ({count})"
        seen.add(name)
        unique.append(name)
    return tuple(unique)


def _free_keys(keys: Sequence[str], *, known: Sequence[str]) -> tuple[str, ...]:
    # An unknown column must not be called like a known one: the record would take it for that.
    return tuple(key if name or key not in COLUMNS else f"{key} (2)" for key, name in zip(keys, known, strict=True))


def _is_certain(header: Header) -> bool:
    return len(header.known) >= _ENOUGH or ("record_id" in header.known and len(header.known) > 1)


def _has_id(header: Header) -> bool:
    return "record_id" in header.known


def _has_two(header: Header) -> bool:
    return len(header.known) > 1


def _has_one(header: Header) -> bool:
    return len(header.known) == 1
