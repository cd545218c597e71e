"""How a search and the index grow with the records:

    python -m bench.growth [--records 100000 1000000] [--homes DIR ...] [--searches 300]

Makes and loads worlds of these sizes, or takes homes that exist (they are opened, so copy what an older program must still read).
Each home is measured in a process of its own: searches for reports that it holds, met for the first time and once more; the
candidates alone; the index on disk and in memory; the peak.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from bench.processes import run_command
from bench.world import make_world, write_world
from indexer.installation import Installation
from indexer.retrieval import candidate_query
from indexer.settings import Settings
from matcher.names import load_kernel
from matcher.record import Kind, Record

_WARM_UP: Final = 20


@dataclass(frozen=True, slots=True)
class Figures:
    """One home: milliseconds as (median, 95th percentile) by the clock, `_processor` on average; bytes a record."""

    records: int
    cold: tuple[float, float]
    cold_processor: float
    warm: tuple[float, float]
    candidates: tuple[float, float]
    on_disk: float
    in_memory: float
    opening: float
    peak: int


def measure(home: Path, searches: int) -> Figures:
    """The figures of one home, in this process."""
    load_kernel()
    started = time.perf_counter()
    with Installation.open(Settings(home=home)) as here:
        here.refresh()
        opening = time.perf_counter() - started
        records = here.store.count()
        asked = _reports(here, searches + _WARM_UP)
        for record in asked[:_WARM_UP]:
            here.search(record)
        asked = asked[_WARM_UP:]
        before = time.process_time()
        cold = _times(lambda record: here.search(record).to_json(), asked)
        processor = 1000 * (time.process_time() - before) / len(asked)
        # So few that what the first search has read of their candidates is still there.
        again = asked[-min(100, len(asked)) :]
        warm = _times(lambda record: here.search(record).to_json(), again)
        queries = [
            candidate_query(record, here.keys, here.index, sources=frozenset(), limit=here.settings.candidates)
            for record in asked
        ]
        found = _times(here.index.candidates, [query for query in queries if query.keys])
        snapshots = list((home / "index").rglob("*.snapshot"))
        return Figures(
            records=records,
            cold=cold,
            cold_processor=processor,
            warm=warm,
            candidates=found,
            on_disk=sum(path.stat().st_size for path in snapshots) / records,
            in_memory=_resident(Path("/proc/self/smaps"), ".snapshot") / records,
            opening=opening,
            peak=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        )


def _reports(here: Installation, count: int) -> list[Record]:
    """So many of the open reports, from all over the home."""
    numbers = here.store.pending("", Kind.REPORT).numbers
    wanted = numbers[:: max(1, len(numbers) // count)][:count]
    return [stored.record for stored in here.store.get_many(wanted).values()]


def _times(work: Callable[..., object], of: Sequence[object]) -> tuple[float, float]:
    times = []
    for one in of:
        started = time.perf_counter()
        work(one)
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times), statistics.quantiles(times, n=20)[18]


def _resident(maps: Path, ending: str) -> int:
    """Bytes of the files of this ending that are in memory; 0 where the system does not say."""
    if not maps.exists():
        return 0
    size, counts = 0, False
    for line in maps.read_text().splitlines():
        first, *rest = line.split()
        if "-" in first:
            counts = bool(rest) and rest[-1].endswith(ending)
        elif counts and first == "Rss:":
            size += 1024 * int(rest[0])
    return size


def show(figures: Figures) -> None:
    """Print one home's figures."""
    print(
        f"{figures.records:,} records: search not met before {figures.cold[0]:.1f} ms (p95 {figures.cold[1]:.1f}; "
        f"{figures.cold_processor:.1f} of the processor), met before {figures.warm[0]:.1f} (p95 {figures.warm[1]:.1f}); "
        f"candidates alone {figures.candidates[0]:.1f} (p95 {figures.candidates[1]:.1f})\n"
        f"  index {figures.on_disk:.0f} bytes a record on disk, {figures.in_memory:.0f} of them in memory (target <= 1,024); "
        f"opened in {figures.opening:.1f} s; peak {figures.peak} MB",
        flush=True,
    )


def compare(small: Figures, large: Figures) -> None:
    """Print how the larger home grew on the smaller one."""
    times, processor = large.cold[0] / small.cold[0], large.cold_processor / small.cold_processor
    print(
        f"{large.records / small.records:.0f} times the records: a search takes {times:.2f} times as long (of the processor "
        f"{processor:.2f}; target < 2), p95 {large.cold[1] / small.cold[1]:.2f}, "
        f"its candidates {large.candidates[0] / small.candidates[0]:.2f}"
    )


def _made(folder: Path, records: int) -> Path:
    world = make_world(records // 10, records - records // 10, 7, 0.6, "field")
    write_world(world, folder / "world")
    run = run_command(folder / "home", "load", *(folder / "world" / name for name in ("reports.csv", "intakes.csv")))
    print(f"load {records:,}: {records / run.seconds:,.0f} records/s, peak {run.peak} MB", flush=True)
    return folder / "home"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description="How a search grows with the records.")
    parser.add_argument("--records", type=int, nargs="*", default=[100_000, 1_000_000])
    parser.add_argument("--homes", type=Path, nargs="*", default=[])
    parser.add_argument("--searches", type=int, default=300)
    asked = parser.parse_args(arguments)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}")
    with tempfile.TemporaryDirectory() as folder:
        homes = asked.homes or [_made(Path(folder) / str(records), records) for records in asked.records]
        measured = []
        for home in homes:
            with get_context("spawn").Pool(1) as pool:
                measured.append(pool.apply(measure, (home, asked.searches)))
            show(measured[-1])
    if len(measured) > 1:
        compare(measured[0], measured[-1])


if __name__ == "__main__":
    main()
