"""`elijah withdraw` and `elijah export`: taking a record out for good, and taking all records along."""

from __future__ import annotations

from pathlib import Path

import click

from api.commands.common import KIND, as_json, now, opened, print_json
from indexer.writers import check_records_target, write_records
from matcher.record import Kind


@click.command()
@click.argument("record_id")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
def withdraw(record_id: str, yes: bool, as_json: bool) -> None:
    """Remove a record from the database, the index and the files; it stays gone after the next load."""
    if not yes:
        click.confirm(f"Withdraw {record_id} for good, with its matches and decisions?", abort=True, err=True)
    with opened() as installation:
        installation.withdraw(record_id, at=now())
    print_json({"withdrawn": record_id}) if as_json else click.echo(f"{record_id} is withdrawn")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--kind", type=KIND, help="Only reports or only intakes.")
@as_json
def export(file: Path, kind: str | None, as_json: bool) -> None:
    """Write the stored records, unknown columns too, to a .csv or .xlsx FILE."""
    check_records_target(file)
    with opened() as installation:
        records = (stored.record for stored in installation.store.records(kind=Kind(kind) if kind else None))
        count = write_records(file, records)
    print_json({"records": count, "file": str(file)}) if as_json else click.echo(f"{count} records written to {file}")
