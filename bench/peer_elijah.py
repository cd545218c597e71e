"""Elijah as an engine of the peers' bench: the flat files of a folder through the same readers, index and scoring as a user's.

python -m bench.peer_elijah FOLDER
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from bench.installed import loaded
from bench.peer_files import Answer, Stopwatch, peak_mb, write_answer
from bench.world import World
from indexer.rankings import open_reports, rank_reports
from matcher.model import Model


def main(arguments: list[str]) -> None:
    """Load, rank every report's candidates, leave the answer."""
    folder = Path(arguments[0])
    watch = Stopwatch()
    world = World(read_rows(folder / "reports.csv"), read_rows(folder / "intakes.csv"), [], [])
    with loaded(world, folder / "elijah") as installation:
        ready = watch.lap()
        rankings = dict(rank_reports(installation, open_reports(installation)).rows())
        seconds = watch.lap()
        stored = installation.store.count()
    rows = len(world.reports) + len(world.intakes)
    answer = Answer(
        engine=f"Elijah, model {Model.shipped().version}",
        cut=Model.shipped().likely,
        probable=True,
        rankings=rankings,
        ready=ready,
        seconds=seconds,
        peak_mb=peak_mb(),
        notes=[f"{rows - stored} of {rows} rows were rejected by the reader"] if stored < rows else [],
    )
    write_answer(folder, answer)


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a flat CSV, without their blank cells."""
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: cell for name, cell in row.items() if cell} for row in csv.DictReader(file)]


if __name__ == "__main__":
    main(sys.argv[1:])
