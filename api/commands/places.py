"""`elijah places`: how a place was read; importing an official gazetteer."""

from __future__ import annotations

from pathlib import Path

import click

from api.commands.common import as_json, opened, print_json, progress, read_settings
from api.commands.tables import texts
from indexer.places import import_gazetteer, open_gazetteer
from matcher.places import Gazetteer


@click.group()
def places() -> None:
    """How places are read; import an official gazetteer."""


@places.command()
@click.argument("text", required=False)
@click.option("--file", type=click.Path(path_type=Path), help="A file with one text a line: one answer a line.")
@as_json
def show(text: str | None, file: Path | None, as_json: bool) -> None:
    """The places that TEXT, or each line of a file, may mean."""
    gazetteer = open_gazetteer(read_settings())
    for line in texts(text, file):
        answer = _look_up(gazetteer, line)
        if as_json:
            print_json({"text": line, "candidates": answer})
        else:
            click.echo(line)
            for candidate in answer:
                click.echo(f"  {candidate['code']:<10} {candidate['probability']:.3f}  {candidate['name']}")


@places.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@as_json
def import_(file: Path, as_json: bool) -> None:
    """Import an official gazetteer: CSV with code,level,unit,khmer[,latin,ungegn,lat,lon]."""
    imported = import_gazetteer(read_settings(), file)
    with opened() as installation, progress("indexing") as on_progress:
        installation.rebuild_index(on_progress)
    if as_json:
        print_json({"imported": imported})
    else:
        click.echo(
            f"{imported} places imported and the index rebuilt; restart a running server, "
            "and run `elijah reconcile --full` to compare everything with them"
        )


def _look_up(gazetteer: Gazetteer, text: str) -> list[dict[str, object]]:
    return [
        {
            "code": candidate.place.code,
            "name": candidate.place.latin or candidate.place.khmer,
            "probability": round(candidate.probability, 4),
        }
        for candidate in gazetteer.look_up(text, limit=10)
    ]
