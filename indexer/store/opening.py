"""Opening the database: owner-only files, WAL, foreign keys, migrations; and plain words for what goes wrong."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, insert, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError

from indexer.errors import DatabaseBusyError, StoreError
from indexer.store.tables import installation

_WAIT_MS: Final = 10_000
_MIGRATIONS: Final = Path(__file__).resolve().parent.parent / "migrations"


def open_engine(url: str) -> Engine:
    """An engine on a database of the current schema, made or migrated where needed. Raises `StoreError` or `DatabaseBusyError`."""
    location = make_url(url)
    if location.get_backend_name() != "sqlite":
        raise StoreError(
            f"{location.get_backend_name()} is not supported by this version; unset ELIJAH_DATABASE_URL to use SQLite"
        )
    _prepare_file(Path(location.database or ""))
    engine = create_engine(location, connect_args={"timeout": _WAIT_MS / 1000}, pool_size=8, max_overflow=16)
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    with plainly():
        _migrate(engine)
    return engine


@contextmanager
def plainly() -> Iterator[None]:
    """Turn the database's errors into ours: what, where, what to do; never a row's content."""
    try:
        yield
    except OperationalError as error:
        raise _translate(str(error.orig)) from error
    except DatabaseError as error:
        raise StoreError(
            f"the database refused: {type(error.orig).__name__}; it may be damaged: restore it from the last backup"
        ) from error
    except SQLAlchemyError as error:
        raise StoreError(f"the database cannot be used: {type(error).__name__}; check ELIJAH_DATABASE_URL") from error


def write(engine: Engine) -> Any:
    """A transaction that takes the write lock at once, so that two writers wait for each other instead of failing half-way."""
    return engine.execution_options(elijah_writes=True).begin()


def checkpoint(engine: Engine) -> None:
    """Move everything from the write-ahead log into the database and empty the log, so that nothing deleted remains in it."""
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]  # the driver's own connection


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
    for setting in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        f"busy_timeout={_WAIT_MS}",
    ):
        connection.execute(f"PRAGMA {setting}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("elijah_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current == scripts.get_current_head():
        return
    if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
        raise StoreError("the database was written by a newer Elijah; install that version or a later one")
    with write(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if not connection.execute(select(installation)).first():
            connection.execute(insert(installation), {"id": uuid4().hex})


def _translate(message: str) -> StoreError:
    if "locked" in message or "busy" in message:
        return DatabaseBusyError("the database is held by another process; wait for it to end, then try again")
    if "full" in message:
        return StoreError("the disk is full: nothing of this step was stored; free some space, then try again")
    if "readonly" in message or "read-only" in message:
        return StoreError("the database is read-only; check the rights of its folder and file")
    if "not a database" in message or "malformed" in message:
        return StoreError("the file is no Elijah database or is damaged; restore it from the last backup")
    return StoreError("the database cannot be read or written; check the folder, its rights and the free space")
