"""How good the matches are on invented worlds, beside the plain baseline on the same world:

    python -m bench.quality [--reports 2000 --intakes 20000 --seeds 7 11 --noise clean field harsh]

Every figure is over the truth that may be found (with consent). Worlds of all noise models are shown, since no one of them is the
field.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench.baseline import baseline_rankings
from bench.installed import loaded
from bench.noise import NOISES
from bench.world import World, make_world
from indexer.evaluation import Evaluation, evaluate
from indexer.metrics import bootstrap_interval, hits_at, mean_reciprocal_rank, recall_at
from indexer.truth import Truth
from matcher.record import Record
from matcher.scoring import Scorer

_DEPTH = 50
_FIRST = 10


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one table a world."""
    parser = argparse.ArgumentParser(prog="python -m bench.quality", description="Quality on invented worlds.")
    parser.add_argument("--reports", type=int, default=2_000)
    parser.add_argument("--intakes", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[7])
    parser.add_argument("--noise", nargs="+", choices=tuple(NOISES), default=list(NOISES))
    asked = parser.parse_args(arguments)
    for noise in asked.noise:
        for seed in asked.seeds:
            _show(make_world(asked.reports, asked.intakes, seed, 0.6, noise), f"{noise}, seed {seed}")


def _show(world: World, title: str) -> None:
    print(f"\n{title}: {len(world.reports)} reports, {len(world.intakes)} intakes, {len(world.findable)} pairs to find")
    started = time.perf_counter()
    _show_rankings("token_set_ratio", baseline_rankings(world, _DEPTH), world, time.perf_counter() - started)
    with tempfile.TemporaryDirectory() as folder, loaded(world, Path(folder)) as installation:
        started = time.perf_counter()
        outcome = evaluate(installation, Truth.of(world.findable, world.siblings))
        seconds = time.perf_counter() - started
        linkable = linkable_pairs(installation.scorer, world)
    _show_rankings("Elijah", outcome.rankings.ids, world, seconds)
    _show_linkable(outcome.rankings.ids, world, linkable)
    _show_likelihoods(outcome)


def _show_rankings(name: str, rankings: dict[str, list[str]], world: World, seconds: float) -> None:
    found = bootstrap_interval(hits_at(rankings, world.findable, _FIRST))
    print(
        f"  {name:<16} recall@1 {recall_at(rankings, world.findable, 1):.3f}  "
        f"@10 {found.value:.3f} [{found.low:.3f}, {found.high:.3f}]  "
        f"MRR {mean_reciprocal_rank(rankings, world.findable):.3f}  {seconds:.1f} s"
    )


def linkable_pairs(scorer: Scorer, world: World) -> list[tuple[str, str]]:
    """The pairs to find on which the two records say enough to tell the child from the strangers who arrived.

    So many bits of evidence that, of as many strangers as there are intakes, fewer than ten are expected to reach them by
    chance: a record that gives a nickname and a sex cannot be ranked before a thousand others by anybody.
    """
    if not world.findable:
        return []
    enough = math.log2(max(len(world.intakes) / _FIRST, 1.0))
    reports, intakes = (
        {row["record_id"]: Record.from_flat(row) for row in rows} for rows in (world.reports, world.intakes)
    )
    left = scorer.columns([reports[report] for report, _ in world.findable])
    right = scorer.columns([intakes[intake] for _, intake in world.findable])
    each = np.arange(len(world.findable), dtype=np.int64)
    evidence = scorer.score(left, right, each, each).weights.sum(axis=1)
    return [pair for pair, bits in zip(world.findable, evidence.tolist(), strict=True) if bits >= enough]


def _show_linkable(rankings: dict[str, list[str]], world: World, linkable: list[tuple[str, str]]) -> None:
    print(
        f"  linkable {len(linkable)} of {len(world.findable)} pairs: recall@1 {recall_at(rankings, linkable, 1):.3f}  "
        f"@10 {recall_at(rankings, linkable, _FIRST):.3f}"
    )


def _show_likelihoods(outcome: Evaluation) -> None:
    found = outcome.intervals["retrieval recall"].value
    print(f"  retrieval recall {found:.3f}  calibration error {outcome.calibration_error:.4f}")
    for name, row in outcome.likelihoods().items():
        precision, recall = ("-" if share is None else f"{share:.3f}" for share in (row.precision, row.recall))
        print(f"  {name:<9} {row.matches:>7} matches  precision {precision}  recall {recall}")
    siblings = outcome.siblings()
    print(f"  brothers and sisters called likely: {siblings.called_likely} of {siblings.pairs}")


if __name__ == "__main__":
    main()
