"""Records into the database: upsert by `record_id` with earlier versions and the change log, all in one transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from indexer.store import change_log, faces, withdrawals
from indexer.store.parts import rows_among
from indexer.store.tables import record_versions, records
from matcher.faces import Face
from matcher.record import Record, Status

_Row = dict[str, Any]
# `json.dumps` with options makes an encoder for every call.
_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_CONTENT: Final = (
    "kind", "status", "source", "traceable", "version", "content_hash", "data", "source_row", "updated_at",
)  # fmt: skip


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


def put(connection: Connection, entries: Sequence[Entry], *, at: datetime) -> list[Outcome]:
    """Store a batch; one outcome an entry, in order. The later of two rows with one id wins, as an update of the first."""
    return _Batch(connection, entries, at).run()


class _Batch:
    """One call of `put`: what is known is read in one query, what is new is written in a few."""

    def __init__(self, connection: Connection, entries: Sequence[Entry], at: datetime) -> None:
        self._connection = connection
        self._entries = entries
        self._at = at
        ids = list(dict.fromkeys(entry.record.record_id for entry in entries))
        columns = select(records.c.record_id, records.c.number, records.c.version, records.c.content_hash)
        self._known = {row.record_id: row for row in rows_among(connection, columns, records.c.record_id, ids)}
        self._withdrawn = withdrawals.withdrawn(connection, ids)
        self._new: dict[str, _Row] = {}
        self._changed: dict[str, _Row] = {}
        # Of records that name photos; the others are not asked for.
        photographed = [self._known[one.record.record_id].number for one in entries if self._may_have_faces(one.record)]
        self._faces_known = faces.of(connection, photographed) if photographed else {}
        self._faces: dict[str, tuple[Face, ...]] = {}

    def _may_have_faces(self, record: Record) -> bool:
        return bool(record.photos) and record.record_id in self._known

    def run(self) -> list[Outcome]:
        outcomes = [self._take(entry) for entry in self._entries]
        self._write_changed()
        numbers = self._write_new()
        self._write_faces(numbers)
        return outcomes

    def _take(self, entry: Entry) -> Outcome:
        record_id = entry.record.record_id
        if record_id in self._withdrawn:
            return Outcome.WITHDRAWN_BEFORE
        if entry.record.status is Status.WITHDRAWN:
            return self._withdraw(record_id)
        known = self._known.get(record_id)
        row = _row(entry, self._faces_of(entry.record), self._at)
        waiting = self._new.get(record_id) or self._changed.get(record_id)
        if waiting is None and known is None:
            self._new[record_id] = row
            return Outcome.CREATED
        if row["content_hash"] == (waiting["content_hash"] if waiting else known and known.content_hash):
            return Outcome.UNCHANGED
        if known:
            self._changed[record_id] = {**row, "version": known.version + 1, "known": known.number}
        else:
            self._new[record_id] = row
        return Outcome.UPDATED

    def _faces_of(self, record: Record) -> tuple[Face, ...]:
        """What the record will have once it is stored; a later row of the batch counts for the earlier ones."""
        record_id = record.record_id
        if not (record.photos or record.faces or record_id in self._faces):
            return ()
        known = self._known.get(record_id)
        before = self._faces.get(record_id, self._faces_known.get(known.number, ()) if known else ())
        self._faces[record_id] = faces.effective(record, before)
        return self._faces[record_id]

    def _withdraw(self, record_id: str) -> Outcome:
        self._new.pop(record_id, None)
        self._changed.pop(record_id, None)
        self._faces.pop(record_id, None)
        withdrawals.withdraw(self._connection, record_id, at=self._at)
        # The source says so: also an id that was never seen stays away.
        withdrawals.bury(self._connection, record_id, at=self._at)
        self._withdrawn.add(record_id)
        return Outcome.WITHDRAWN_NOW

    def _write_changed(self) -> None:
        rows = list(self._changed.values())
        if not rows:
            return
        versions = [records.c[column.name] for column in record_versions.c]
        old = rows_among(self._connection, select(*versions), records.c.number, [row["known"] for row in rows])
        self._connection.execute(insert(record_versions), [row._asdict() for row in old])
        statement = (
            update(records)
            .where(records.c.number == bindparam("known"))
            .values({name: bindparam(name) for name in _CONTENT})
        )
        self._connection.execute(statement, [{name: row[name] for name in ("known", *_CONTENT)} for row in rows])
        change_log.write(self._connection, [(row["known"], row["version"], False) for row in rows], at=self._at)

    def _write_new(self) -> dict[str, int]:
        """The number of each new record."""
        if not self._new:
            return {}
        self._connection.execute(insert(records), list(self._new.values()))
        columns = select(records.c.record_id, records.c.number)
        made = {
            row.record_id: row.number for row in rows_among(self._connection, columns, records.c.record_id, self._new)
        }
        change_log.write(self._connection, [(number, 1, False) for number in sorted(made.values())], at=self._at)
        return made

    def _write_faces(self, made: Mapping[str, int]) -> None:
        """Of what was written only: an unchanged record keeps its faces."""
        wanted = {made[record_id]: self._faces[record_id] for record_id in self._new if self._faces.get(record_id)}
        changed = {row["known"]: self._faces.get(record_id, ()) for record_id, row in self._changed.items()}
        faces.write(self._connection, {**wanted, **changed})


def _row(entry: Entry, its_faces: tuple[Face, ...], at: datetime) -> _Row:
    record = entry.record
    flat = record.to_flat()
    return {
        "record_id": record.record_id,
        "kind": record.kind.value,
        "status": record.status.value,
        "source": record.source,
        "traceable": record.may_be_traced,
        "version": 1,
        # Of what the record says, not of how its row was written: our own export, loaded again, changes nothing.
        "content_hash": _content_hash(flat, its_faces),
        "data": _json(flat),
        "source_row": _json(dict(entry.source_row)),
        "updated_at": at.isoformat(),
    }


def _content_hash(flat: Mapping[str, object], its_faces: tuple[Face, ...]) -> bytes:
    """Another face on a photo of the same name is a change, as another cell is; without photos nothing is added."""
    digest = hashlib.blake2b(_json(dict(sorted(flat.items()))).encode(), digest_size=16)
    for face in its_faces:
        digest.update(b"\0".join((face.file.encode(), face.embedder.encode(), face.vector)))
    return digest.digest()


def _json(cells: Mapping[str, object]) -> str:
    return _encode(cells)
