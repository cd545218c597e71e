"""`elijah search` and `elijah match`: ranked, explained candidates."""

from __future__ import annotations

import json
from pathlib import Path

import click

from api.commands.common import KIND, as_json, now, opened, print_json
from api.commands.show import print_answer
from api.examples import answer, query_of
from indexer.answer import Answer
from indexer.installation import says_something
from matcher.errors import InputError
from matcher.record import Kind

_LIMIT = click.option(
    "--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="At most so many candidates."
)


@click.command()
@click.option("--name", "full_name", help="The child's name, any script.")
@click.option("--local-name", help="The name in Khmer.")
@click.option("--sex", help="female or male.")
@click.option("--birth", "date_of_birth", help="Date of birth, any way people write it.")
@click.option("--age", help="Age, in years unless it says months.")
@click.option("--as-of", "age_as_of", help="The day on which the age was true (default: today).")
@click.option("--home", "home_place", help="Where the child lived.")
@click.option("--seen", "seen_place", help="Where it was last seen, or found.")
@click.option("--date", "seen_date", help="When it was last seen, or found.")
@click.option("--father", "father_name", help="The father's name.")
@click.option("--mother", "mother_name", help="The mother's name.")
@click.option("--mark", "marks", multiple=True, help="A scar, birthmark or other mark; may be repeated.")
@click.option("--phone", "phones", multiple=True, help="A telephone number of the family; may be repeated.")
@click.option("--photo", type=click.Path(path_type=Path), help="A photo of the child, JPEG or PNG.")
@click.option("--photo-date", help="When the photo was taken: without it the photo says next to nothing.")
@click.option("--example", type=click.Path(path_type=Path), help="A JSON file with a flat record.")
@click.option("--kind", type=KIND, default="intake", show_default=True, help="What to look for.")
@_LIMIT
@as_json
def search(photo: Path | None, example: Path | None, kind: str, limit: int, as_json: bool, **given: object) -> None:
    """Look for a child by what is known; an empty query gives an empty list."""
    flat = _read_example(example) if example else {}
    sought = Kind(str(flat["kind"])).other if flat.get("kind") in tuple(Kind) else Kind(kind)
    flat.update(_flat_from_options(given, sought))
    query = query_of(flat, sought=sought, limit=limit, today=now().date())
    if not photo and not says_something(query.example):
        _show(Answer(query=query.example), as_json=as_json)
        return
    with opened() as installation:
        if photo:
            query = query.with_faces(installation.faces.face_in(photo))
        _show(answer(query, installation), as_json=as_json)


@click.command()
@click.argument("record_id")
@_LIMIT
@as_json
def match(record_id: str, limit: int, as_json: bool) -> None:
    """The ranked candidates of one stored record."""
    with opened() as installation:
        _show(installation.match(record_id, limit=limit), as_json=as_json)


def _show(found: Answer, *, as_json: bool) -> None:
    if as_json:
        print_json(found.to_json())
    else:
        print_answer(found)


def _flat_from_options(given: dict[str, object], sought: Kind) -> dict[str, object]:
    """The options as flat columns; where and when mean last seen for a report, found for an intake."""
    event = ("last_seen_place", "last_seen_date") if sought is Kind.INTAKE else ("found_place", "found_date")
    renamed = {"seen_place": event[0], "seen_date": event[1]}
    return {renamed.get(name, name): value for name, value in given.items() if value}


def _read_example(path: Path) -> dict[str, object]:
    try:
        example = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read; give the path of a JSON file") from error
    except ValueError as error:
        raise InputError(f"{path.name}: is not JSON in UTF-8; write one flat record as an object") from error
    if not isinstance(example, dict):
        raise InputError(f"{path.name}: holds no JSON object; write one flat record")
    inner = example.get("example")
    return dict(inner) if isinstance(inner, dict) else example
