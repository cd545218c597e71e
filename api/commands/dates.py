"""`elijah dates`: how a date or an age was read."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from api.commands.common import as_json, now, print_json
from api.commands.tables import texts
from matcher.dates import DateError, Interval, read_date


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
            click.echo(_line(line, answer))


def _read(text: str, today: date) -> dict[str, Any]:
    try:
        reading = read_date(text, on=today)
    except DateError as error:
        return {"text": text, "error": error.message}
    answer = {"text": text, **_interval(reading.intervals[0])}
    if len(reading.intervals) > 1:
        answer["alternatives"] = [_interval(interval) for interval in reading.intervals]
    return answer


def _line(text: str, answer: dict[str, Any]) -> str:
    """The answer for a person: `15/4/2015: 2015-04-15`, further readings after `or`."""
    if "error" in answer:
        return f"{text}: {answer['error']}"
    return f"{text}: " + " or ".join(map(_span, answer.get("alternatives", [answer])))


def _span(interval: dict[str, Any]) -> str:
    earliest, latest = interval["earliest"] or "…", interval["latest"] or "…"
    return earliest if earliest == latest else f"{earliest} to {latest}"


def _interval(interval: Interval) -> dict[str, object]:
    return {
        "earliest": interval.earliest.isoformat() if interval.earliest else None,
        "latest": interval.latest.isoformat() if interval.latest else None,
    }
