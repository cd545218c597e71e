"""`elijah names`: how a name was read, and how alike two names are."""

from __future__ import annotations

from pathlib import Path

import click

from api.commands.common import as_json, print_json
from api.commands.tables import read_columns
from matcher.comparisons.names import read_names
from matcher.errors import InputError
from matcher.names import Name, NameComparison, NameLevel, analyse, keys
from matcher.names import compare as compare_names


@click.group()
def names() -> None:
    """How names are read and compared."""


@names.command()
@click.argument("name")
@as_json
def show(name: str, as_json: bool) -> None:
    """How NAME was read: parts, sounds, keys."""
    forms = [_describe(form) for form in analyse(name)]
    if as_json:
        print_json({"text": name, "forms": forms})
        return
    for form in forms:
        click.echo(f"{form['text']}")
        for part in form["parts"]:
            click.echo(f"  {part}")
        click.echo(f"  keys: {' '.join(form['keys'])}")
    if not forms:
        click.echo("nothing to compare in this name")


@names.command()
@click.argument("pair", nargs=-1)
@click.option("--pairs", type=click.Path(path_type=Path), help="A CSV file with the columns a,b: one answer a line.")
@as_json
def compare(pair: tuple[str, ...], pairs: Path | None, as_json: bool) -> None:
    """How alike the names A and B are, or each pair of a file."""
    if pairs is not None:
        for row in read_columns(pairs, ("a", "b")):
            _show_pair(row["a"], row["b"], as_json)
    elif len(pair) == 2:
        _show_pair(pair[0], pair[1], as_json)
    else:
        raise InputError("give two names, or a file with --pairs")


def _show_pair(a: str, b: str, as_json: bool) -> None:
    best = _best(a, b)
    similarity, level = (best.similarity, best.level) if best else (0.0, NameLevel.DIFFERENT)
    answer = {"a": a, "b": b, "similarity": round(float(similarity), 4), "level": level.label}
    if as_json:
        print_json(answer)
        return
    click.echo(f"{a} | {b}: {answer['similarity']}, {answer['level']}")
    for unit in best.alignment if best else ():
        click.echo(f"  {unit}")


def _best(a: str, b: str) -> NameComparison | None:
    compared = [compare_names(x, y) for x in read_names([a]) for y in read_names([b])]
    return max(compared, key=lambda one: (one.level, one.similarity), default=None)


def _describe(form: Name) -> dict[str, object]:
    return {"text": form.text, "parts": [str(token) for token in form.tokens], "keys": list(keys(form))}
