"""`elijah check`: a spreadsheet of arrivals (or of reports) against what is open, without storing it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from indexer.readers import ReadRow, Rejection, read_records
from indexer.writers import write_matches

from api.commands.common import KIND, as_json, opened, print_json, progress
from api.commands.show import print_answer
from indexer.answer import Answer
from indexer.installation import Installation
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
    """Check FILE row by row. A row's kind decides what it is checked against; without one, --kind."""
    records, rejected = _read(file, Kind(kind))
    with opened() as installation, progress("checking") as on_progress:
        answers = list(_answers(installation, records, limit, on_progress))
    lines = [{"query_id": answer.query.record_id, **match.to_json()} for answer in answers for match in answer.matches]
    if out:
        write_matches(out, lines)
    if as_json:
        print_json({"matches": lines, "rejected": [rejection.to_json() for rejection in rejected]})
    elif out:
        click.echo(f"{len(records)} rows checked, {len(lines)} candidates written to {out}")
    else:
        for answer in answers:
            click.echo(f"== {answer.query.record_id}")
            print_answer(answer)
    for rejection in rejected:
        click.echo(f"{rejection.file}, row {rejection.row}, column {rejection.column}: {rejection.message}", err=True)
    ctx.exit(1 if rejected else 0)


def _read(file: Path, kind: Kind) -> tuple[list[Record], list[Rejection]]:
    records: list[Record] = []
    rejected: list[Rejection] = []
    for row in read_records(file, kind=kind, source=None):
        if isinstance(row, ReadRow):
            records.append(row.record)
        elif isinstance(row, Rejection):
            rejected.append(row)
    return records, rejected


def _answers(
    installation: Installation, records: Sequence[Record], limit: int, on_progress: object
) -> Iterator[Answer]:
    for done, answer in enumerate(installation.check(records, limit=limit), start=1):
        if callable(on_progress):
            on_progress(done, len(records))
        yield answer
