"""Withdrawal (rule 8): everything about a record is deleted, and a tombstone keeps it away when its file is loaded again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from indexer.store import change_log, reconciliations
from indexer.store.parts import rows_among
from indexer.store.tables import installation, records, rejected_rows, tombstones

_GROUND: Final = b"elijah tombstone\0"


def id_hash(record_id: str) -> bytes:
    """What a tombstone keeps of a withdrawn record: enough to know it again, not to name it."""
    return hashlib.sha256(_GROUND + record_id.encode()).digest()


def withdrawn(connection: Connection, record_ids: Iterable[str]) -> set[str]:
    """Those of the ids that have a tombstone."""
    if not connection.execute(select(tombstones.c.id_hash).limit(1)).first():
        return set()
    hashes = {id_hash(record_id): record_id for record_id in record_ids}
    return {
        hashes[row.id_hash]
        for row in rows_among(connection, select(tombstones.c.id_hash), tombstones.c.id_hash, hashes)
    }


def withdraw(connection: Connection, record_id: str, *, at: datetime) -> bool:
    """Delete everything about a record, or about its rejected row, and bury its id. False where there was neither."""
    row = connection.execute(
        select(records.c.number, records.c.version).where(records.c.record_id == record_id)
    ).first()
    rejected = connection.execute(delete(rejected_rows).where(rejected_rows.c.id_hash == id_hash(record_id))).rowcount
    if row is None and not rejected:
        return False
    bury(connection, record_id, at=at)
    if row:
        # Versions, matches, decisions and marks go with it by their foreign keys.
        connection.execute(delete(records).where(records.c.number == row.number))
        change_log.write(connection, [(row.number, row.version + 1, True)], at=at)
        reconciliations.forget_record(connection, record_id)
    connection.execute(update(installation).values(withdrawals=installation.c.withdrawals + 1))
    return True


def bury(connection: Connection, record_id: str, *, at: datetime) -> None:
    """Set the tombstone of an id: nothing is stored under it again."""
    if record_id not in withdrawn(connection, [record_id]):
        values = {"id_hash": id_hash(record_id), "withdrawn_on": at.date().isoformat()}
        connection.execute(insert(tombstones), values)
