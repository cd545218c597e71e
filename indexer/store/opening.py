"""Opening the database: owner-only files, WAL, foreign keys, migrations; and plain words for what goes wrong."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, insert, inspect, make_url, select, text

from indexer.errors import DatabaseBusyError, NotFoundError, StoreError
from indexer.store.tables import installation
from matcher.errors import InputError

# How long to wait for another process that writes.
WAIT_SECONDS: Final = 10.0
# The newest migration in indexer/migrations/versions. Alembic is slow to import and only needed where this is not the database's.
SCHEMA: Final = "0002"
_MIGRATIONS: Final = Path(__file__).resolve().parent.parent / "migrations"
# Threads of a server that ask at once.
_CONNECTIONS: Final = 48
_SETTINGS: Final = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")


def open_engine(url: str, *, wait_seconds: float = WAIT_SECONDS) -> Engine:
    """An engine on a database of the current schema, made or migrated where needed. Raises `StoreError`, `DatabaseBusyError`."""
    location = _location(url)
    _prepare_file(Path(location.database or ""))
    engine = create_engine(
        location,
        connect_args={"timeout": wait_seconds},
        pool_size=8,
        max_overflow=_CONNECTIONS - 8,
        pool_timeout=wait_seconds,
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    try:
        with plainly():
            _migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextmanager
def plainly() -> Iterator[None]:
    """Turn the database's errors into ours: what, where, what to do; never a row's content."""
    try:
        yield
    except exc.TimeoutError as error:
        raise DatabaseBusyError("too many questions at once; try again in a moment") from error
    except exc.DBAPIError as error:
        raise _translate(str(error.orig), type(error.orig).__name__) from error
    except sqlite3.Error as error:
        raise _translate(str(error), type(error).__name__) from error
    except exc.SQLAlchemyError as error:
        raise StoreError(f"the database cannot be used: {type(error).__name__}; check ELIJAH_DATABASE_URL") from error
    except OverflowError as error:
        raise NotFoundError("there is no such number in the database") from error
    except UnicodeEncodeError as error:
        raise InputError("a text holds half a character, which cannot be stored; write that text again") from error


def write(engine: Engine) -> Any:
    """A transaction that takes the write lock at once, so that two writers wait for each other instead of failing half-way."""
    return engine.execution_options(elijah_writes=True).begin()


def _location(url: str) -> URL:
    try:
        location = make_url(url)
    except exc.ArgumentError as error:
        raise StoreError("ELIJAH_DATABASE_URL is no database URL; write it as sqlite:////folder/elijah.db") from error
    if location.get_backend_name() != "sqlite":
        raise StoreError(
            f"{location.get_backend_name()} is not supported by this version; unset ELIJAH_DATABASE_URL to use SQLite"
        )
    return location


def _prepare_file(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError(
            f"the database {path} cannot be opened: {error.strerror}; check the folder, its rights and the free space"
        ) from error


def _configure(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own transaction handling is off: SQLAlchemy's `begin` event below opens them (SQLAlchemy, SQLite dialect docs).
    connection.isolation_level = None
    for setting in _SETTINGS:
        connection.execute(f"PRAGMA {setting}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("elijah_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(engine: Engine) -> None:
    with engine.connect() as connection:
        if _schema(connection) == SCHEMA:
            return
    with write(engine) as connection:
        # Another process may have migrated while this one waited for the lock; then there is nothing left to do.
        if _schema(connection) != SCHEMA:
            _upgrade(connection)


def _schema(connection: Connection) -> str | None:
    """The migration that the database stands at, None for an empty file. Raises `StoreError` for another program's database."""
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    if "installation" not in tables or "alembic_version" not in tables:
        raise StoreError("the file is the database of another program; give Elijah a file of its own")
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


def _translate(message: str, kind: str) -> StoreError:
    if "locked" in message or "busy" in message:
        return DatabaseBusyError("the database is held by another process; wait for it to end, then try again")
    if "full" in message:
        return StoreError("the disk is full: nothing of this step was stored; free some space, then try again")
    if "readonly" in message or "read-only" in message:
        return StoreError("the database is read-only; check the rights of its folder and file")
    if "not a database" in message or "malformed" in message:
        return StoreError("the file is no Elijah database or is damaged; restore it from the last backup")
    if kind == "OperationalError":
        return StoreError("the database cannot be read or written; check the folder, its rights and the free space")
    return StoreError(f"the database refused: {kind}; it may be damaged: restore it from the last backup")
