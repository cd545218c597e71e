"""From SQLite to PostgreSQL, whole: records, versions, matches, decisions, marks of what was withdrawn; all numbers as they were.

For the administrator whose installation outgrows one machine, while nothing else writes:
    python -m indexer.store.moving sqlite:////srv/elijah/data/elijah.db postgresql://elijah@db.example.org/elijah
"""

from __future__ import annotations

import sys
from typing import Final

from sqlalchemy import Connection, Table, column, delete, func, insert, select, table

from indexer.errors import StoreError
from indexer.store.database import Database
from indexer.store.opening import open_database
from indexer.store.tables import installation, metadata
from matcher.errors import InputError

_BLOCK: Final = 2_000
_SEQUENCES: Final = table("sqlite_sequence", column("name"), column("seq"))


def move(source_url: str, target_url: str) -> dict[str, int]:
    """Copy a database into an empty one, in one step; how many rows of each table. The candidate index goes on as it is.

    Raises `StoreError`: nothing was copied. The source is left as it is; nobody may use it afterwards.
    """
    source = open_database(source_url)
    try:
        target = open_database(target_url)
        try:
            return _move(source, target)
        finally:
            target.close()
    finally:
        source.close()


def _move(source: Database, target: Database) -> dict[str, int]:
    if source.engine.dialect.name != "sqlite" or target.engine.dialect.name != "postgresql":
        raise StoreError("only from SQLite to PostgreSQL can a database be moved; give the two URLs in this order")
    with source.reading() as reader, target.writing() as writer:
        if not _holds_something(reader):
            raise StoreError("there is nothing in the database to move; check its path")
        if _holds_something(writer):
            raise StoreError("the database to move into holds records already; give an empty one")
        # It stays the same installation: an index that has followed the old database goes on with the new one.
        writer.execute(delete(installation))
        moved = {one.name: _copy(reader, writer, one) for one in metadata.sorted_tables}
        _go_on_counting(reader, writer)
    return moved


def _holds_something(connection: Connection) -> bool:
    kept = (one for one in metadata.sorted_tables if one is not installation)
    return any(connection.execute(select(one).limit(1)).first() for one in kept)


def _copy(reader: Connection, writer: Connection, what: Table) -> int:
    count = 0
    # By their keys: PostgreSQL then has them in the order in which they came.
    rows = reader.execution_options(yield_per=_BLOCK).execute(select(what).order_by(*what.primary_key.columns))
    for block in rows.partitions():
        writer.execute(insert(what), [dict(row._mapping) for row in block])
        count += len(block)
    return count


def _go_on_counting(reader: Connection, writer: Connection) -> None:
    """A number that was given once is never given again, though its record is withdrawn: SQLite knows the last of each table."""
    given = {row.name: row.seq for row in reader.execute(select(_SEQUENCES.c.name, _SEQUENCES.c.seq))}
    for one in metadata.sorted_tables:
        key = one.autoincrement_column
        if key is None:
            continue
        last = max(given.get(one.name, 0), writer.execute(select(func.max(key))).scalar() or 0)
        if last:
            writer.execute(select(func.setval(func.pg_get_serial_sequence(one.name, key.name), last)))


def main() -> int:
    """The command line of this module; 2 where nothing could be moved."""
    try:
        _, source, target = sys.argv
        moved = move(source, target)
    except ValueError as error:
        said = error.message if isinstance(error, InputError) else "give two URLs: of the SQLite file and of PostgreSQL"
        sys.stderr.write(f"{said}\n")
        return 2
    sys.stdout.write("".join(f"{name}: {count}\n" for name, count in moved.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
