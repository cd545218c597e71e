"""Records in and out: upsert by `record_id` with versions, tombstones and the change log, all in one transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from indexer.store.tables import change_log, record_versions, records, rejected_rows, tombstones
from matcher.record import Kind, Record, Status

# SQLite takes 32,766 bound values in a statement; PostgreSQL 65,535.
_MOST_VALUES = 10_000


class Outcome(StrEnum):
    """What became of one row of a batch."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    WITHDRAWN_NOW = "withdrawn_now"
    WITHDRAWN_BEFORE = "withdrawn_before"


@dataclass(frozen=True, slots=True)
class Entry:
    """A record with the untouched row it was read from."""

    record: Record
    source_row: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record as the database has it. `number` never changes and is never given to another; `version` counts from 1."""

    number: int
    version: int
    record: Record
    source_row: Mapping[str, str]
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """The newest change of one record since a position of the log."""

    position: int
    number: int
    version: int
    removed: bool


def id_hash(record_id: str) -> bytes:
    """What a tombstone keeps of a withdrawn record: enough to know it again, not to name it."""
    return hashlib.sha256(b"elijah tombstone\0" + record_id.encode()).digest()


def put(connection: Connection, entries: Sequence[Entry], *, at: datetime) -> list[Outcome]:
    """Store a batch. The later of two rows with one id wins, as an update of the first."""
    batch = _Batch(connection, entries, at)
    return batch.run()


def withdraw(connection: Connection, record_id: str, *, at: datetime) -> bool:
    """Delete everything about a record and set its tombstone. False where there was no such record."""
    found = connection.execute(
        select(records.c.number, records.c.version).where(records.c.record_id == record_id)
    ).first()
    mark = id_hash(record_id)
    connection.execute(delete(rejected_rows).where(rejected_rows.c.id_hash == mark))
    if not connection.execute(select(tombstones.c.id_hash).where(tombstones.c.id_hash == mark)).first():
        connection.execute(insert(tombstones), {"id_hash": mark, "withdrawn_on": at.date().isoformat()})
    if found is None:
        return False
    # Versions, matches, decisions and marks go with it by their foreign keys.
    connection.execute(delete(records).where(records.c.number == found.number))
    _log(connection, [(found.number, found.version + 1, True)], at)
    return True


def get(connection: Connection, record_id: str) -> StoredRecord | None:
    """One record by its id."""
    row = connection.execute(select(records).where(records.c.record_id == record_id)).first()
    return _stored(row) if row else None


def get_many(connection: Connection, numbers: Iterable[int]) -> dict[int, StoredRecord]:
    """Records by number, in the order asked for; unknown numbers are left out."""
    wanted = list(numbers)
    found: dict[int, StoredRecord] = {}
    for start in range(0, len(wanted), _MOST_VALUES):
        part = wanted[start : start + _MOST_VALUES]
        for row in connection.execute(select(records).where(records.c.number.in_(part))):
            found[row.number] = _stored(row)
    return {number: found[number] for number in wanted if number in found}


def stream(
    connection: Connection, *, kind: Kind | None, open_only: bool, after: int, block: int = 2_000
) -> Iterator[StoredRecord]:
    """Records by number, read in blocks."""
    while True:
        query = select(records).where(records.c.number > after).order_by(records.c.number).limit(block)
        if kind:
            query = query.where(records.c.kind == kind.value)
        if open_only:
            query = query.where(records.c.status == Status.OPEN.value)
        rows = connection.execute(query).all()
        yield from map(_stored, rows)
        if len(rows) < block:
            return
        after = rows[-1].number


def history(connection: Connection, record_id: str) -> list[StoredRecord]:
    """Earlier versions of a record, newest first."""
    query = (
        select(record_versions)
        .join(records, records.c.number == record_versions.c.number)
        .where(records.c.record_id == record_id)
        .order_by(record_versions.c.version.desc())
    )
    return [_stored(row) for row in connection.execute(query)]


def changes(connection: Connection, *, after: int, limit: int) -> list[Change]:
    """The next `limit` entries of the log, reduced to the newest of each record, in the order of their positions."""
    query = select(change_log).where(change_log.c.position > after).order_by(change_log.c.position).limit(limit)
    newest = {
        row.number: Change(row.position, row.number, row.version, row.removed) for row in connection.execute(query)
    }
    return sorted(newest.values(), key=lambda change: change.position)


def last_change(connection: Connection) -> int:
    """The newest position of the log, 0 when it is empty."""
    return connection.execute(select(func.max(change_log.c.position))).scalar() or 0


def last_number(connection: Connection) -> int:
    """The highest record number in use."""
    return connection.execute(select(func.max(records.c.number))).scalar() or 0


class _Batch:
    """One call of `put`: what is known is read in one query, what is new is written in a few."""

    def __init__(self, connection: Connection, entries: Sequence[Entry], at: datetime) -> None:
        self._connection = connection
        self._entries = entries
        self._at = at
        ids = list({entry.record.record_id for entry in entries})
        self._known = self._read_known(ids)
        self._buried = self._read_buried(ids)
        self._new: dict[str, dict[str, Any]] = {}
        self._changed: dict[str, dict[str, Any]] = {}
        self._old: list[dict[str, Any]] = []

    def run(self) -> list[Outcome]:
        outcomes = [self._take(entry) for entry in self._entries]
        self._write()
        return outcomes

    def _take(self, entry: Entry) -> Outcome:
        record_id = entry.record.record_id
        if id_hash(record_id) in self._buried:
            return Outcome.WITHDRAWN_BEFORE
        if entry.record.status is Status.WITHDRAWN:
            return self._withdraw(record_id)
        row = _row(entry, self._at)
        if record_id in self._new:
            row["version"] = 1
            self._new[record_id] = row
            return Outcome.UPDATED
        known = self._known.get(record_id)
        if known is None:
            self._new[record_id] = row
            return Outcome.CREATED
        if record_id not in self._changed and known["content_hash"] == row["content_hash"]:
            return Outcome.UNCHANGED
        self._changed[record_id] = {**row, "version": known["version"] + 1, "known": known["number"]}
        return Outcome.UPDATED

    def _withdraw(self, record_id: str) -> Outcome:
        self._new.pop(record_id, None)
        self._changed.pop(record_id, None)
        withdraw(self._connection, record_id, at=self._at)
        self._buried.add(id_hash(record_id))
        return Outcome.WITHDRAWN_NOW

    def _write(self) -> None:
        log: list[tuple[int, int, bool]] = []
        if self._changed:
            log += self._write_changed()
        if self._new:
            self._connection.execute(insert(records), list(self._new.values()))
            numbers = self._numbers(list(self._new))
            log += [(number, 1, False) for number in numbers]
        _log(self._connection, log, self._at)

    def _write_changed(self) -> list[tuple[int, int, bool]]:
        numbers = [row["known"] for row in self._changed.values()]
        old = [
            row._asdict()
            for start in range(0, len(numbers), _MOST_VALUES)
            for row in self._connection.execute(
                select(
                    records.c.number, records.c.version, records.c.data, records.c.source_row, records.c.updated_at
                ).where(records.c.number.in_(numbers[start : start + _MOST_VALUES]))
            )
        ]
        self._connection.execute(insert(record_versions), old)
        names = ("kind", "status", "source", "traceable", "version", "content_hash", "data", "source_row", "updated_at")
        statement = (
            update(records)
            .where(records.c.number == bindparam("known"))
            .values({name: bindparam(name) for name in names})
        )
        rows = [{"known": row["known"], **{name: row[name] for name in names}} for row in self._changed.values()]
        self._connection.execute(statement, rows)
        return [(row["known"], row["version"], False) for row in self._changed.values()]

    def _read_known(self, ids: list[str]) -> dict[str, dict[str, Any]]:
        columns = (records.c.record_id, records.c.number, records.c.version, records.c.content_hash)
        return {
            row.record_id: row._asdict()
            for start in range(0, len(ids), _MOST_VALUES)
            for row in self._connection.execute(
                select(*columns).where(records.c.record_id.in_(ids[start : start + _MOST_VALUES]))
            )
        }

    def _read_buried(self, ids: list[str]) -> set[bytes]:
        if not self._connection.execute(select(tombstones.c.id_hash).limit(1)).first():
            return set()
        hashes = [id_hash(record_id) for record_id in ids]
        return {
            row.id_hash
            for start in range(0, len(hashes), _MOST_VALUES)
            for row in self._connection.execute(
                select(tombstones.c.id_hash).where(tombstones.c.id_hash.in_(hashes[start : start + _MOST_VALUES]))
            )
        }

    def _numbers(self, ids: list[str]) -> list[int]:
        found: list[int] = []
        for start in range(0, len(ids), _MOST_VALUES):
            query = select(records.c.number).where(records.c.record_id.in_(ids[start : start + _MOST_VALUES]))
            found += self._connection.execute(query).scalars()
        return sorted(found)


def _row(entry: Entry, at: datetime) -> dict[str, Any]:
    record = entry.record
    data = json.dumps(record.to_flat(), ensure_ascii=False, separators=(",", ":"))
    source_row = json.dumps(dict(entry.source_row), ensure_ascii=False, separators=(",", ":"))
    return {
        "record_id": record.record_id,
        "kind": record.kind.value,
        "status": record.status.value,
        "source": record.source,
        "traceable": record.may_be_traced,
        "version": 1,
        # Of what the record says, not of how its row was written: our own export, loaded again, changes nothing.
        "content_hash": hashlib.blake2b(data.encode(), digest_size=16).digest(),
        "data": data,
        "source_row": source_row,
        "updated_at": at.isoformat(),
    }


def _stored(row: Row[Any]) -> StoredRecord:
    return StoredRecord(
        number=row.number,
        version=row.version,
        record=Record.from_flat(json.loads(row.data)),
        source_row=json.loads(row.source_row),
        updated_at=datetime.fromisoformat(row.updated_at),
    )


def _log(connection: Connection, entries: Sequence[tuple[int, int, bool]], at: datetime) -> None:
    if entries:
        stamp = at.isoformat()
        connection.execute(
            insert(change_log),
            [
                {"number": number, "version": version, "removed": removed, "at": stamp}
                for number, version, removed in entries
            ],
        )


def alive(connection: Connection, numbers: Iterable[int]) -> list[int]:
    """Those of the numbers that still are records."""
    wanted = sorted(numbers)
    return [
        number
        for start in range(0, len(wanted), _MOST_VALUES)
        for number in connection.execute(
            select(records.c.number).where(records.c.number.in_(wanted[start : start + _MOST_VALUES]))
        ).scalars()
    ]
