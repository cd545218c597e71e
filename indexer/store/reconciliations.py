"""Runs of the night job, and which version of which record has been compared with which model."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, and_, delete, insert, select, update

from indexer.errors import ConflictError
from indexer.store import records
from indexer.store.parts import parts
from indexer.store.tables import reconciled, reconciliations
from indexer.store.tables import records as record_table
from matcher.record import Kind, Status


class Mark(NamedTuple):
    """This version of this record has been compared with this model."""

    number: int
    version: int
    model: str


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """One run: `status` is running, done, stopped (a breaker) or failed; `summary` is what it reported."""

    id: int
    full: bool
    status: str
    started_at: datetime
    finished_at: datetime | None
    done: int
    total: int
    summary: Mapping[str, Any]


def start(connection: Connection, *, full: bool, at: datetime) -> int:
    """Begin a run. Runs that a kill left behind are closed as failed: the lock says that none of them lives."""
    values = {"status": "failed", "finished_at": at.isoformat()}
    connection.execute(update(reconciliations).where(reconciliations.c.status == "running").values(**values))
    row = {
        "full": full,
        "status": "running",
        "started_at": at.isoformat(),
        "finished_at": None,
        "done": 0,
        "total": 0,
        "summary": "{}",
    }
    key = connection.execute(insert(reconciliations), row).inserted_primary_key
    assert key is not None  # noqa: S101  # an insert of one row always has a key
    return int(key[0])


def note_progress(connection: Connection, run: int, *, done: int, total: int) -> None:
    """How far a run is. Raises `ConflictError` where it runs no longer: another run has closed it (see `start`)."""
    running = and_(reconciliations.c.id == run, reconciliations.c.status == "running")
    if not connection.execute(update(reconciliations).where(running).values(done=done, total=total)).rowcount:
        raise ConflictError("another reconciliation has begun meanwhile; it does the rest")


def finish(connection: Connection, run: int, *, status: str, summary: Mapping[str, Any], at: datetime) -> None:
    """End a run with what it did."""
    values = {"status": status, "summary": _json(summary), "finished_at": at.isoformat()}
    connection.execute(update(reconciliations).where(reconciliations.c.id == run).values(**values))


def get(connection: Connection, run: int) -> Reconciliation | None:
    """One run by its id."""
    row = connection.execute(select(reconciliations).where(reconciliations.c.id == run)).first()
    return _run(row) if row else None


def last(connection: Connection, limit: int) -> list[Reconciliation]:
    """The newest runs, newest first."""
    return [
        _run(row)
        for row in connection.execute(select(reconciliations).order_by(reconciliations.c.id.desc()).limit(limit))
    ]


def pending(connection: Connection, model: str, kind: Kind) -> list[int]:
    """Open records of a kind whose present version has not been compared with this model, by number."""
    done = and_(
        reconciled.c.number == record_table.c.number,
        reconciled.c.version == record_table.c.version,
        reconciled.c.model == model,
    )
    query = (
        select(record_table.c.number)
        .outerjoin(reconciled, done)
        .where(
            record_table.c.status == Status.OPEN.value, record_table.c.kind == kind.value, reconciled.c.number.is_(None)
        )
        .order_by(record_table.c.number)
    )
    return list(connection.execute(query).scalars())


def mark(connection: Connection, marks: Sequence[Mark]) -> None:
    """Note what has been compared; what is no longer a record is left out."""
    unmark(connection, [one.number for one in marks])
    alive = records.versions(connection, (one.number for one in marks))
    rows = {one.number: one._asdict() for one in marks if one.number in alive}
    if rows:
        connection.execute(insert(reconciled), list(rows.values()))


def unmark(connection: Connection, numbers: Sequence[int]) -> None:
    """Compare these records again."""
    for part in parts(numbers):
        connection.execute(delete(reconciled).where(reconciled.c.number.in_(part)))


def forget(connection: Connection) -> None:
    """Compare everything again: a full run."""
    connection.execute(delete(reconciled))


def forget_record(connection: Connection, record_id: str) -> None:
    """Take a withdrawn record out of what earlier runs reported (rule 8)."""
    written = json.dumps(record_id, ensure_ascii=False)[1:-1]
    query = select(reconciliations.c.id, reconciliations.c.summary)
    for row in connection.execute(query.where(reconciliations.c.summary.contains(written, autoescape=True))).all():
        summary = json.loads(row.summary)
        stopped = [one for one in summary.get("stopped", ()) if one.get("record_id") != record_id]
        values = {"summary": _json({**summary, "stopped": stopped})}
        connection.execute(update(reconciliations).where(reconciliations.c.id == row.id).values(**values))


def _json(summary: Mapping[str, Any]) -> str:
    return json.dumps(summary, ensure_ascii=False)


def _run(row: Row[Any]) -> Reconciliation:
    finished = datetime.fromisoformat(row.finished_at) if row.finished_at else None
    started = datetime.fromisoformat(row.started_at)
    return Reconciliation(row.id, row.full, row.status, started, finished, row.done, row.total, json.loads(row.summary))
