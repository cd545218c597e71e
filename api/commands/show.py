"""Matches on a terminal: who, how likely, and the evidence that adds up to the score."""

from __future__ import annotations

import click

from indexer.answer import Answer
from matcher.match import SAME_FAMILY, Match
from matcher.record import Record

_BAR = 12  # columns of the longest bar: about one a bit


def print_answer(answer: Answer) -> None:
    """All matches of one query."""
    for note in answer.notes:
        click.echo(note, err=True)
    if not answer.matches:
        click.echo("no candidates")
    for match in answer.matches:
        print_match(match, answer.records[match.record_id])


def print_match(match: Match, record: Record) -> None:
    """One match: a head line and a line for each piece of evidence."""
    flags = [
        flag for flag, holds in (("brother or sister?", match.outcome == SAME_FAMILY), ("HELD", match.held)) if holds
    ]
    head = f"{match.rank:>3}. {match.record_id}  {_describe(record)}"
    tail = f"{match.likelihood} {match.probability:.0%}  score {match.score:+.2f}  coverage {match.coverage:.0%}"
    click.echo(f"{head}\n     {tail}{''.join(f'  [{flag}]' for flag in flags)}")
    for reason in match.held_reasons:
        click.echo(f"     held: {reason}")
    print_evidence(match)


def print_evidence(match: Match) -> None:
    """The prior and a line for each piece of evidence: together they are the score."""
    click.echo(f"     {'prior':<14}{match.prior:>+7.2f}")
    for row in match.evidence:
        values = f"  ({row.query_value} | {row.candidate_value})" if row.query_value or row.candidate_value else ""
        bar = ("+" if row.weight > 0 else "-") * min(round(abs(row.weight)), _BAR)
        click.echo(f"     {row.comparison:<14}{row.weight:>+7.2f} {bar:<{_BAR}} {row.level}{values}")


def _describe(record: Record) -> str:
    name = " / ".join(part for part in (record.local_name, record.full_name or record.given_name) if part)
    place = record.found_place or record.last_seen_place or record.home_place
    age = record.date_of_birth or (f"age {record.age}" if record.age else "")
    return ", ".join(part for part in (name, str(record.sex or ""), age, place) if part)
