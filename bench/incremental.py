"""The night after a day on which little changed, against the full run:

    python -m bench.incremental [--reports 2000 --intakes 20000] [--share 0.01] [--rounds 3] [--workers 1]

Every night is the installed command in a process of its own, as a timer starts it; in between, that share of both kinds is stored
with one field changed to what another record has there. Processor seconds are compared: other work on the machine takes less from
them than from the clock.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench.installed import AT
from bench.processes import Run, run_command
from bench.world import World, make_world, write_world
from bench.world_tables import make_rng
from indexer.installation import Installation
from indexer.settings import Settings

_CHANGED: Final = ("full_name", "date_of_birth", "home_place", "mother_name", "marks", "hair")
_TARGET: Final = 1 / 30


def changed_rows(world: World, share: float, seed: int) -> list[dict[str, object]]:
    """That share of the reports and of the intakes, each with one field that another of its kind has."""
    rng = make_rng(seed)
    changed: list[dict[str, object]] = []
    for rows in (world.reports, world.intakes):
        for row in rng.sample(rows, max(1, round(share * len(rows)))):
            column = rng.choice(_CHANGED)
            changed.append({**row, column: rng.choice(rows).get(column, "")})
    return changed


def _night(home: Path, label: str, *args: object) -> Run:
    run = run_command(home, "reconcile", "--json", *args)
    said = json.loads(run.output)
    print(
        f"{label:<28} {run.processor_seconds:7.2f} s of the processors, {run.seconds:7.2f} s, peak {run.peak} MB: "
        f"{said['records']} records, {said['pairs']} pairs, {said['new']} new, {said['updated']} updated",
        flush=True,
    )
    return run


def measure(folder: Path, world: World, share: float, *, rounds: int, workers: int) -> float:
    """Print the nights; the median of the changed ones as a share of the full one."""
    write_world(world, folder / "world")
    home = folder / "home"
    run_command(home, "load", *(folder / "world" / name for name in ("reports.csv", "intakes.csv")))
    count = ("--workers", workers)
    _night(home, "first", *count)
    full = _night(home, "full", "--full", *count)
    changed = []
    for seed in range(rounds):
        with Installation.open(Settings(home=home)) as installation:
            installation.put(changed_rows(world, share, seed), at=AT)
        changed.append(_night(home, f"{share:.0%} changed", *count).processor_seconds)
    nothing = _night(home, "nothing changed", *count)
    ratio = statistics.median(changed) / full.processor_seconds
    print(
        f"{share:.0%} changed takes 1/{1 / ratio:.0f} of the full run (target 1/{1 / _TARGET:.0f}); "
        f"nothing changed: 1/{full.processor_seconds / nothing.processor_seconds:.0f}"
    )
    return ratio


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.incremental", description="A night after little has changed."
    )
    parser.add_argument("--reports", type=int, default=2_000)
    parser.add_argument("--intakes", type=int, default=20_000)
    parser.add_argument("--share", type=float, default=0.01)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        world = make_world(asked.reports, asked.intakes, 7, 0.6, "field")
        measure(Path(folder), world, asked.share, rounds=asked.rounds, workers=asked.workers)


if __name__ == "__main__":
    main()
