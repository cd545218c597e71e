"""After a withdrawal: nothing of what was deleted stays in the database (rule 8). What is owed is noted until it is done."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from indexer.store.database import Database
from indexer.store.tables import installation


def owed(connection: Connection) -> int:
    """The number of the newest withdrawal whose remains may still be there, 0 where there is none."""
    row = connection.execute(select(installation.c.withdrawals, installation.c.scrubbed)).one()
    return int(row.withdrawals) if row.withdrawals > row.scrubbed else 0


def scrub(database: Database) -> None:
    """Erase where a withdrawal asks for it. Raises `StoreError`; what is owed stays noted for the next attempt."""
    with database.reading() as connection:
        newest = owed(connection)
    if newest:
        with database.plainly():
            database.erase()
        with database.writing() as connection:
            connection.execute(update(installation).where(installation.c.scrubbed < newest).values(scrubbed=newest))
