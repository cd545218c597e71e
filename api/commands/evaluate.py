"""`elijah evaluate`: the matches against known pairs."""

from __future__ import annotations

from pathlib import Path

import click

from api.commands.common import as_json, opened, print_json, progress
from indexer.evaluation import evaluate as measure
from indexer.evaluation import read_truth
from indexer.plots import write_plots


@click.command()
@click.option(
    "--truth", required=True, type=click.Path(path_type=Path), help="CSV with the columns report_id,intake_id."
)
@click.option(
    "--plots", type=click.Path(path_type=Path), help="Folder for the precision-recall and reliability diagrams (SVG)."
)
@as_json
def evaluate(truth: Path, plots: Path | None, as_json: bool) -> None:
    """Rank the candidates of every open report that is loaded and compare with the known pairs."""
    pairs = read_truth(truth)
    with opened() as installation, progress("evaluating") as on_progress:
        outcome = measure(installation, pairs, on_progress)
    figures = {**outcome.to_json(), "worst": outcome.worst()}
    if plots:
        figures["plots"] = [str(path) for path in write_plots(outcome, plots)]
    if as_json:
        print_json(figures)
        return
    for name, value in figures.items():
        if name != "worst":
            click.echo(f"{name:<20} {value}")
    for name, rows in outcome.worst().items():
        click.echo(f"worst {name.replace('_', ' ')}:")
        for row in rows:
            click.echo("  " + "  ".join(f"{key} {value}" for key, value in row.items()))
