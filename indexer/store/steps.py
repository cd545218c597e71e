"""The history of a match: one row a step, only ever added to."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from indexer.store.status import MatchStatus
from indexer.store.tables import decisions, matches


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One step of a match's history, oldest first in a history; `undone` when a later step took it back."""

    id: int
    decision: str
    reason: str
    by: str
    at: datetime
    status_before: str
    status_after: str
    undone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step to take. `follows` is the step of another match that brings it about, `undoes` the one that it takes back."""

    match_id: int
    decision: str
    reason: str
    by: str
    at: datetime
    status_before: MatchStatus
    status_after: MatchStatus
    follows: int | None = None
    undoes: int | None = None


def take(connection: Connection, step: Step) -> int:
    """Write the step and let the match stand where it leads; the step's id."""
    stamp = step.at.isoformat()
    key = connection.execute(insert(decisions), {**asdict(step), "at": stamp}).inserted_primary_key
    standing = {"status": step.status_after, "updated_at": stamp}
    connection.execute(update(matches).where(matches.c.id == step.match_id).values(**standing))
    assert key is not None  # noqa: S101  # an insert of one row always has a key
    return int(key[0])


def history(connection: Connection, match_id: int) -> list[DecisionRow]:
    """Every step of a match, oldest first."""
    rows = connection.execute(select(decisions).where(decisions.c.match_id == match_id).order_by(decisions.c.id)).all()
    undone = {row.undoes for row in rows}
    return [
        DecisionRow(
            id=row.id,
            decision=row.decision,
            reason=row.reason,
            by=row.by,
            at=datetime.fromisoformat(row.at),
            status_before=row.status_before,
            status_after=row.status_after,
            undone=row.id in undone,
        )
        for row in rows
    ]
