"""`elijah reconcile`: the night job."""

from __future__ import annotations

from pathlib import Path

import click

from api.commands.common import as_json, now, opened, print_json, progress
from indexer.morning_report import write_morning_report
from indexer.plan import Plan
from indexer.plan import plan as make_plan
from indexer.reconcile import reconcile as run


@click.command()
@click.option("--full", is_flag=True, help="Compare everything again, not only what changed.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that score.")
@click.option(
    "--report", type=click.Path(path_type=Path), help="Folder of the morning report (default: reports under the home)."
)
@click.option("--plan", is_flag=True, help="Only say what the run would compare and how long it would take.")
@as_json
@click.pass_context
def reconcile(ctx: click.Context, full: bool, workers: int, report: Path | None, plan: bool, as_json: bool) -> None:
    """Compare everything that changed with everything that is open; leave a report for the morning."""
    at = now()
    with opened() as installation:
        if plan:
            _show(make_plan(installation, full=full, workers=workers), as_json=as_json)
            return
        with progress("reconciling") as on_progress:
            outcome = run(installation, full=full, workers=workers, at=at, on_progress=on_progress)
        folder = write_morning_report(installation, outcome, report or installation.settings.reports_folder, at=at)
    if as_json:
        print_json({**outcome.to_json(), "report": str(folder)})
    else:
        click.echo(
            f"{outcome.records} records, {outcome.pairs} pairs compared: {outcome.new} new matches "
            f"({outcome.new_likely} likely), {outcome.updated} updated; report in {folder}"
        )
        for stopped in outcome.stopped:
            click.echo(f"stopped at {stopped['record_id']}: {stopped['reason']}", err=True)
    ctx.exit(1 if outcome.stopped else 0)


def _show(plan: Plan, *, as_json: bool) -> None:
    if as_json:
        print_json(plan.to_json())
        return
    click.echo(
        f"{plan.reports} reports and {plan.intakes} intakes to compare, about {plan.pairs} pairs in {plan.seconds} seconds "
        f"(by a sample of {plan.sampled} records)"
    )
    if plan.marked:
        click.echo(f"{plan.marked} of the intakes meet all reports of the run and only get their marks")
