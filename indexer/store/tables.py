"""The tables of the system of record. A change here needs a migration in `indexer/migrations/versions`."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()
# Record numbers and log positions: BIGINT where the database has it, SQLite's own rowid otherwise.
_NUMBER = BigInteger().with_variant(Integer(), "sqlite")


def _text(length: int) -> String:
    """A short text. SQLite never minds the length, so PostgreSQL must not; there it is compared byte by byte: an index by the
    language's order is silently wrong after an upgrade of the operating system, and a record would be there twice.
    """
    return String(length).with_variant(Text(collation="C"), "postgresql")


# One row: which database this is (the candidate index of another database is never taken for this one's), how many withdrawals
# it has seen, and up to which of them the file has been rewritten, so that nothing of what was deleted is left in it.
installation = Table(
    "installation",
    metadata,
    Column("id", _text(32), primary_key=True),
    Column("withdrawals", Integer, nullable=False, server_default="0"),
    Column("scrubbed", Integer, nullable=False, server_default="0"),
)

records = Table(
    "records",
    metadata,
    Column("number", _NUMBER, primary_key=True, autoincrement=True),
    Column("record_id", _text(200), nullable=False, unique=True),
    Column("kind", _text(10), nullable=False),
    Column("status", _text(10), nullable=False),
    Column("source", _text(200), nullable=False),
    Column("traceable", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("content_hash", LargeBinary(16), nullable=False),
    Column("data", Text, nullable=False),
    Column("source_row", Text, nullable=False),
    Column("updated_at", _text(32), nullable=False),
    Index("records_by_kind", "kind", "status", "number"),
    sqlite_autoincrement=True,  # a withdrawn record's number is never given to another
)

record_versions = Table(
    "record_versions",
    metadata,
    Column("number", ForeignKey("records.number", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("data", Text, nullable=False),
    Column("source_row", Text, nullable=False),
    Column("updated_at", _text(32), nullable=False),
)

# The face on each of a record's photos, as an embedder made it; of the present version only. `place` is the photo's among them.
faces = Table(
    "faces",
    metadata,
    Column("number", ForeignKey("records.number", ondelete="CASCADE"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("file", Text, nullable=False),
    Column("embedder", _text(64), nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("vector", LargeBinary, nullable=False),
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("id_hash", LargeBinary(32), primary_key=True),
    Column("withdrawn_on", _text(10), nullable=False),
)

change_log = Table(
    "change_log",
    metadata,
    Column("position", _NUMBER, primary_key=True, autoincrement=True),
    Column("number", _NUMBER, nullable=False),
    Column("version", Integer, nullable=False),
    Column("removed", Boolean, nullable=False),
    Column("at", _text(32), nullable=False),
    sqlite_autoincrement=True,
)

matches = Table(
    "matches",
    metadata,
    Column("id", _NUMBER, primary_key=True, autoincrement=True),
    Column("report_number", ForeignKey("records.number", ondelete="CASCADE"), nullable=False),
    Column("intake_number", ForeignKey("records.number", ondelete="CASCADE"), nullable=False),
    Column("status", _text(24), nullable=False),
    Column("likelihood", _text(10), nullable=False),
    Column("outcome", _text(16), nullable=False),
    Column("score", Float, nullable=False),
    Column("probability", Float, nullable=False),
    Column("coverage", Float, nullable=False),
    Column("held", Boolean, nullable=False),
    Column("payload", Text, nullable=False),
    Column("latest_score", Float, nullable=False),
    Column("latest_probability", Float, nullable=False),
    Column("report_version", Integer, nullable=False),
    Column("intake_version", Integer, nullable=False),
    Column("compared_hash", _text(80), nullable=False),
    Column("model", _text(64), nullable=False),
    Column("created_at", _text(32), nullable=False),
    Column("updated_at", _text(32), nullable=False),
    UniqueConstraint("report_number", "intake_number"),
    Index("matches_by_status", "status", "probability"),
    Index("matches_by_intake", "intake_number"),
    sqlite_autoincrement=True,
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", _NUMBER, primary_key=True, autoincrement=True),
    Column("match_id", ForeignKey("matches.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("decision", _text(24), nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", _text(200), nullable=False),
    Column("at", _text(32), nullable=False),
    Column("status_before", _text(24), nullable=False),
    Column("status_after", _text(24), nullable=False),
    # The decision of which this row is the consequence (reunited elsewhere) or that it takes back (undo).
    Column("follows", _NUMBER, nullable=True),
    Column("undoes", _NUMBER, nullable=True),
    sqlite_autoincrement=True,
)

reconciliations = Table(
    "reconciliations",
    metadata,
    Column("id", _NUMBER, primary_key=True, autoincrement=True),
    Column("full", Boolean, nullable=False),
    Column("status", _text(10), nullable=False),
    Column("started_at", _text(32), nullable=False),
    Column("finished_at", _text(32), nullable=True),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("summary", Text, nullable=False),
    sqlite_autoincrement=True,
)

# What the night has compared, and up to which place in the change log.
reconciled = Table(
    "reconciled",
    metadata,
    Column("number", ForeignKey("records.number", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("model", _text(64), nullable=False),
    Column("position", _NUMBER, nullable=False, server_default="0"),
)

rejected_rows = Table(
    "rejected_rows",
    metadata,
    Column("id", _NUMBER, primary_key=True, autoincrement=True),
    Column("file", _text(400), nullable=False),
    Column("row", Integer, nullable=False),
    Column("column", _text(200), nullable=False),
    Column("message", Text, nullable=False),
    Column("source_row", Text, nullable=False),
    Column("id_hash", LargeBinary(32), nullable=False, index=True),
    Column("at", _text(32), nullable=False),
    Index("rejected_by_file", "file"),
)
