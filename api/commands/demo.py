"""`elijah demo`: the main job on the samples, from loading to the pages."""

from __future__ import annotations

import os
from pathlib import Path

import click

from api.commands.common import now, opened
from api.commands.show import print_match
from indexer.installation import Installation
from indexer.loading import load
from indexer.reconcile import reconcile
from indexer.store import MatchFilter, MatchStatus
from matcher.errors import InputError

_SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"
_SHOWN = 5


@click.command()
@click.pass_context
def demo(ctx: click.Context) -> None:
    """Load the samples, reconcile, print the best matches with their evidence, then serve the pages.

    `DEMO_ONCE=1` ends after printing.
    """
    from api.commands.serve import serve  # noqa: PLC0415  # only the demo goes on to serve

    with opened() as installation:
        _load_samples(installation)
        outcome = reconcile(installation, at=now())
        click.echo(
            f"reconciled: {outcome.records} records, {outcome.pairs} pairs, "
            f"{outcome.new} new possible matches ({outcome.new_likely} likely)"
        )
        _print_best(installation)
    if os.environ.get("DEMO_ONCE") not in (None, "", "0"):
        return
    ctx.invoke(serve, host=None, port=None)


def _load_samples(installation: Installation) -> None:
    files = [_SAMPLES / name for name in ("reports.csv", "intakes.csv")]
    if not all(file.exists() for file in files):
        raise InputError("the samples are not installed: run the demo from a checkout (`make demo`)")
    report = load(files, installation.store, kind=None, source=None, at=now())
    installation.refresh()
    installation.index.compact(force=True)
    click.echo(
        f"loaded the samples (all invented): {report.created} created, {report.updated} updated, "
        f"{report.unchanged} unchanged, {len(report.rejected)} rejected"
    )


def _print_best(installation: Installation) -> None:
    best = installation.store.list_matches(MatchFilter(status=MatchStatus.POTENTIAL), limit=_SHOWN).matches
    for stored in best:
        click.echo(f"\nreport {stored.report_id}")
        answer = installation.match(stored.report_id, limit=20)
        for match in answer.matches:
            if match.record_id == stored.intake_id:
                print_match(match, answer.records[match.record_id])
