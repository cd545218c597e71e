"""`elijah fit`: the installation's own weights, shown beside those in use before they replace them."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from api.commands.common import as_json, now, opened, print_json, progress, read_settings
from indexer.fitted import Fit, Weight
from indexer.fitting import BY_EM, adopt, go_back
from indexer.fitting import fit as estimate
from indexer.truth import read_truth

_AFTERWARDS = "the next `elijah reconcile` compares everything again; a server that runs uses it from its next start"
# Wide enough for every column where the output is no terminal that says how wide it is.
_WIDTH = 150


@click.command()
@click.option(
    "--truth",
    type=click.Path(path_type=Path),
    help="CSV with known pairs: report_id,intake_id and, where known, relation (same_child or same_family). It is taken to "
    "be complete for the reports that it names.",
)
@click.option("--yes", is_flag=True, help="Replace the weights in use without asking.")
@click.option("--undo", is_flag=True, help="Go back to the weights before the present ones; may be repeated.")
@as_json
@click.pass_context
def fit(ctx: click.Context, truth: Path | None, yes: bool, undo: bool, as_json: bool) -> None:
    """Re-estimate the weights from this installation's own records and decisions.

    Nothing is replaced before you have seen old and new side by side and said so. Exit code 1: not replaced.
    """
    if undo:
        if truth or yes:
            raise click.UsageError("--undo goes alone")
        _undo(as_json)
        return
    known = read_truth(truth) if truth else None
    with opened() as installation, progress("fitting") as on_progress:
        fitted = estimate(installation, known, on=now().date(), on_progress=on_progress)
    settings = read_settings()
    if not as_json:
        _show(fitted)
    replace = yes or (not as_json and _asked(fitted))
    if replace:
        adopt(settings, fitted)
    if as_json:
        file = str(settings.model_file) if replace else None
        print_json({**fitted.to_json(), "replaced": replace, "file": file, "note": _AFTERWARDS if replace else ""})
    elif replace:
        click.echo(
            f"{fitted.new.version} is in use ({settings.model_file}): {_AFTERWARDS}. `elijah fit --undo` goes back"
        )
    else:
        click.echo(f"not replaced: {fitted.old.version} stays in use (--yes replaces without asking)", err=True)
    ctx.exit(0 if replace else 1)


def _undo(as_json: bool) -> None:
    model = go_back(read_settings())
    if as_json:
        print_json({"model": model.version, "note": _AFTERWARDS})
    else:
        click.echo(f"{model.version} is in use again: {_AFTERWARDS}")


def _asked(fitted: Fit) -> bool:
    """What the person at the terminal says; no where there is none."""
    if not sys.stdin.isatty():
        return False
    return click.confirm(f"replace {fitted.old.version} by {fitted.new.version}?", err=True)


def _show(fitted: Fit) -> None:
    # rich is slow to import and only this needs it.
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(title=f"weights in bits: {fitted.old.version} in use, {fitted.new.version} fitted")
    for heading in ("evidence", "level"):
        table.add_column(heading, overflow="fold")
    for heading in ("in use", "fitted", "moved", "sibling", "fitted", "same child", "same family", "strangers"):
        table.add_column(heading, justify="right")
    before = ""
    for weight in fitted.weights():
        if before and weight.comparison != before:
            table.add_section()
        table.add_row(*_cells(weight, is_first=weight.comparison != before))
        before = weight.comparison
    Console(file=sys.stdout, width=None if sys.stdout.isatty() else _WIDTH).print(table)
    for line in _about(fitted):
        click.echo(line)


def _cells(weight: Weight, *, is_first: bool) -> tuple[str, ...]:
    name = ", ".join((weight.comparison, *weight.also)) if is_first else ""
    moved = weight.new - weight.old
    return (
        name,
        weight.level,
        f"{weight.old:+.2f}",
        f"{weight.new:+.2f}",
        f"{moved:+.2f}" if abs(moved) >= 0.005 else "",
        f"{weight.old_family:+.2f}",
        f"{weight.new_family:+.2f}",
        *(f"{pairs:,.0f}" for pairs in (weight.same_child, weight.same_family, weight.strangers)),
    )


def _about(fitted: Fit) -> list[str]:
    found, curve = fitted.found, fitted.calibration
    same = f"{found['same_child']:,} pairs known to be the same child"
    if fitted.method == BY_EM:
        same += f", too few alone: with them EM finds {found['same_child_by_em']:,} among {found['candidates']:,} candidates"
    lines = [
        f"from {same}; {found['same_family']:,} known to be brothers or sisters, {found['other_child']:,} known to be two "
        f"children; {found['strangers']:,} random pairs of open records"
    ]
    lines += [f"left out: {count:,} pairs, {why.replace('_', ' ')}" for why, count in fitted.left_out.items() if count]
    size = fitted.data["prior"]["sized_for"]
    lines.append(
        f"prior {fitted.new.prior:+g} bits for {size['reports']:,} open reports and {size['intakes']:,} intakes, in use "
        f"{fitted.old.prior:+g}"
    )
    kinds = f"{curve.same_child:,} labelled pairs of the same child and {curve.other:,} of two children"
    if curve.refitted:
        lines.append(f"calibration refitted on {kinds}: slope {curve.slope:g}, offset {curve.offset:g}")
    else:
        lines.append(f"calibration kept: {kinds}, {curve.needed} of each are needed")
    return lines
