"""`elijah evaluate`: the matches against known pairs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from api.commands.common import as_json, opened, print_json, progress
from api.commands.show import print_evidence
from indexer.evaluation import Evaluation
from indexer.evaluation import evaluate as measure
from indexer.plots import write_plots
from indexer.truth import read_truth
from indexer.worst import Example
from matcher.match import SAME_FAMILY

_WHY = {
    "ranked_below": "behind other children",
    "not_brought_up": "not brought up",
    "no_consent": "no consent for tracing: found by its owner only",
    "not_open": "closed",
    "not_loaded": "not loaded",
}


@click.command()
@click.option(
    "--truth",
    required=True,
    type=click.Path(path_type=Path),
    help="CSV with the columns report_id,intake_id and, where known, relation (same_child or same_family).",
)
@click.option(
    "--plots",
    type=click.Path(path_type=Path),
    help="Folder for the pictures (SVG): precision-recall, reliability, the worst miss and false positive.",
)
@as_json
def evaluate(truth: Path, plots: Path | None, as_json: bool) -> None:
    """Rank the candidates of every open report that is loaded and compare with the known pairs."""
    pairs = read_truth(truth)
    with opened() as installation, progress("evaluating") as on_progress:
        outcome = measure(installation, pairs, on_progress)
    written = [str(path) for path in write_plots(outcome, plots)] if plots else []
    if as_json:
        pictures = {"plots": written} if plots else {}
        print_json({**outcome.to_json(), "worst": outcome.examples(), **pictures})
        return
    for line in _figures(outcome):
        click.echo(line)
    _print_examples("false positives", outcome.worst.false_positives)
    _print_examples("misses", outcome.worst.misses)
    for path in written:
        click.echo(f"written: {path}")


def _figures(outcome: Evaluation) -> Iterator[str]:
    known, reports = len(outcome.truth.same), len(outcome.rankings.report_ids)
    yield f"{known} known pairs, {reports} open reports, model {outcome.model.version}"
    for name, interval in outcome.intervals.items():
        ends = "" if math.isnan(interval.value) else f"  [{interval.low:.3f}, {interval.high:.3f}]"
        yield f"  {name:<20} {_share(interval.value)}{ends}"
    kept = f"  (of the possible and likely ones {_share(outcome.kept_calibration_error)})"
    yield f"  {'calibration error':<20} {_share(outcome.calibration_error)}{kept}"
    for name, row in outcome.likelihoods().items():
        yield f"  {name:<9} {row.matches:>9} matches  precision {_share(row.precision)}  recall {_share(row.recall)}"
    siblings = outcome.siblings()
    if siblings.pairs:
        yield (
            f"  brothers and sisters: {siblings.pairs} pairs, {siblings.called_likely} called likely "
            f"({_share(siblings.called_likely_share)}), {siblings.called_same_family} called the same family"
        )
    for why, count in outcome.worst.missed.items():
        yield f"  missed, {_WHY[why]}: {count}"


def _print_examples(title: str, examples: Sequence[Example]) -> None:
    click.echo(f"worst {title}:{'' if examples else ' none'}")
    for example in examples:
        click.echo(_headline(example))
        if example.match:
            print_evidence(example.match)


def _headline(example: Example) -> str:
    place = f"rank {example.rank}" if example.rank else _WHY[example.why]
    probability = f", {example.match.likelihood} {example.match.probability:.1%}" if example.match else ""
    relation = ", known as brothers or sisters" if example.relation == SAME_FAMILY else ""
    return f"  {example.pair[0]} ~ {example.pair[1]}: {place}{probability}{relation}"


def _share(value: float | None) -> str:
    return "-" if value is None or math.isnan(value) else f"{value:.3f}"
