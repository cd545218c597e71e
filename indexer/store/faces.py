"""Faces in the database: kept with their record, replaced with it, gone with it (a foreign key that cascades)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, delete, insert, select

from indexer.store.parts import parts, rows_among
from indexer.store.tables import faces, records
from matcher.faces import MOST_PHOTOS, Face
from matcher.record import Kind, Record, Status


@dataclass(frozen=True, slots=True)
class Photographed:
    """What the index of faces keeps of a record: no text, only vectors and what decides who may find it."""

    number: int
    version: int
    kind: Kind
    source: str
    open: bool
    traceable: bool
    vectors: tuple[bytes, ...]


_FACE = (faces.c.file, faces.c.embedder, faces.c.vector, faces.c.digest)


def of(connection: Connection, numbers: Iterable[int]) -> dict[int, tuple[Face, ...]]:
    """The faces of these records, in the order of their photos; nothing for a record that has none."""
    query = select(faces.c.number, *_FACE).order_by(faces.c.number, faces.c.place)
    found: defaultdict[int, list[Face]] = defaultdict(list)
    for row in rows_among(connection, query, faces.c.number, numbers):
        found[row.number].append(Face(row.file, row.embedder, row.vector, row.digest))
    return {number: tuple(some) for number, some in found.items()}


def any_there(connection: Connection) -> bool:
    """Whether any record has a face."""
    return connection.execute(select(faces.c.number).limit(1)).first() is not None


def of_ids(connection: Connection, record_ids: Iterable[str]) -> dict[str, tuple[Face, ...]]:
    """The faces of these records by their ids."""
    query = select(records.c.record_id, records.c.number)
    ids = {row.number: row.record_id for row in rows_among(connection, query, records.c.record_id, record_ids)}
    return {ids[number]: found for number, found in of(connection, ids).items()}


def photographed(connection: Connection, numbers: Iterable[int], *, embedder: str) -> list[Photographed]:
    """Those of the records that have a face of this embedder, by number."""
    found = of(connection, numbers)
    columns = (records.c[name] for name in ("number", "version", "kind", "status", "source", "traceable"))
    rows = rows_among(connection, select(*columns), records.c.number, sorted(found))
    read = (
        Photographed(
            row.number,
            row.version,
            Kind(row.kind),
            row.source,
            row.status == Status.OPEN.value,
            row.traceable,
            tuple(face.vector for face in found[row.number] if face.embedder == embedder),
        )
        for row in rows
    )
    return sorted((one for one in read if one.vectors), key=lambda one: one.number)


def numbers(connection: Connection, *, after: int, limit: int) -> list[int]:
    """The next `limit` records, by number, that have a face."""
    query = select(faces.c.number).where(faces.c.number > after).group_by(faces.c.number)
    return list(connection.execute(query.order_by(faces.c.number).limit(limit)).scalars())


def effective(record: Record, known: Sequence[Face]) -> tuple[Face, ...]:
    """The faces that a record has once it is stored: its own, and those known of photos that it still names."""
    own = {face.file: face for face in record.faces}
    kept = {face.file: face for face in known if face.file in record.photos}
    together = {**kept, **own}
    order = [*record.photos, *(file for file in together if file not in record.photos)]
    seen = (together[file] for file in dict.fromkeys(order) if file in together)
    return tuple(face for face in seen if face.vector)[:MOST_PHOTOS]


def write(connection: Connection, wanted: Mapping[int, Sequence[Face]]) -> None:
    """Put these faces in the place of those that the records had; an empty list takes them away."""
    for part in parts(list(wanted)):
        connection.execute(delete(faces).where(faces.c.number.in_(part)))
    rows = [
        {"number": number, "place": place, "file": face.file, "embedder": face.embedder, "vector": face.vector,
         "digest": face.digest}
        for number, some in wanted.items()
        for place, face in enumerate(some)
    ]  # fmt: skip
    if rows:
        connection.execute(insert(faces), rows)


def with_faces(record: Record, found: tuple[Face, ...]) -> Record:
    """The record with what was derived of its photos."""
    return replace(record, faces=found) if found else record
