"""Rows that could not be loaded, kept untouched until somebody mends them: nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from indexer.store.tables import rejected_rows
from indexer.store.withdrawals import id_hash, withdrawn


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """One rejected row: where it stands, what is wrong, and the row as it was."""

    file: str
    row: int
    column: str
    message: str
    source_row: Mapping[str, str]
    record_id: str = ""


def keep(connection: Connection, rows: Sequence[RejectedRow], *, at: datetime) -> None:
    """Keep rejected rows, but nothing of a withdrawn record."""
    gone = withdrawn(connection, {row.record_id for row in rows})
    values = [_values(row, at) for row in rows if row.record_id not in gone]
    if values:
        connection.execute(insert(rejected_rows), values)


def listed(connection: Connection, limit: int) -> list[RejectedRow]:
    """The rejected rows that are kept, newest first."""
    query = select(rejected_rows).order_by(rejected_rows.c.id.desc()).limit(limit)
    return [
        RejectedRow(row.file, row.row, row.column, row.message, json.loads(row.source_row))
        for row in connection.execute(query)
    ]


def clear(connection: Connection, file: str) -> None:
    """Forget the rejected rows of a file: it is being loaded again."""
    connection.execute(delete(rejected_rows).where(rejected_rows.c.file == file))


def _values(row: RejectedRow, at: datetime) -> dict[str, Any]:
    return {
        "file": row.file,
        "row": row.row,
        "column": row.column,
        "message": row.message,
        "source_row": json.dumps(dict(row.source_row), ensure_ascii=False),
        "id_hash": id_hash(row.record_id),
        "at": at.isoformat(),
    }
