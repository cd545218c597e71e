"""`elijah index`: how far the candidate index is, and building it anew."""

from __future__ import annotations

import click

from api.commands.common import as_json, opened, print_json, progress


@click.group()
def index() -> None:
    """The state of the candidate index; rebuild it."""


@index.command()
@as_json
def status(as_json: bool) -> None:
    """How many records the index holds and how far it is behind the database."""
    with opened() as installation:
        _show(installation.index_status(), as_json)


@index.command()
@as_json
def rebuild(as_json: bool) -> None:
    """Build the index anew from the database; searches go on meanwhile."""
    with opened() as installation:
        with progress("indexing") as on_progress:
            installation.rebuild_index(on_progress)
        _show(installation.index_status(), as_json)


def _show(status: dict[str, object], as_json: bool) -> None:
    if as_json:
        print_json(status)
    else:
        click.echo(", ".join(f"{name} {value}" for name, value in status.items()))
