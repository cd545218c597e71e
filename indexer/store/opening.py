"""Opening the database that a URL names, and bringing its tables up to this version."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from uuid import uuid4

from sqlalchemy import URL, Connection, exc, insert, inspect, make_url, select, text

from indexer.errors import StoreError
from indexer.store.database import WAIT_SECONDS, Database
from indexer.store.sqlite import SqliteDatabase
from indexer.store.tables import installation

# The newest migration in indexer/migrations/versions. Alembic is slow to import and only needed where this is not the database's.
SCHEMA: Final = "0003"
_MIGRATIONS: Final = Path(__file__).resolve().parent.parent / "migrations"
_HOW_TO_WRITE: Final = "write it as sqlite:////folder/elijah.db or postgresql://user:password@host:5432/elijah"


def open_database(url: str, *, wait_seconds: float = WAIT_SECONDS) -> Database:
    """A database of the current schema, made or migrated where needed. Raises `StoreError`, `DatabaseBusyError`."""
    database = connect(url, wait_seconds=wait_seconds)
    try:
        _migrate(database)
    except BaseException:
        database.close()
        raise
    return database


def connect(url: str, *, wait_seconds: float = WAIT_SECONDS) -> Database:
    """The database as it is, whatever its schema. Raises `StoreError`."""
    location = _location(url)
    if location.get_backend_name() == "sqlite":
        return SqliteDatabase.at(location, wait_seconds=wait_seconds)
    # The driver is slow to import and only needed here.
    from indexer.store.postgresql import PostgresqlDatabase  # noqa: PLC0415

    return PostgresqlDatabase.at(location, wait_seconds=wait_seconds)


def _location(url: str) -> URL:
    try:
        location = make_url(url)
    except (exc.ArgumentError, ValueError):
        # Not chained: the driver's error repeats the text, which may hold a password.
        raise StoreError(f"ELIJAH_DATABASE_URL is no database URL; {_HOW_TO_WRITE}") from None
    if location.drivername not in ("sqlite", "postgresql", "postgresql+psycopg"):
        raise StoreError(f"{location.drivername} is not supported in ELIJAH_DATABASE_URL; {_HOW_TO_WRITE}")
    if location.drivername != "sqlite" and url.count("@") > 1:
        # What stands after the first @ would be taken for the host, and named in messages.
        raise StoreError("ELIJAH_DATABASE_URL holds more than one @; write an @ of the password as %40")
    return location


def _migrate(database: Database) -> None:
    with database.reading() as connection:
        database.check(connection)
        if _schema(connection) == SCHEMA:
            return
    with database.writing() as connection:
        # Another process may have migrated while this one waited for the lock; then there is nothing left to do.
        if _schema(connection) != SCHEMA:
            _upgrade(connection)


def _schema(connection: Connection) -> str | None:
    """The migration that the database stands at, None for an empty one. Raises `StoreError` for another program's database."""
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    if "installation" not in tables or "alembic_version" not in tables:
        raise StoreError("the database is that of another program; give Elijah a database of its own")
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  # slow to import, see SCHEMA
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if _schema(connection) not in known | {None}:
        raise StoreError("the database was written by a newer Elijah; install that version or a later one")
    command.upgrade(config, "head")
    if not connection.execute(select(installation)).first():
        connection.execute(insert(installation), {"id": uuid4().hex})
