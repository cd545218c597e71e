"""`elijah check`: a spreadsheet of arrivals (or of reports) against what is open, without storing it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from api.commands.common import KIND, as_json, opened, print_json, progress
from api.commands.findings import print_findings
from api.commands.show import print_answer
from indexer.answer import Answer
from indexer.readers import Note, ReadRow, Rejection, read_records
from indexer.writers import check_matches_target, write_matches
from matcher.errors import InputError
from matcher.record import Kind, Record


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--kind", type=KIND, default="intake", show_default=True, help="What rows without a kind are.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the matches to a .csv, .xlsx or .jsonl file.")
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="At most so many candidates a row."
)
@as_json
@click.pass_context
def check(ctx: click.Context, file: Path, kind: str, out: Path | None, limit: int, as_json: bool) -> None:
    """Check FILE row by row. A row's kind decides what it is checked against; without one, --kind.

    A row needs no record_id: without one it is called `row/N`.
    """
    if out:
        _check_target(out, file)
    records, rejected, notes = _read(file, Kind(kind))
    answers = _ask(records, limit)
    lines = [{"query_id": answer.query.record_id, **match.to_json()} for answer in answers for match in answer.matches]
    if out:
        write_matches(out, lines)
    if as_json:
        print_json(_to_json(lines, rejected, notes))
    else:
        _print(answers, out, len(lines))
        print_findings(rejected, notes)
    ctx.exit(1 if rejected or any(note.finding for note in notes) else 0)


def _check_target(out: Path, file: Path) -> None:
    check_matches_target(out)
    if out.exists() and file.exists() and out.samefile(file):
        raise InputError(f"{out}: is the file that is being checked; give --out another name")


def _read(file: Path, kind: Kind) -> tuple[list[Record], list[Rejection], list[Note]]:
    records: list[Record] = []
    rejected: list[Rejection] = []
    notes: list[Note] = []
    for found in read_records(file, kind=kind, source=None, anonymous_ids=True):
        if isinstance(found, ReadRow):
            records.append(found.record)
        elif isinstance(found, Rejection):
            rejected.append(found)
        else:
            notes.append(found)
    return records, rejected, notes


def _ask(records: Sequence[Record], limit: int) -> list[Answer]:
    answers: list[Answer] = []
    with opened() as installation, progress("checking") as on_progress:
        for answer in installation.check(records, limit=limit):
            answers.append(answer)
            on_progress(len(answers), len(records))
    return answers


def _to_json(
    lines: Sequence[dict[str, Any]], rejected: Sequence[Rejection], notes: Sequence[Note]
) -> dict[str, object]:
    return {
        "matches": lines,
        "rejected": [rejection.to_json() for rejection in rejected],
        "notes": [note.to_json() for note in notes],
    }


def _print(answers: Sequence[Answer], out: Path | None, count: int) -> None:
    if out:
        click.echo(f"{len(answers)} rows checked, {count} candidates written to {out}")
        return
    for answer in answers:
        click.echo(f"== {answer.query.record_id}")
        print_answer(answer)
