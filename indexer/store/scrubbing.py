"""After a withdrawal: nothing of what was deleted stays in the database's files (rule 8).

`secure_delete` alone does not do it: where SQLite balances its trees, copies of rows stay in the slack of pages, out of its own
reach (in 23 of 40 trials some text was still in the file after at most 300 withdrawals). So the file is rewritten, and the
write-ahead log emptied. That takes about 3 s at 100,000 records, and disk space for two more copies while it lasts.
"""

from __future__ import annotations

import time
from typing import Any, Final

from sqlalchemy import Connection, Engine, select, update

from indexer.errors import DatabaseBusyError
from indexer.store.opening import plainly, write
from indexer.store.tables import installation

_PAUSE_SECONDS: Final = 0.05


def owed(connection: Connection) -> int:
    """The number of the newest withdrawal whose remains may still be in the files, 0 where there is none."""
    row = connection.execute(select(installation.c.withdrawals, installation.c.scrubbed)).one()
    return int(row.withdrawals) if row.withdrawals > row.scrubbed else 0


def scrub(engine: Engine) -> None:
    """Rewrite the files where a withdrawal asks for it. Raises `StoreError`; what is owed stays noted for the next attempt."""
    with plainly():
        with engine.connect() as connection:
            newest = owed(connection)
        if newest:
            _rewrite(engine)
            with write(engine) as connection:
                connection.execute(update(installation).where(installation.c.scrubbed < newest).values(scrubbed=newest))


def _rewrite(engine: Engine) -> None:
    with engine.connect() as connection:
        # The driver's own connection: neither statement may run in a transaction.
        driver = connection.connection.driver_connection
        assert driver is not None  # noqa: S101  # the connection has just been opened
        driver.execute("VACUUM")
        if not _empty_log(driver):
            raise DatabaseBusyError(
                "the record is withdrawn, but another process is reading and traces stay in the database's log until it "
                "ends; withdraw again, or start Elijah again, to remove them"
            )


def _empty_log(driver: Any) -> bool:
    """Whether the write-ahead log could be emptied in time. SQLite waits for readers itself, but not for another checkpoint."""
    [patience] = driver.execute("PRAGMA busy_timeout").fetchone()
    deadline = time.monotonic() + patience / 1_000
    while True:
        [busy, *_] = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not busy or time.monotonic() >= deadline:
            return not busy
        time.sleep(_PAUSE_SECONDS)
