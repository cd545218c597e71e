"""`elijah names`: how a name was read, and how alike two names are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path

import click

from api.commands.common import as_json, print_json
from api.commands.tables import read_columns
from matcher.errors import InputError
from matcher.names import NameComparison, NameReading, PartReading, analyse, compare_field, compare_fields, read_aloud

# Pairs compared at once: enough to be fast, few enough for the first answers to come at once.
_PAIRS_AT_ONCE = 20_000
# JSON leaves these as they are, yet many readers of lines break at them.
_LINE_BREAKS = {ord(letter): f"\\u{ord(letter):04x}" for letter in "\x85\u2028\u2029"}


@click.group()
def names() -> None:
    """How names are read and compared."""


@names.command()
@click.argument("name")
@as_json
def show(name: str, as_json: bool) -> None:
    """How NAME was read: clusters, sounds, readings, keys."""
    forms = [read_aloud(form) for form in analyse(name)]
    if as_json:
        print_json({"text": name, "forms": [asdict(form) for form in forms]})
        return
    for form in forms:
        click.echo("\n".join(_form_lines(form)))
    if not forms:
        click.echo("nothing to compare in this name")


@names.command()
@click.argument("pair", nargs=-1)
@click.option("--pairs", type=click.Path(path_type=Path), help="A CSV file with the columns a,b: one answer a line.")
@as_json
def compare(pair: tuple[str, ...], pairs: Path | None, as_json: bool) -> None:
    """How alike the names A and B are, or each pair of a file."""
    if pairs is not None and not pair:
        for line in _pair_lines(read_columns(pairs, ("a", "b")), as_json=as_json):
            click.echo(line)
    elif pairs is None and len(pair) == 2:
        _show_pair(pair[0], pair[1], as_json=as_json)
    else:
        raise InputError("give two names, or a file with --pairs")


def _show_pair(a: str, b: str, *, as_json: bool) -> None:
    compared = compare_field(a, b)
    answer = _answer(a, b, compared.similarity, compared.level.label)
    if as_json:
        print_json({**answer, "alignment": [asdict(unit) for unit in compared.alignment]})
        return
    click.echo("\n".join([_readable(answer), *_alignment_lines(compared)]))


def _pair_lines(rows: Iterable[dict[str, str]], *, as_json: bool) -> Iterator[str]:
    """One line a pair, in order."""
    for block in _blocks(rows):
        compared = compare_fields([row["a"] for row in block], [row["b"] for row in block])
        for row, one in zip(block, compared, strict=True):
            answer = _answer(row["a"], row["b"], one.similarity, one.level.label)
            yield json.dumps(answer, ensure_ascii=False).translate(_LINE_BREAKS) if as_json else _readable(answer)


def _blocks(rows: Iterable[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    remaining = iter(rows)
    while block := list(islice(remaining, _PAIRS_AT_ONCE)):
        yield block


def _answer(a: str, b: str, similarity: float, level: str) -> dict[str, object]:
    return {"a": a, "b": b, "similarity": round(similarity, 6), "level": level}


def _readable(answer: dict[str, object]) -> str:
    return f"{answer['a']} | {answer['b']}: {answer['similarity']:.3f}, {answer['level']}"


def _alignment_lines(compared: NameComparison) -> Iterator[str]:
    """The sounds that met, one pair a line, with what it cost that they differ."""
    for unit in compared.alignment:
        yield f"  {unit.first or '-':<6} {unit.second or '-':<6} {unit.cost:.2f}"


def _form_lines(form: NameReading) -> Iterator[str]:
    yield form.text
    for part in form.parts:
        yield from _part_lines(part)
    yield f"  keys      {' '.join(form.keys)}"


def _part_lines(part: PartReading) -> Iterator[str]:
    yield f"  {part.text} ({part.latin})"
    if part.clusters:
        yield f"    clusters  {' '.join(part.clusters)}"
    for sound in part.sounds:
        readings = ", ".join(f"{reading} {share:.0%}" for reading, share in sound.readings.items())
        yield f"    {sound.sound:<8} {sound.place:<6} weight {sound.weight:.2f}  {readings}".rstrip()
