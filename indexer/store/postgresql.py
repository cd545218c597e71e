"""PostgreSQL, for installations that outgrow one machine: the same store, used by several machines at once."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from math import ceil
from typing import Any, Final, Self

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, text

from indexer.errors import DatabaseBusyError, StoreError
from indexer.store import postgresql_errors
from indexer.store.database import Database
from matcher.errors import InputError

_log: Final = logging.getLogger(__name__)
# Of one process. A server of PostgreSQL lets 100 in at once unless it is told otherwise: all processes of all machines together.
_CONNECTIONS: Final = 20
_OLDEST: Final = (13,)
_PAUSE_SECONDS: Final = 0.05
# Every table that holds words about a child, with its indexes, which hold ids.
_ABOUT_CHILDREN: Final = "records, record_versions, faces, matches, decisions, reconciliations, rejected_rows"
# Advisory locks are numbers that all programs of a database share: "ELI" and what it is for, and the schema that Elijah is in.
_WRITER: Final = text(f"SELECT pg_advisory_xact_lock({0x454C4901}, hashtext(current_schema()))")
_NIGHT: Final = text(f"SELECT pg_try_advisory_lock({0x454C4902}, hashtext(current_schema()))")
_MORNING: Final = text(f"SELECT pg_advisory_unlock({0x454C4902}, hashtext(current_schema()))")
# A machine that is cut off while it holds a lock is noticed within a minute, not after the two hours of the operating system.
_KEEPALIVES: Final = {"keepalives_idle": 20, "keepalives_interval": 10, "keepalives_count": 3}
_SETTINGS: Final = {
    "tcp_keepalives_idle": "20",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "idle_in_transaction_session_timeout": "60s",
}


class PostgresqlDatabase(Database):
    """A database on a server."""

    def __init__(self, engine: Engine, *, where: str, wait_seconds: float) -> None:
        super().__init__(engine)
        self._where = where
        self._wait_seconds = wait_seconds
        # Said for each transaction: the server's own default may be another.
        self._readers = engine.execution_options(isolation_level="REPEATABLE READ")
        self._writers = engine.execution_options(isolation_level="READ COMMITTED")

    @classmethod
    def at(cls, location: URL, *, wait_seconds: float) -> Self:
        """The database of this URL; nothing is connected yet."""
        location = _with_hidden_password(location).set(drivername="postgresql+psycopg")
        plain = {"application_name": "elijah", "connect_timeout": max(ceil(wait_seconds), 2), **_KEEPALIVES}
        engine = create_engine(
            location,
            # What the URL says of the connection goes before.
            connect_args={name: value for name, value in plain.items() if name not in location.query},
            pool_size=8,
            max_overflow=_CONNECTIONS - 8,
            pool_timeout=wait_seconds,
            pool_pre_ping=True,  # a server that was started again is found again
            hide_parameters=True,
        )
        event.listen(engine, "connect", partial(_configure, wait_seconds))
        return cls(engine, where=_where(location), wait_seconds=wait_seconds)

    def _reading(self) -> AbstractContextManager[Connection]:
        return self._readers.connect()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """One writer at a time, as on SQLite.

        What a step decides rests on what it has read (known ids, versions, where a match stands), so a second writer must not
        come between; and a place in the change log is taken before it can be seen, so without the lock a follower could read
        place 8 while 7 is not yet committed, and never come back for it. The lock is held until the step is committed and seen by
        all. Readers wait for nobody. READ COMMITTED: what is read after the wait is what the writer before has left.
        """
        with self._writers.begin() as connection:
            connection.execute(_WRITER)
            yield connection

    @contextmanager
    def plainly(self) -> Iterator[None]:
        """Also what the driver says while a connection is made ready, which goes past SQLAlchemy."""
        with super().plainly():
            try:
                yield
            except psycopg.Error as error:
                raise self.in_words(error) from error

    def check(self, connection: Connection) -> None:
        """Khmer needs UTF-8, and withdrawals need what PostgreSQL 13 brought."""
        driver: Any = connection.connection.driver_connection
        encoding = driver.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            raise StoreError(
                f"the database holds {encoding} texts; make one with ENCODING 'UTF8', which can hold Khmer"
            )
        version = connection.dialect.server_version_info or _OLDEST
        if version < _OLDEST:
            raise StoreError(f"PostgreSQL {version[0]} is too old; {_OLDEST[0]} or a later one is needed")

    @contextmanager
    def one_night(self) -> Iterator[bool]:
        """A lock of the session: the server lets go of it when this process or its machine dies."""
        with self.plainly():
            connection = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            with self.plainly():
                held = bool(connection.execute(_NIGHT).scalar_one())
            yield held
            # Where the server is gone, so is the lock.
            with suppress(exc.DBAPIError):
                connection.execute(_MORNING)
        finally:
            # Never back into the pool with a lock that could not be given back.
            connection.invalidate()
            connection.close()

    def erase(self) -> None:
        """Take the deleted rows out of the tables and their indexes.

        Freed room inside a page keeps its bytes until it is written over, and so do the log and every backup; no program that
        asks the server can read them. docs/administrator.md says what the administrator does about those.
        """
        with self.engine.connect() as opened:
            connection = opened.execution_options(isolation_level="AUTOCOMMIT")
            if connection.execute(_FOREIGN).scalar_one():
                _log.warning(
                    "the database user does not own the tables: what was withdrawn is left to the server's autovacuum"
                )
            self._wait_for_older_readers(connection)
            connection.exec_driver_sql(f"VACUUM (INDEX_CLEANUP ON) {_ABOUT_CHILDREN}")

    def _wait_for_older_readers(self, connection: Connection) -> None:
        """VACUUM leaves what somebody may still read: whoever began before the withdrawal must end first, a backup too."""
        now = connection.execute(text("SELECT CAST(CAST(pg_current_xact_id() AS xid) AS text)")).scalar_one()
        deadline = time.monotonic() + self._wait_seconds
        while connection.execute(_OLDER, {"now": now}).scalar_one():
            if time.monotonic() >= deadline:
                raise DatabaseBusyError(
                    "the record is withdrawn, but somebody has been reading since before that (a backup?) and traces stay in the "
                    "tables until then; withdraw again, or start Elijah again, to remove them"
                )
            time.sleep(_PAUSE_SECONDS)

    def in_words(self, error: BaseException) -> InputError:
        """By the code that the server gives; by its words where nobody was let in, since then there is none."""
        return postgresql_errors.in_words(error, where=self._where)


_FOREIGN: Final = text("SELECT NOT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'records'::regclass")
_OLDER: Final = text("""
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
    AND age(backend_xmin) > age(CAST(CAST(:now AS text) AS xid))
""")


def _with_hidden_password(location: URL) -> URL:
    """A password among the parameters of the URL is one too: there it would be shown by everything that prints a URL."""
    password = location.query.get("password")
    if not isinstance(password, str):
        return location
    return location.difference_update_query(["password"]).set(password=location.password or password)


def _where(location: URL) -> str:
    host = location.host or location.query.get("host") or "this machine"
    return f"{host}, port {location.port or location.query.get('port') or 5432}"


def _configure(wait_seconds: float, connection: psycopg.Connection[Any], _record: object) -> None:
    connection.autocommit = True
    for name, value in {**_SETTINGS, "lock_timeout": f"{ceil(wait_seconds * 1_000)}ms"}.items():
        connection.execute("SELECT set_config(%s, %s, false)", [name, value])
    # What is acknowledged is on the disk, also where somebody made the server quicker than that.
    connection.execute(
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
    )
    connection.autocommit = False
