"""SQLite, the default: one file that only its owner may read, written ahead, one writer at a time."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final, Self

from sqlalchemy import URL, Connection, create_engine, event

from indexer.errors import DatabaseBusyError, StoreError
from indexer.store.database import Database
from matcher.errors import InputError

# Threads of a server that ask at once.
_CONNECTIONS: Final = 48
_SETTINGS: Final = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
_PAUSE_SECONDS: Final = 0.05


class SqliteDatabase(Database):
    """A database file."""

    @classmethod
    def at(cls, location: URL, *, wait_seconds: float) -> Self:
        """The database of this URL; the file is made where it is missing. Raises `StoreError`."""
        _prepare_file(Path(location.database or ""))
        engine = create_engine(
            location,
            connect_args={"timeout": wait_seconds},
            pool_size=8,
            max_overflow=_CONNECTIONS - 8,
            pool_timeout=wait_seconds,
            hide_parameters=True,
        )
        event.listen(engine, "connect", _configure)
        event.listen(engine, "begin", _begin)
        return cls(engine)

    def _reading(self) -> AbstractContextManager[Connection]:
        return self.engine.connect()

    def _writing(self) -> AbstractContextManager[Connection]:
        return self.engine.execution_options(elijah_writes=True).begin()

    @contextmanager
    def plainly(self) -> Iterator[None]:
        """Also what the driver says of the statements that go past SQLAlchemy."""
        with super().plainly():
            try:
                yield
            except sqlite3.Error as error:
                raise self.in_words(error) from error

    def check(self, connection: Connection) -> None:
        """Any file that SQLite opens will do."""

    def one_night(self) -> AbstractContextManager[bool]:
        """The file is on one machine: the lock beside it (`indexer.reconcile.only_one`) is enough."""
        return nullcontext(True)

    def erase(self) -> None:
        """Rewrite the file and empty the write-ahead log.

        `secure_delete` alone does not do it: where SQLite balances its trees, copies of rows stay in the slack of pages, out of
        its own reach (in 23 of 40 trials some text was still in the file after at most 300 withdrawals). That takes about 3 s
        at 100,000 records, and disk space for two more copies while it lasts.
        """
        with self.engine.connect() as connection:
            # The driver's own connection: neither statement may run in a transaction.
            driver = connection.connection.driver_connection
            assert driver is not None  # noqa: S101  # the connection has just been opened
            driver.execute("VACUUM")
            if not _empty_log(driver):
                raise DatabaseBusyError(
                    "the record is withdrawn, but another process is reading and traces stay in the database's log until it "
                    "ends; withdraw again, or start Elijah again, to remove them"
                )

    def in_words(self, error: BaseException) -> InputError:
        """SQLite has no codes that the driver passes on everywhere: its texts are what there is."""
        return _translate(str(error), type(error).__name__)


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
    [patience] = connection.execute("PRAGMA busy_timeout").fetchone()
    deadline = time.monotonic() + patience / 1_000
    for setting in _SETTINGS:
        _patiently(connection, f"PRAGMA {setting}", deadline)


def _patiently(connection: sqlite3.Connection, statement: str, deadline: float) -> None:
    """Run it, again and again until the deadline: SQLite itself does not wait where two open a file at the same moment."""
    while True:
        try:
            connection.execute(statement)
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() >= deadline:
                raise
        time.sleep(_PAUSE_SECONDS)


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("elijah_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _empty_log(driver: Any) -> bool:
    """Whether the write-ahead log could be emptied in time. SQLite waits for readers itself, but not for another checkpoint."""
    [patience] = driver.execute("PRAGMA busy_timeout").fetchone()
    deadline = time.monotonic() + patience / 1_000
    while True:
        [busy, *_] = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not busy or time.monotonic() >= deadline:
            return not busy
        time.sleep(_PAUSE_SECONDS)


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
