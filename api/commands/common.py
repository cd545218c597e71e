"""What the commands share: opening the installation, JSON out, progress on a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import click

from indexer.installation import Installation
from indexer.settings import Settings

KIND = click.Choice(["report", "intake"])
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else on standard output.")


def read_settings() -> Settings:
    """The settings of this process, read from the environment. Raises `InputError` naming a variable that cannot be used."""
    return Settings.read()


@contextmanager
def opened() -> Iterator[Installation]:
    """The installation of this process, opened and closed."""
    with Installation.open(read_settings()) as installation:
        yield installation


def now() -> datetime:
    """The clock: the only place where a command reads it."""
    return datetime.now(UTC)


def print_json(answer: Mapping[str, Any] | list[Any]) -> None:
    """One JSON document on standard output, Khmer as it is."""
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None))


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error, on a terminal only: quiet when piped."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    # rich is slow to import and only a terminal needs it.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
