"""The plain baseline (bench/baseline.py) as an engine of the peers' bench; it ranks and knows no cut.

python -m bench.peer_baseline FOLDER
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

from bench.baseline import baseline_rankings
from bench.peer_elijah import read_rows
from bench.peer_files import Answer, Stopwatch, peak_mb, write_answer
from bench.world import World

_DEPTH = 50


def main(arguments: list[str]) -> None:
    """Rank every report's candidates by name, leave the answer."""
    folder = Path(arguments[0])
    watch = Stopwatch()
    world = World(read_rows(folder / "reports.csv"), read_rows(folder / "intakes.csv"), [], [])
    ready = watch.lap()
    rankings = baseline_rankings(world, _DEPTH)
    write_answer(
        folder,
        Answer(
            engine=f"rapidfuzz {version('rapidfuzz')} token_set_ratio",
            cut=None,
            probable=False,
            rankings={report: [(intake, 0.0) for intake in intakes] for report, intakes in rankings.items()},
            ready=ready,
            seconds=watch.lap(),
            peak_mb=peak_mb(),
        ),
    )


if __name__ == "__main__":
    main(sys.argv[1:])
