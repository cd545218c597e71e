"""Elijah beside its peers on the same invented worlds:

    python -m bench.peers [--reports 1000 --intakes 5000 --seeds 7 --noise clean field harsh]

Splink, nomenklatura (logic-v2) and recordlinkage run from an environment of their own, `.venv-peers` (requirements-bench.txt).
A peer that is not there is left out, saying so. Every engine runs in a process of its own, over the intakes with consent: the
others have no way to keep the rest out. What peers are lent and how they are set up: bench/peer_columns.py, bench/peer_*.py.

A line an engine: the share of the findable pairs at rank 1 and among the first 10 (with its bootstrap interval), MRR; precision
and recall at the engine's documented cut, and at the probability that Elijah calls `likely` where scores are probabilities; what
it finds at a precision of 0.99, and the best F1, both with a cut chosen afterwards; brothers and sisters called a match at the
documented cut; seconds of matching with training (and before it: reading, storing, indexing), peak memory.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from bench.noise import NOISES
from bench.peer_columns import columns
from bench.peer_engines import PEERS_PYTHON, Engine, EngineError, missing, run
from bench.peer_figures import AtCut, at_cut, best_f1, called_among, every_cut, order, recall_with_precision, scored
from bench.peer_files import Answer, write_columns
from bench.world import World, make_world, write_world
from indexer.metrics import bootstrap_interval, hits_at, mean_reciprocal_rank, recall_at
from matcher.model import Model
from matcher.places import Gazetteer

ENGINES: Final = (
    Engine("baseline", "bench.peer_baseline", "", "anyascii, token_set_ratio over all pairs, sex and birth year between equals"),
    Engine("recordlinkage", "bench.peer_recordlinkage", "recordlinkage", "12 blocks and a sorted neighbourhood, 9 features, ECM"),
    Engine("nomenklatura", "bench.peer_nomenklatura", "nomenklatura", "its own token index, 200 candidates a report, logic-v2"),
    Engine("splink", "bench.peer_splink", "splink", "10 blocking rules, 11 comparisons, term frequencies, u from 5e6 pairs, EM"),
    Engine("elijah", "bench.peer_elijah", "", "as installed: load, then evaluate; no option set"),
)  # fmt: skip
_HEADER: Final = (
    f"  {'engine':<14} {'@1':>5} {'@10':>5} {'interval':^14} {'MRR':>5}"
    f"  {'cut':>5} {'P':>5} {'R':>5}  {'P':>5} {'R':>5} at likely  {'R':>5} at P.99  {'F1':>5} best  siblings  seconds    MB"
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one table a world."""
    asked = _asked(arguments)
    engines = [engine for engine in ENGINES if engine.name in asked.engines]
    absent = {engine.name: why for engine in engines if (why := missing(engine, asked.peers_python))}
    for engine in engines:
        print(absent.get(engine.name) or f"{engine.name}: {engine.setting}")
    present = [engine for engine in engines if engine.name not in absent]
    print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; likely is a probability of {Model.shipped().likely:g}"
    )
    for noise in asked.noise:
        for seed in asked.seeds:
            world = with_consent(make_world(asked.reports, asked.intakes, seed, 0.6, noise))
            compare(world, f"{noise}, seed {seed}", present, asked.peers_python)


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description="Elijah beside its peers.")
    names = [engine.name for engine in ENGINES]
    parser.add_argument("--reports", type=int, default=1_000)
    parser.add_argument("--intakes", type=int, default=5_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[7])
    parser.add_argument("--noise", nargs="+", choices=tuple(NOISES), default=list(NOISES))
    parser.add_argument("--engines", nargs="+", choices=names, default=names)
    parser.add_argument("--peers-python", type=Path, default=PEERS_PYTHON, help="interpreter that has the peers")
    return parser.parse_args(arguments)


def with_consent(world: World) -> World:
    """The world without the intakes that nobody but their owner may find, and the pairs that remain."""
    intakes = [row for row in world.intakes if row["consent_for_tracing"] == "true"]
    known = {row["record_id"] for row in intakes}
    siblings = [pair for pair in world.siblings if pair[1] in known]
    return replace(world, intakes=intakes, truth=world.findable, siblings=siblings)


def compare(world: World, title: str, engines: Sequence[Engine], python: Path) -> dict[str, Answer]:
    """Run the engines over one world and print a line each; their answers by name."""
    print(f"\n{title}: {len(world.reports)} reports, {len(world.intakes)} intakes, {len(world.truth)} pairs to find")
    answers: dict[str, Answer] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_world(world, folder)
        write_columns(folder, *(_columns(side) for side in (world.reports, world.intakes)))
        for engine in engines:
            try:
                answers[engine.name] = run(engine, folder, python)
            except EngineError as error:
                print(f"  {error}")
    for answer in answers.values():
        print(f"  {'; '.join([answer.engine, *answer.notes])}")
    print(_HEADER)
    for engine_name, answer in answers.items():
        print(line(engine_name, answer, world))
    print(_misses(answers, world))
    return answers


def line(name: str, answer: Answer, world: World) -> str:
    """The figures of one engine on one world."""
    rankings, pairs = order(answer), scored(answer.rankings)
    found = bootstrap_interval(hits_at(rankings, world.truth, 10))
    text = (
        f"  {name:<14} {recall_at(rankings, world.truth, 1):5.3f} {found.value:5.3f} [{found.low:5.3f}, {found.high:5.3f}]"
        f" {mean_reciprocal_rank(rankings, world.truth):5.3f}"
    )
    return f"{text}  {_cuts(answer, pairs, world)}  {answer.seconds:6.1f} (+{answer.ready:.1f}) {answer.peak_mb:5d}"


def _cuts(answer: Answer, pairs: Sequence[tuple[float, tuple[str, str]]], world: World) -> str:
    if answer.cut is None:
        return f"{'gives no score that could be cut':<64}"
    cuts = every_cut(pairs, world.truth)
    sure, best = recall_with_precision(cuts, 0.99), best_f1(cuts)
    likely = at_cut(pairs, world.truth, Model.shipped().likely) if answer.probable else None
    called = called_among(pairs, world.siblings, answer.cut)
    return (
        f"{answer.cut:5.3g} {_shares(at_cut(pairs, world.truth, answer.cut))}  {_shares(likely)}           "
        f"  {sure.recall if sure else 0:5.3f}          {best.f1 if best else 0:5.3f}     "
        f"  {f'{called}/{len(world.siblings)}':>8}"
    )


def _shares(one: AtCut | None) -> str:
    return f"{one.precision:5.3f} {one.recall:5.3f}" if one else f"{'-':>5} {'-':>5}"


def _misses(answers: Mapping[str, Answer], world: World) -> str:
    missed = {
        name: len(world.truth) - int(hits_at(order(answer), world.truth, 10).sum()) for name, answer in answers.items()
    }
    return "  not among the first 10: " + ", ".join(f"{name} {count}" for name, count in missed.items())


def _columns(rows: Sequence[Mapping[str, str]]) -> list[dict[str, object]]:
    gazetteer = Gazetteer.shipped()
    return [columns(row, gazetteer) for row in rows]


if __name__ == "__main__":
    main()
