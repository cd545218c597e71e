"""`elijah dates`: how a date or an age was read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
from matcher.dates import DateError, Interval, read_date

from api.commands.common import as_json, now, print_json
from api.commands.tables import texts


@click.group()
def dates() -> None:
    """How dates and ages are read."""


@dates.command()
@click.argument("text", required=False)
@click.option("--file", type=click.Path(path_type=Path), help="A file with one text a line: one answer a line.")
@as_json
def show(text: str | None, file: Path | None, as_json: bool) -> None:
    """What TEXT, or each line of a file, means as a date."""
    today = now().date()
    for line in texts(text, file):
        answer = _read(line, today)
        if as_json:
            print_json(answer)
        else:
            click.echo("  ".join(f"{name}: {value}" for name, value in answer.items()))


def _read(text: str, today: date) -> dict[str, object]:
    try:
        reading = read_date(text, on=today)
    except DateError as error:
        return {"text": text, "error": error.message}
    answer = {"text": text, **_interval(reading.intervals[0])}
    if len(reading.intervals) > 1:
        answer["alternatives"] = [_interval(interval) for interval in reading.intervals]
    return answer


def _interval(interval: Interval) -> dict[str, object]:
    return {
        "earliest": interval.earliest.isoformat() if interval.earliest else None,
        "latest": interval.latest.isoformat() if interval.latest else None,
    }
