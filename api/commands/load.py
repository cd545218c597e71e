"""`elijah load`: files into the system of record, row by row, nothing lost."""

from __future__ import annotations

from pathlib import Path

import click

from api.commands.common import KIND, as_json, now, opened, print_json, progress
from api.commands.findings import print_findings
from indexer.loading import LoadReport
from indexer.loading import load as load_files
from matcher.record import Kind


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--kind", type=KIND, help="What rows without a kind are.")
@click.option("--source", help="Who recorded the rows: put before ids that have no `source/`.")
@as_json
@click.pass_context
def load(ctx: click.Context, files: tuple[Path, ...], kind: str | None, source: str | None, as_json: bool) -> None:
    """Load CSV or XLSX FILES. The same record_id again is an update; rejected rows are listed, the rest goes in."""
    with opened() as installation, installation.ahead() as ahead:
        with progress("loading") as on_progress:
            report = load_files(
                files,
                installation.store,
                kind=Kind(kind) if kind else None,
                source=source,
                at=now(),
                progress=ahead.beside(on_progress),
                photos=installation.faces.reader(),
            )
        with progress("indexing") as on_progress:
            ahead.finish(on_progress)
            owed = installation.follow(on_progress, purge=True)
    if owed:
        click.echo(owed, err=True)
    if as_json:
        print_json(report.to_json())
    else:
        _print(report)
    ctx.exit(1 if report.has_findings else 0)


def _print(report: LoadReport) -> None:
    withdrawn = f", withdrawn {report.withdrawn}" if report.withdrawn else ""
    click.echo(
        f"created {report.created}, updated {report.updated}, unchanged {report.unchanged}{withdrawn}, "
        f"rejected {len(report.rejected)}"
    )
    print_findings(report.rejected, report.notes)
