"""What differs from one database to another: opening, transactions, one night at a time, erasing, and the words for errors.

Everything else in this folder is the same SQL on all of them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Final

from sqlalchemy import Connection, Engine, exc

from indexer.errors import DatabaseBusyError, NotFoundError, StoreError
from matcher.errors import InputError

# How long to wait for another process that writes.
WAIT_SECONDS: Final = 10.0


class Database(ABC):
    """An open database. Thread-safe. Its transactions turn the driver's errors into ours (`StoreError`, `InputError`)."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database from its first to its last question."""
        with self.plainly(), self._reading() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is the only one that writes: two writers wait for each other instead of failing half-way."""
        with self.plainly(), self._writing() as connection:
            yield connection

    @contextmanager
    def plainly(self) -> Iterator[None]:
        """Turn the driver's errors into ours: what, where, what to do; never a row's content, never a password."""
        try:
            yield
        except exc.TimeoutError as error:
            raise DatabaseBusyError("too many questions at once; try again in a moment") from error
        except exc.DBAPIError as error:
            raise self.in_words(error.orig or error) from error
        except exc.SQLAlchemyError as error:
            raise StoreError(
                f"the database cannot be used: {type(error).__name__}; check ELIJAH_DATABASE_URL"
            ) from error
        except OverflowError as error:
            raise NotFoundError("there is no such number in the database") from error
        except UnicodeEncodeError as error:
            raise InputError("a text holds half a character, which cannot be stored; write that text again") from error

    @abstractmethod
    def _reading(self) -> AbstractContextManager[Connection]: ...

    @abstractmethod
    def _writing(self) -> AbstractContextManager[Connection]: ...

    @abstractmethod
    def check(self, connection: Connection) -> None:
        """Refuse with `StoreError` a database that cannot hold what Elijah keeps."""

    @abstractmethod
    def one_night(self) -> AbstractContextManager[bool]:
        """Hold the right to reconcile this database, from whatever machine; False where another holds it."""

    @abstractmethod
    def erase(self) -> None:
        """After rows were deleted: let nothing of them stay where it can be read. Raises `StoreError` where that must wait."""

    @abstractmethod
    def in_words(self, error: BaseException) -> InputError:
        """Our error for one of the driver's."""

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()
