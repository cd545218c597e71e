"""The store: the one door to the database. Every method is one transaction; errors come in plain words (`StoreError`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, func, select

from indexer.store import decisions, matches, reconciliations, records, rejected
from indexer.store.decisions import DecisionRow, Saying
from indexer.store.matches import MatchFilter, MatchPage, MatchRow, MatchStatus, SavedMatches, StoredMatch
from indexer.store.opening import checkpoint, open_engine, plainly, write
from indexer.store.reconciliations import Mark, Reconciliation
from indexer.store.records import Change, Entry, Outcome, StoredRecord
from indexer.store.rejected import RejectedRow
from indexer.store.tables import installation
from indexer.store.tables import records as record_table
from matcher.record import Kind, Status


class Store:
    """The system of record. Thread-safe; several processes may have it open at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str) -> Self:
        """Open a database by its SQLAlchemy URL, making or migrating it. Raises `StoreError`, `DatabaseBusyError`."""
        return cls(open_engine(url))

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with plainly(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with plainly(), write(self._engine) as connection:
            yield connection

    def identity(self) -> str:
        """Which database this is: 32 hexadecimal digits, given once."""
        with self._reading() as connection:
            return connection.execute(select(installation.c.id)).scalar_one()

    # records

    def put(self, entries: Sequence[Entry], *, at: datetime) -> list[Outcome]:
        """Store a batch with its places in the change log; one outcome an entry, in order."""
        with self._writing() as connection:
            outcomes = records.put(connection, entries, at=at)
        if Outcome.WITHDRAWN_NOW in outcomes:
            checkpoint(self._engine)
        return outcomes

    def withdraw(self, record_id: str, *, at: datetime) -> bool:
        """Delete a record with all that belongs to it, for good; False where there was none. Nothing of it stays in the files."""
        with self._writing() as connection:
            found = records.withdraw(connection, record_id, at=at)
        checkpoint(self._engine)
        return found

    def get(self, record_id: str) -> StoredRecord | None:
        """One record by its id."""
        with self._reading() as connection:
            return records.get(connection, record_id)

    def get_many(self, numbers: Iterable[int]) -> dict[int, StoredRecord]:
        """Records by number, in the order asked for; unknown numbers are left out."""
        with self._reading() as connection:
            return records.get_many(connection, numbers)

    def records(self, *, kind: Kind | None = None, open_only: bool = False, after: int = 0) -> Iterator[StoredRecord]:
        """All records by number, streamed in blocks."""
        with self._reading() as connection:
            yield from records.stream(connection, kind=kind, open_only=open_only, after=after)

    def history(self, record_id: str) -> list[StoredRecord]:
        """Earlier versions of a record, newest first."""
        with self._reading() as connection:
            return records.history(connection, record_id)

    def count(self, kind: Kind | None = None, *, open_only: bool = False) -> int:
        """How many records there are, all or of a kind."""
        query = select(func.count()).select_from(record_table)
        if kind:
            query = query.where(record_table.c.kind == kind.value)
        if open_only:
            query = query.where(record_table.c.status == Status.OPEN.value)
        with self._reading() as connection:
            return connection.execute(query).scalar() or 0

    def last_number(self) -> int:
        """The highest record number in use."""
        with self._reading() as connection:
            return records.last_number(connection)

    def last_change(self) -> int:
        """The newest position of the change log."""
        with self._reading() as connection:
            return records.last_change(connection)

    def changes(self, *, after: int, limit: int = 5000) -> list[Change]:
        """The newest change of each record within the next `limit` entries of the log."""
        with self._reading() as connection:
            return records.changes(connection, after=after, limit=limit)

    # matches and decisions

    def save_matches(self, rows: Sequence[MatchRow], *, at: datetime) -> SavedMatches:
        """Keep scored pairs; human decisions stay."""
        with self._writing() as connection:
            return matches.save(connection, rows, at=at)

    def save_reconciled(
        self, rows: Sequence[MatchRow], marks: Sequence[Mark], faded: Collection[tuple[int, int]], *, at: datetime
    ) -> tuple[SavedMatches, int]:
        """One block of the night: matches, pairs that are no longer possible, and marks, all or nothing."""
        with self._writing() as connection:
            alive = set(
                records.alive(connection, {number for row in rows for number in (row.report_number, row.intake_number)})
            )
            kept = [row for row in rows if row.report_number in alive and row.intake_number in alive]
            saved = matches.save(connection, kept, at=at)
            gone = matches.supersede(connection, faded, at=at)
            reconciliations.mark(connection, marks)
        return saved, gone

    def supersede_closed(self, *, at: datetime) -> int:
        """Take the undecided matches of closed records out of the queue; how many."""
        with self._writing() as connection:
            return matches.supersede_closed(connection, at=at)

    def kept_pairs(self, numbers: Sequence[int]) -> dict[tuple[int, int], MatchStatus]:
        """The pairs (report number, intake number) that are kept for any of these records."""
        with self._reading() as connection:
            return matches.kept_pairs(connection, numbers)

    def get_match(self, match_id: int) -> StoredMatch | None:
        """One match."""
        with self._reading() as connection:
            return matches.get(connection, match_id)

    def match_history(self, match_id: int) -> list[DecisionRow]:
        """Every step of a match, oldest first."""
        with self._reading() as connection:
            return decisions.history(connection, match_id)

    def list_matches(self, wanted: MatchFilter | None = None, *, limit: int = 50, offset: int = 0) -> MatchPage:
        """A page of matches, most probable first."""
        with self._reading() as connection:
            return matches.page(connection, wanted or MatchFilter(), limit=limit, offset=offset)

    def decide(self, match_id: int, saying: Saying, *, at: datetime) -> None:
        """Take a person's decision."""
        with self._writing() as connection:
            decisions.decide(connection, match_id, saying, at=at)

    # the night

    def start_reconciliation(self, *, full: bool, at: datetime) -> int:
        """Begin a run; its id. A full run forgets what has been compared."""
        with self._writing() as connection:
            if full:
                reconciliations.forget(connection)
            return reconciliations.start(connection, full=full, at=at)

    def note_progress(self, run: int, *, done: int, total: int) -> None:
        """How far a run is."""
        with self._writing() as connection:
            reconciliations.note_progress(connection, run, done=done, total=total)

    def finish_reconciliation(self, run: int, *, status: str, summary: Mapping[str, Any], at: datetime) -> None:
        """End a run."""
        with self._writing() as connection:
            reconciliations.finish(connection, run, status=status, summary=summary, at=at)

    def get_reconciliation(self, run: int) -> Reconciliation | None:
        """One run."""
        with self._reading() as connection:
            return reconciliations.get(connection, run)

    def last_reconciliations(self, limit: int = 20) -> list[Reconciliation]:
        """The newest runs."""
        with self._reading() as connection:
            return reconciliations.last(connection, limit)

    def pending(self, model: str, kind: Kind) -> list[int]:
        """Open records of a kind whose present version has not been compared with this model."""
        with self._reading() as connection:
            return reconciliations.pending(connection, model, kind)

    # rejected rows

    def keep_rejected(self, rows: Sequence[RejectedRow], *, at: datetime) -> None:
        """Keep rows that could not be loaded."""
        with self._writing() as connection:
            rejected.keep(connection, rows, at=at)

    def rejected(self, limit: int = 100) -> list[RejectedRow]:
        """The rejected rows that are kept, newest first."""
        with self._reading() as connection:
            return rejected.listed(connection, limit)

    def clear_rejected(self, file: str) -> None:
        """Forget the rejected rows of a file that is being loaded again."""
        with self._writing() as connection:
            rejected.clear(connection, file)
