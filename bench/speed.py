"""How fast and how large, against the targets:

    python -m bench.speed [--records 100000] [--reports 2000 --intakes 20000] [--searches 300]
    python -m bench.speed --home DIR --world DIR      searches only, over what is loaded there already

Each figure stands beside its target. `load` and the cold `elijah search` run the installed command as a user would; searches and
the night run in this process, memory is the peak of a process of its own. Searches have the compiled kernel ready, as a server
does before its first question. `cold`: another child each time; `again`: the same children once more, their candidates on the
shelf. Processor time stands beside the time that passed: machines are noisy, so compare figures of one run.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from bench.installed import AT
from bench.world import make_world, write_world
from indexer.installation import Installation
from indexer.reconcile import reconcile
from indexer.settings import Settings
from matcher.names import load_kernel
from matcher.record import Kind, Record

_COMMAND = Path(sys.executable).with_name("elijah")
_COLD_RUNS = 5
_WARM_UP = 20
_SHELVED = 50


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.speed", description="Speed and memory against the targets.")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--reports", type=int, default=2_000)
    parser.add_argument("--intakes", type=int, default=20_000)
    parser.add_argument("--searches", type=int, default=300)
    parser.add_argument("--home", type=Path, help="an installation that is loaded already; needs --world")
    parser.add_argument("--world", type=Path, help="the folder of `reports.csv` that it was loaded from")
    asked = parser.parse_args(arguments)
    print(
        f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    if (asked.home is None) != (asked.world is None):
        parser.error("--home and --world go together")
    if asked.home:
        _measure_own(asked.home, asked.world, asked.searches)
        return
    with tempfile.TemporaryDirectory() as folder:
        _measure_records(Path(folder), asked.records, asked.searches)
    with tempfile.TemporaryDirectory() as folder:
        _measure_night(Path(folder), asked.reports, asked.intakes)


def _measure_records(folder: Path, records: int, searches: int) -> None:
    world = make_world(records // 10, records - records // 10, 7, 0.6, "field")
    write_world(world, folder / "world")
    home = folder / "home"
    files = [folder / "world" / name for name in ("reports.csv", "intakes.csv")]
    seconds, peak = _command(home, "load", *files)
    print(
        f"load {records} records: {records / seconds:,.0f} records/s (target >= 5,000), peak {peak} MB (target <= 600)"
    )
    name = world.reports[0]["full_name"] or world.reports[0]["local_name"]
    cold = [_command(home, "search", "--name", name, "--json")[0] for _ in range(_COLD_RUNS)]
    print(f"cold `elijah search`: median {statistics.median(cold):.2f} s (target <= 1.2)")
    _measure_own(home, folder / "world", searches)


def _measure_own(home: Path, world: Path, searches: int) -> None:
    with (world / "reports.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(islice(csv.DictReader(file), searches + _WARM_UP))
    peak = _in_own_process(lambda: _measure_searches(home, [Record.from_flat(row) for row in rows]))
    print(f"  peak {peak} MB in the searching process (target <= 600)")


def _measure_searches(home: Path, examples: Sequence[Record]) -> None:
    load_kernel()
    with Installation.open(Settings(home=home)) as installation:
        for example in examples[:_WARM_UP]:
            installation.search(example)
        examples = examples[_WARM_UP:]
        print(f"one search among {installation.store.count():,} records, explained (target p95 <= 25 ms)")
        _time_searches("cold", installation, examples)
        # No more than the shelf keeps.
        last = examples[-_SHELVED:]
        for example in last:
            installation.search(example)
        _time_searches("again", installation, last)


def _time_searches(label: str, installation: Installation, examples: Sequence[Record]) -> None:
    passed, worked = [], []
    for example in examples:
        started, working = time.perf_counter(), time.process_time()
        installation.search(example).to_json()
        passed.append(1000 * (time.perf_counter() - started))
        worked.append(1000 * (time.process_time() - working))
    print(f"  {label:5}: {_spread(passed)}; processor {_spread(worked)}")


def _spread(times: Sequence[float]) -> str:
    return f"median {statistics.median(times):.1f} ms, p95 {statistics.quantiles(times, n=20)[18]:.1f} ms"


def _measure_night(folder: Path, reports: int, intakes: int) -> None:
    world = make_world(reports, intakes, 7, 0.6, "field")
    write_world(world, folder / "world")
    home = folder / "home"
    _command(home, "load", *(folder / "world" / name for name in ("reports.csv", "intakes.csv")))
    with Installation.open(Settings(home=home)) as installation:
        assert installation.store.count(Kind.REPORT) == reports
        for label, full in (("first", False), ("again, nothing changed", False), ("full", True)):
            started = time.perf_counter()
            done = reconcile(installation, full=full, at=AT)
            seconds = time.perf_counter() - started
            target = " (target <= 60)" if full else ""
            print(
                f"reconcile {reports} x {intakes}, {label}: {seconds:.1f} s{target}, {done.pairs} pairs, {done.new} new"
            )


def _command(home: Path, *args: object) -> tuple[float, int]:
    """(seconds, peak megabytes) of one run of the installed command."""
    environment = {**os.environ, "ELIJAH_HOME": str(home)}
    started = time.perf_counter()
    done = subprocess.run([_COMMAND, *map(str, args)], env=environment, stdout=subprocess.DEVNULL, check=False)
    seconds = time.perf_counter() - started
    assert done.returncode in (0, 1), args
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


def _in_own_process(work: Callable[[], None]) -> int:
    """Run it in a forked child and give the child's own peak in megabytes."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        work()
        sys.stdout.flush()
        os._exit(0)
    _, status, usage = os.wait4(child, 0)
    assert status == 0
    return usage.ru_maxrss // 1024


if __name__ == "__main__":
    main()
