"""Records out of the database: one, many, or all in blocks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Self

from sqlalchemy import Connection, Row, func, select

from indexer.store import faces
from indexer.store.parts import rows_among
from indexer.store.tables import record_versions, records
from matcher.columns import Reading
from matcher.faces import Face
from matcher.record import Kind, Record, Status


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record as the database has it. `number` never changes and is never given to another; `version` counts from 1.

    `written` is the untouched source row as JSON, which nobody asks of a candidate; `reading` keeps what scoring reads of the
    record.
    """

    number: int
    version: int
    record: Record
    written: str = field(repr=False)
    updated_at: datetime
    reading: Reading = field(repr=False, compare=False)

    @classmethod
    def of(cls, number: int, version: int, record: Record, written: str, updated_at: datetime) -> Self:
        """A record that nobody has read yet."""
        return cls(number, version, record, written, updated_at, Reading(record))

    @property
    def source_row(self) -> Mapping[str, str]:
        """The row as the source had it."""
        cells: dict[str, str] = json.loads(self.written)
        return cells


# What a stored record is made of; the other columns are there to be asked for, and hold what `data` holds.
_COLUMNS: Final = tuple(records.c[name] for name in ("number", "version", "data", "source_row", "updated_at"))


def get(connection: Connection, record_id: str) -> StoredRecord | None:
    """One record by its id."""
    row = connection.execute(select(*_COLUMNS).where(records.c.record_id == record_id)).first()
    return _read(connection, [row])[0] if row else None


def get_many(connection: Connection, numbers: Iterable[int]) -> dict[int, StoredRecord]:
    """Records by number, in the order asked for; unknown numbers are left out."""
    wanted = list(dict.fromkeys(numbers))
    rows = rows_among(connection, select(*_COLUMNS), records.c.number, wanted)
    found = {stored.number: stored for stored in _read(connection, rows)}
    return {number: found[number] for number in wanted if number in found}


def block(connection: Connection, *, kind: Kind | None, open_only: bool, after: int, limit: int) -> list[StoredRecord]:
    """The next `limit` records by number."""
    query = select(*_COLUMNS).where(records.c.number > after).order_by(records.c.number).limit(limit)
    if kind:
        query = query.where(records.c.kind == kind.value)
    if open_only:
        query = query.where(records.c.status == Status.OPEN.value)
    return _read(connection, connection.execute(query))


def history(connection: Connection, record_id: str) -> list[StoredRecord]:
    """Earlier versions of a record, newest first."""
    query = (
        select(*(record_versions.c[column.name] for column in _COLUMNS))
        .join(records, records.c.number == record_versions.c.number)
        .where(records.c.record_id == record_id)
        .order_by(record_versions.c.version.desc())
    )
    return [_stored(row) for row in connection.execute(query)]


def count(connection: Connection, kind: Kind | None, *, open_only: bool) -> int:
    """How many records there are, all or of a kind."""
    query = select(func.count()).select_from(records)
    if kind:
        query = query.where(records.c.kind == kind.value)
    if open_only:
        query = query.where(records.c.status == Status.OPEN.value)
    return connection.execute(query).scalar() or 0


def last_number(connection: Connection) -> int:
    """The highest record number in use."""
    return connection.execute(select(func.max(records.c.number))).scalar() or 0


def versions(connection: Connection, numbers: Iterable[int]) -> dict[int, int]:
    """The present version of those of the numbers that still are records."""
    query = select(records.c.number, records.c.version)
    return {row.number: row.version for row in rows_among(connection, query, records.c.number, sorted(set(numbers)))}


def _read(connection: Connection, rows: Iterable[Row[*tuple[Any, ...]]]) -> list[StoredRecord]:
    """Records with the faces on their photos: those without photos cost no question."""
    read = list(map(_stored, rows))
    photographed = [stored.number for stored in read if stored.record.photos]
    found = faces.of(connection, photographed) if photographed else {}
    return [_with_faces(stored, found[stored.number]) if stored.number in found else stored for stored in read]


def _with_faces(stored: StoredRecord, found: tuple[Face, ...]) -> StoredRecord:
    record = faces.with_faces(stored.record, found)
    return StoredRecord.of(stored.number, stored.version, record, stored.written, stored.updated_at)


def _stored(row: Row[*tuple[Any, ...]]) -> StoredRecord:
    number, version, data, written, updated_at = row
    return StoredRecord.of(
        number, version, Record.from_own_flat(json.loads(data)), written, datetime.fromisoformat(updated_at)
    )
