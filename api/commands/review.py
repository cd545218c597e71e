"""`elijah review`: the queue of possible matches, one match, a decision."""

from __future__ import annotations

import getpass

import click

from api.commands.common import as_json, now, opened, print_json
from indexer.reviewing import decide as take_decision
from indexer.reviewing import listed_json, match_json
from indexer.store import Decision, MatchFilter, MatchStatus

_WORDS = click.Choice([decision.value for decision in Decision])
_STATUS = click.Choice([*(status.value for status in MatchStatus), "all"])


@click.group()
def review() -> None:
    """List possible matches and decide."""


@review.command(name="list")
@click.option("--status", type=_STATUS, default="potential", show_default=True)
@click.option("--likelihood", type=click.Choice(["likely", "possible", "unlikely"]))
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--offset", type=click.IntRange(0), default=0)
@as_json
def list_(status: str, likelihood: str | None, limit: int, offset: int, as_json: bool) -> None:
    """The matches that wait for a person, most likely first."""
    with opened() as installation:
        wanted = MatchFilter(status=None if status == "all" else status, likelihood=likelihood)
        page = listed_json(installation, wanted, limit=limit, offset=offset)
    if as_json:
        print_json(page)
        return
    for match in page["matches"]:
        flags = [
            flag
            for flag, holds in (("brother or sister?", match["outcome"] == "same_family"), ("HELD", match["held"]))
            if holds
        ]
        click.echo(
            f"{match['id']:>6}  {match['likelihood']:<8} {match['probability']:>5.0%}  "
            f"{match['report_id']} ~ {match['intake_id']}  {match['status']} {' '.join(flags)}"
        )
    click.echo(f"{len(page['matches'])} of {page['total']}")


@review.command()
@click.argument("match_id")
@as_json
def show(match_id: str, as_json: bool) -> None:
    """One match with its evidence and its history."""
    with opened() as installation:
        found = match_json(installation, match_id)
    if as_json:
        print_json(found)
        return
    click.echo(
        f"{found['report_id']} ~ {found['intake_id']}: {found['likelihood']} {found['probability']:.0%}, {found['status']}"
    )
    for row in found["evidence"]:
        values = (
            f"  ({row['query_value']} | {row['candidate_value']})"
            if row["query_value"] or row["candidate_value"]
            else ""
        )
        click.echo(f"  {row['comparison']:<14}{row['weight']:>+7.2f}  {row['reason']}{values}")
    for step in found["history"]:
        click.echo(f"  {step['at']}  {step['by']}: {step['decision']}  {step['reason']}")


@review.command()
@click.argument("match_id")
@click.argument("decision", type=_WORDS)
@click.option("--reason", default="", help="Why; kept for ever.")
@click.option("--by", default=None, help="Who decides (default: the user of this machine).")
@click.option("--senior", is_flag=True, help="I am a senior reviewer: needed to confirm a held match.")
@as_json
def decide(match_id: str, decision: str, reason: str, by: str | None, senior: bool, as_json: bool) -> None:
    """Say what MATCH_ID is; `undo` takes the last decision back."""
    with opened() as installation:
        take_decision(
            installation,
            match_id,
            Decision(decision),
            reason=reason,
            by=by or getpass.getuser(),
            senior=senior,
            at=now(),
        )
        found = match_json(installation, match_id)
    if as_json:
        print_json(found)
    else:
        click.echo(f"match {match_id} is now {found['status']}")
