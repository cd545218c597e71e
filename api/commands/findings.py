"""What `load` and `check` say of rows that were not taken and of what the sender should know, on standard error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from indexer.readers import Note, Rejection

_SHOWN = 20


def print_findings(rejected: Sequence[Rejection], notes: Sequence[Note]) -> None:
    """The first rejections and notes, one a line; the rest only counted."""
    for lines in (map(_rejection, rejected), map(_note, notes)):
        _print_first(lines)


def _print_first(lines: Iterator[str]) -> None:
    for count, line in enumerate(lines):
        if count < _SHOWN:
            click.echo(f"  {line}", err=True)
        elif count == _SHOWN:
            more = 1 + sum(1 for _ in lines)
            click.echo(f"  and {more} more: see them with --json", err=True)


def _rejection(found: Rejection) -> str:
    return f"{_place(found.file, found.row, found.column)}: {found.message}"


def _note(note: Note) -> str:
    return f"note: {_place(note.file, note.row, note.column)}: {note.message}"


def _place(file: str, row: int, column: str) -> str:
    return file + (f", row {row}" if row else "") + (f", column {column}" if column else "")
