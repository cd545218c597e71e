"""`elijah index`: how far the candidate index is, and building it anew."""

from __future__ import annotations

import click

from api.commands.common import as_json, opened, print_json, progress


@click.group()
def index() -> None:
    """The state of the candidate index; rebuild it."""


@index.command()
@as_json
@click.pass_context
def status(ctx: click.Context, as_json: bool) -> None:
    """How many records the index holds and how far it is behind the database."""
    with opened() as installation:
        status = installation.index_status()
    _show(status, as_json)
    # The figures are then those of the last time, or none.
    ctx.exit(1 if "problem" in status else 0)


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
        click.echo(", ".join(f"{name} {'unknown' if value is None else value}" for name, value in status.items()))
