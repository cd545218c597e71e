"""What a database still holds of what it was given, deleted or not."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import make_url

from tests.indexer.store.builders import raw

# Every row version that is in the pages of the tables and their TOAST tables, dead ones too, and every entry of the indexes.
_TUPLES = """
    SELECT item.t_data FROM pg_class AS c
    CROSS JOIN LATERAL generate_series(0, pg_relation_size(c.oid) / 8192 - 1) AS page
    CROSS JOIN LATERAL heap_page_items(get_raw_page(c.oid::regclass::text, page::int)) AS item
    WHERE item.t_data IS NOT NULL AND (c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
      OR c.oid IN (SELECT reltoastrelid FROM pg_class WHERE relnamespace = 'public'::regnamespace))
"""
_ENTRIES = """
    SELECT decode(replace(item.data, ' ', ''), 'hex') FROM pg_class AS c
    CROSS JOIN LATERAL generate_series(1, pg_relation_size(c.oid) / 8192 - 1) AS page
    CROSS JOIN LATERAL bt_page_items(c.oid::regclass::text, page::int) AS item
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'i'
"""


def written(database_url: str) -> bytes:
    """All of SQLite's files; of PostgreSQL's tables and indexes everything that a question or a crash may bring up again."""
    location = make_url(database_url)
    if location.get_backend_name() == "sqlite":
        file = Path(location.database or "")
        return b"".join(path.read_bytes() for path in sorted(file.parent.glob(f"{file.name}*")))
    raw(database_url, "CREATE EXTENSION IF NOT EXISTS pageinspect")
    return b"\0".join(bytes(row[0]) for query in (_TUPLES, _ENTRIES) for row in raw(database_url, query))  # type: ignore[call-overload]  # bytea
