"""A mixed load on a real server, bounded in time, against the target:

    python -m bench.load [--seconds 60] [--records 20000] [--searches 50] [--writes 20] [--decisions 2] [--night]
                         [--setup embedded|large] [--steps 0.25 0.5 1] [--workers N]

It starts `elijah serve` on a home of its own and sends searches by example, records (new and changed) and decisions (taken and
undone) from this process, with a night (`POST /v1/reconciliations`) behind them where `--night` asks for it. The schedule is
open: latencies count from when a request was due, so a slow server cannot hide. `--steps` are shares of the rates, one run after
another on the same home. Afterwards everything that was acknowledged is read back; what is lost ends the bench with an error.
The driver and the server share the processors: what one of them uses, the other does not have.
`--setup large` is PostgreSQL and Elasticsearch, those of the tests (`ELIJAH_TEST_*_URL`: yours), on the same processors.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bench.load_check import Checked, check
from bench.load_driver import Client, Lane, NightShift
from bench.load_ledger import Ledger
from bench.load_schedule import HEADER, Figures, Sample, arrivals
from bench.load_server import Home, Server, Usage, serving, set_up
from bench.load_work import Decisions, Searches, Writes, matches_to_decide
from bench.world import World, make_world, write_world

MOST_MS: Final = 250.0
_KINDS: Final = ("search", "write", "decision", "night")
# Threads of each kind: more than a server that keeps up ever leaves waiting.
_THREADS: Final = 64
_WARM_UP: Final = 40
# Reports that are reconciled before the run, so that there is something to decide on; a night finds all others new.
_RECONCILED: Final = 100
_DECIDED: Final = 200
_CHANGED: Final = 300


@dataclass(frozen=True, slots=True)
class Rates:
    """What is sent in a second, and whether a night runs meanwhile."""

    search: float
    write: float
    decision: float
    night: bool

    def times(self, share: float) -> Rates:
        """A share of it."""
        return replace(self, search=share * self.search, write=share * self.write, decision=share * self.decision)

    def of(self, kind: str) -> float:
        """The rate of one kind."""
        return {"search": self.search, "write": self.write, "decision": self.decision}.get(kind, 0.0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run: its figures by kind, how the nights went, what the server used and this process, and what was lost."""

    figures: Sequence[Figures]
    nights: Sequence[str]
    used: Usage
    driver_seconds: float
    seconds: float
    checked: Checked

    def holds(self, rates: Rates) -> bool:
        """Whether every kind kept its rate with no error and in time; a night has no time to keep, only no error."""
        kept = (
            one.holds(rates.of(one.kind), MOST_MS) if rates.of(one.kind) else not one.errors for one in self.figures
        )
        return all(kept) and not self.checked.lost


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; 1 where something acknowledged was lost."""
    asked = _parser().parse_args(arguments)
    rates = Rates(asked.searches, asked.writes, asked.decisions, asked.night)
    print(f"{asked.setup}, {asked.records} records, {os.cpu_count()} cores; target: p99 <= {MOST_MS:.0f} ms, no error")
    with tempfile.TemporaryDirectory(prefix="elijah-load-") as name, set_up(asked.setup, Path(name)) as home:
        world = _load_world(home, asked.records, Path(name))
        with serving(home, asked.workers) as server:
            outcomes = [_step(server, world, rates.times(share), asked.seconds) for share in asked.steps]
            print(f"ended in {server.stop():.1f} s; said: {server.said().strip() or 'nothing'}")
        _print_status(home)
    return int(any(outcome.checked.lost for outcome in outcomes))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description="A mixed load on a real server.")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--searches", type=float, default=50, help="a second")
    parser.add_argument("--writes", type=float, default=20, help="a second, half of them new")
    parser.add_argument("--decisions", type=float, default=2, help="a second, half of them undone")
    parser.add_argument("--night", action="store_true", help="one night after another meanwhile")
    parser.add_argument("--workers", type=int, help="processes of the server (default: its own)")
    parser.add_argument("--setup", choices=("embedded", "large"), default="embedded")
    parser.add_argument("--steps", type=float, nargs="+", default=[1.0], help="shares of the rates, one after another")
    return parser


def _load_world(home: Home, records: int, folder: Path) -> World:
    """Load it as a user would, and reconcile the first reports."""
    world = make_world(records // 10, records - records // 10, 7)
    write_world(replace(world, reports=world.reports[:_RECONCILED]), folder / "first")
    write_world(world, folder / "all")
    started = time.perf_counter()
    home.run("load", folder / "first" / "reports.csv", folder / "first" / "intakes.csv")
    home.run("reconcile")
    home.run("load", folder / "all" / "reports.csv")
    print(f"loaded, {_RECONCILED} reports reconciled: {time.perf_counter() - started:.0f} s")
    return world


def _step(server: Server, world: World, rates: Rates, seconds: float) -> Outcome:
    outcome = run(server, world, rates, seconds)
    asked = f"{rates.search:g} searches/s, {rates.write:g} writes/s, {rates.decision:g} decisions/s"
    print(f"\n{asked}, {'a night' if rates.night else 'no night'}, {seconds:g} s")
    print(HEADER)
    for line in (*outcome.figures, *outcome.nights, outcome.checked):
        print(line)
    print(
        f"  server {outcome.used.seconds:.1f} s of processor in {outcome.seconds:.1f} s, peak {outcome.used.peak_mb} MB; "
        f"driver {outcome.driver_seconds:.1f} s; load average {' '.join(f'{one:.1f}' for one in os.getloadavg())}"
    )
    print(f"  {'HELD' if outcome.holds(rates) else 'NOT HELD'}", flush=True)
    return outcome


def run(server: Server, world: World, rates: Rates, seconds: float) -> Outcome:
    """One run of so many seconds, and the check after it."""
    ledger = Ledger()
    lanes = _lanes(server, world, rates, seconds, ledger)
    shifts = [NightShift(server.url)] if rates.night else []
    senders: list[Lane | NightShift] = [*lanes, *shifts]
    used, own, began = server.usage(), _own_seconds(), time.monotonic()
    for sender in senders:
        sender.start(began)
    for lane in lanes:
        lane.join()
    taken = time.monotonic() - began
    now = server.usage()
    own = _own_seconds() - own
    for shift in shifts:
        shift.stop()
    samples = [sample for sender in senders for sample in sender.samples]
    used = Usage(now.seconds - used.seconds, now.peak_mb)
    nights = [_night_line(one) for shift in shifts for one in shift.runs]
    return Outcome(_figures(samples, seconds), nights, used, own, taken, check(server.url, ledger))


def _lanes(server: Server, world: World, rates: Rates, seconds: float, ledger: Ledger) -> list[Lane]:
    client, searches, run_id = Client(server.url), Searches(world), f"{time.time_ns() % 10**9:09d}"
    for number in range(_WARM_UP):
        # Each by a connection of its own, so that every worker gets some.
        client.close()
        client.send(searches.request(number))
    decided = matches_to_decide(client, _DECIDED) if rates.decision else []
    client.close()
    taken = {match[side] for match in decided for side in ("report_id", "intake_id")}
    # A machine takes up a decision again when one of the records changes: those are left alone.
    known = [row for row in (*world.reports[:_RECONCILED], *world.intakes[:_CHANGED]) if _is_free(row, taken)]
    new = make_world(20, max(round(rates.write * seconds), 1), int(run_id)).intakes
    writes = Writes([row for row in new if _is_free(row, set())], known, run_id, ledger)
    decisions = Decisions([int(match["id"]) for match in decided], ledger)
    due = {kind: arrivals(rates.of(kind), seconds, f"{kind} {run_id}") for kind in _KINDS}
    return [
        Lane(server.url, searches, due["search"], threads=_THREADS),
        Lane(server.url, writes, due["write"], threads=_THREADS),
        # One reviewer, since an undo follows what it undoes.
        Lane(server.url, decisions, due["decision"], threads=1),
    ]


def _is_free(row: dict[str, str], taken: set[str]) -> bool:
    """Whether it can be changed and read back: a child without consent is read by its owner only (rule 5)."""
    return row["record_id"] not in taken and row.get("consent_for_tracing") != "false"


def _figures(samples: Sequence[Sample], seconds: float) -> list[Figures]:
    asked = {sample.kind for sample in samples}
    return [Figures.of(kind, samples, seconds) for kind in _KINDS if kind in asked]


def _night_line(run: dict[str, object]) -> str:
    return f"  night {run['id']}: {run['status']}, {run.get('done', 0)} of {run.get('total', 0)} records"


def _own_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _print_status(home: Home) -> None:
    status = json.loads(home.run("index", "status", "--json"))
    print(f"index status: {status['records']} records, {status['behind']} behind")


if __name__ == "__main__":
    sys.exit(main())
