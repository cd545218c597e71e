"""Pairs that are known: which report and intake are the same child, and which are brothers or sisters."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from matcher.errors import InputError
from matcher.match import SAME_CHILD, SAME_FAMILY

Pair = tuple[str, str]
_COLUMNS: Final = ("report_id", "intake_id")
_RELATION: Final = "relation"


@dataclass(frozen=True, slots=True)
class Truth:
    """Known pairs (report_id, intake_id). Nothing is known of a pair that is in neither."""

    same: frozenset[Pair] = frozenset()
    family: frozenset[Pair] = frozenset()

    @classmethod
    def of(cls, same: Iterable[Pair], family: Iterable[Pair] = ()) -> Self:
        """The truth of these pairs."""
        return cls(frozenset(same), frozenset(family))

    def relation(self, pair: Pair) -> str:
        """`same_child`, `same_family`, or blank where nothing is known."""
        if pair in self.same:
            return SAME_CHILD
        return SAME_FAMILY if pair in self.family else ""

    @property
    def reports(self) -> frozenset[str]:
        """The reports that it speaks of."""
        return frozenset(report for report, _ in (*self.same, *self.family))


def read_truth(path: Path) -> Truth:
    """The pairs of a CSV with the columns report_id,intake_id and, where it has one, relation (`same_child`, `same_family`).

    Raises `InputError` naming the file, and the line where one is at fault.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name}: cannot be read; give a CSV in UTF-8 with report_id,intake_id") from error
    found: dict[Pair, str] = {}
    for line, pair, relation in _rows(text, path.name):
        if found.setdefault(pair, relation) != relation:
            raise InputError(f"{path.name}, line {line}: the pair stands there twice with two relations; keep one")
    return Truth.of(
        (pair for pair, relation in found.items() if relation == SAME_CHILD),
        (pair for pair, relation in found.items() if relation == SAME_FAMILY),
    )


def _rows(text: str, name: str) -> Iterator[tuple[int, Pair, str]]:
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = [cell.strip().casefold() for cell in next(reader, [])]
        if not set(_COLUMNS) <= set(header):
            raise InputError(f"{name}: the first line must be report_id,intake_id", column=_COLUMNS[0])
        for cells in reader:
            row = dict(zip(header, (cell.strip() for cell in cells), strict=False))
            if any(row.values()):
                yield reader.line_num, _pair(row, reader.line_num, name), _relation(row, reader.line_num, name)
    except csv.Error as error:
        raise InputError(f"{name}, line {reader.line_num}: not a line of a CSV file ({error})") from error


def _pair(row: dict[str, str], line: int, name: str) -> Pair:
    report, intake = (row.get(column, "") for column in _COLUMNS)
    if not report or not intake:
        blank = _COLUMNS[1] if report else _COLUMNS[0]
        raise InputError(f"{name}, line {line}: {blank} is blank; give both ids or take the line out", column=blank)
    return report, intake


def _relation(row: dict[str, str], line: int, name: str) -> str:
    relation = row.get(_RELATION) or SAME_CHILD
    if relation not in (SAME_CHILD, SAME_FAMILY):
        raise InputError(f"{name}, line {line}: the relation must be {SAME_CHILD} or {SAME_FAMILY}", column=_RELATION)
    return relation
