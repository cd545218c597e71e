"""The change log: every write of a record has its place here, in the same transaction; the candidate index follows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from indexer.store.tables import change_log


@dataclass(frozen=True, slots=True)
class Change:
    """The newest change of one record since a position of the log."""

    position: int
    number: int
    version: int
    removed: bool


def write(connection: Connection, entries: Sequence[tuple[int, int, bool]], *, at: datetime) -> None:
    """Add (record number, version, removed) to the log, in this order.

    Only inside `Database.writing`: one writer at a time, until it has committed. So places are seen in their order, and a
    follower that has read one never has to look for a smaller one that came later.
    """
    stamp = at.isoformat()
    rows = [
        {"number": number, "version": version, "removed": removed, "at": stamp} for number, version, removed in entries
    ]
    if rows:
        connection.execute(insert(change_log), rows)


def read(connection: Connection, *, after: int, limit: int) -> list[Change]:
    """The next `limit` entries of the log, reduced to the newest of each record, in the order of their positions."""
    query = select(change_log).where(change_log.c.position > after).order_by(change_log.c.position).limit(limit)
    newest = {
        row.number: Change(row.position, row.number, row.version, row.removed) for row in connection.execute(query)
    }
    return sorted(newest.values(), key=lambda change: change.position)


def last(connection: Connection) -> int:
    """The newest position of the log, 0 when it is empty."""
    return connection.execute(select(func.max(change_log.c.position))).scalar() or 0
