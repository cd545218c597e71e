"""Runs of the night job, and which version of which record has been compared with which model."""

from __future__ import annotations

import json
from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, select, update

from indexer.errors import ConflictError
from indexer.store import records
from indexer.store.parts import parts
from indexer.store.tables import change_log, reconciled, reconciliations
from indexer.store.tables import records as record_table
from matcher.record import Kind, Status

# Never the version of a model: a record with this mark stays pending, and counts as having met nobody.
AGAIN: Final = ""


class Mark(NamedTuple):
    """This version of this record has been compared with this model.

    `position`: up to which place of the change log others were met.
    """

    number: int
    version: int
    model: str
    position: int = 0


class Pending(NamedTuple):
    """Records to compare, side by side: numbers, ascending, and the versions they have."""

    numbers: Sequence[int]
    versions: Sequence[int]

    def parts(self, size: int) -> Iterator[Pending]:
        """These, so many at a time."""
        for start in range(0, len(self.numbers), size):
            yield Pending(self.numbers[start : start + size], self.versions[start : start + size])

    def at(self, rows: Sequence[int]) -> Pending:
        """Those at these places."""
        numbers, versions = (array("q", (column[row] for row in rows)) for column in self)
        return Pending(numbers, versions)


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


def pending(connection: Connection, model: str, kind: Kind) -> Pending:
    """Open records of a kind whose present version has not been compared with this model."""
    query = (
        select(record_table.c.number, record_table.c.version)
        .outerjoin(reconciled, _done(model))
        .where(_open(kind), reconciled.c.number.is_(None))
        .order_by(record_table.c.number)
    )
    # Arrays: of a million records they take 16 MB where lists take 70.
    numbers, versions = array("q"), array("q")
    for number, version in connection.execute(query):
        numbers.append(number)
        versions.append(version)
    return Pending(numbers, versions)


def met_up_to(connection: Connection, model: str, kind: Kind) -> int | None:
    """The place in the change log up to which every open record of a kind that is not pending has met the others; None: all are
    pending.
    """
    query = select(func.min(reconciled.c.position)).join(record_table, _done(model)).where(_open(kind))
    return connection.execute(query).scalar()


def unmet(connection: Connection, numbers: Sequence[int], position: int) -> set[int]:
    """Those of the records that have not met all that were compared up to this place of the change log: changed after it, or to
    be compared again.
    """
    wanted = set(numbers)
    again = select(reconciled.c.number).where(reconciled.c.model == AGAIN)
    marked = {number for number in connection.execute(again).scalars() if number in wanted}
    return marked | changed(connection, wanted, position)


def changed(connection: Connection, numbers: Collection[int], position: int) -> set[int]:
    """Those of the records that have changed after this place of the change log."""
    query = select(change_log.c.number).where(change_log.c.position > position)
    return {number for number in connection.execute(query).scalars() if number in numbers}


def _done(model: str) -> ColumnElement[bool]:
    return and_(
        reconciled.c.number == record_table.c.number,
        reconciled.c.version == record_table.c.version,
        reconciled.c.model == model,
    )


def _open(kind: Kind) -> ColumnElement[bool]:
    return and_(record_table.c.status == Status.OPEN.value, record_table.c.kind == kind.value)


def mark(connection: Connection, marks: Sequence[Mark]) -> None:
    """Note what has been compared; what is no longer a record is left out."""
    _drop(connection, [one.number for one in marks])
    alive = records.versions(connection, (one.number for one in marks))
    rows = {one.number: one._asdict() for one in marks if one.number in alive}
    if rows:
        connection.execute(insert(reconciled), list(rows.values()))


def unmark(connection: Connection, numbers: Sequence[int]) -> None:
    """Compare these records again, with all others."""
    mark(connection, [Mark(number, 0, AGAIN) for number in numbers])


def _drop(connection: Connection, numbers: Sequence[int]) -> None:
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
