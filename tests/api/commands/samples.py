"""The children of `tests/indexer/world.py` as a file that a command can load."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from matcher.record import COLUMNS
from tests.api.commands.running import Elijah
from tests.indexer.readers.files import csv_file
from tests.indexer.world import INTAKE, REPORT, STRANGER


def loaded(elijah: Elijah, folder: Path, *rows: Mapping[str, object]) -> None:
    """Load these rows, by default one child told twice and a stranger."""
    chosen = rows or (REPORT, INTAKE, STRANGER)
    names = [name for name in COLUMNS if any(name in row for row in chosen)]
    lines = [",".join(names), *(",".join(str(row.get(name, "")) for name in names) for row in chosen)]
    done = elijah("load", csv_file(folder, "\n".join(lines) + "\n"))
    assert done.code == 0, done.err


def example_file(folder: Path, example: object) -> Path:
    """A JSON file with a question by example."""
    path = folder / "example.json"
    path.write_text(json.dumps(example, ensure_ascii=False), encoding="utf-8")
    return path
