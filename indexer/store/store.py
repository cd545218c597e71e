"""The store: the one door to the database. Every method is one transaction; errors come in plain words (`StoreError`)."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from types import TracebackType
from typing import Any, Final, Self

from sqlalchemy import select

from indexer.errors import StoreError
from indexer.store import (
    change_log,
    decisions,
    faces,
    matches,
    putting,
    reconciliations,
    records,
    rejected,
    saving,
    scrubbing,
    steps,
    withdrawals,
)
from indexer.store.change_log import Change
from indexer.store.database import WAIT_SECONDS, Database
from indexer.store.decisions import Saying
from indexer.store.faces import Photographed
from indexer.store.matches import MatchFilter, MatchPage, StoredMatch
from indexer.store.opening import open_database
from indexer.store.putting import Entry, Outcome
from indexer.store.reconciliations import Mark, Pending, Reconciliation
from indexer.store.records import StoredRecord
from indexer.store.rejected import RejectedRow
from indexer.store.saving import MatchRow, SavedMatches
from indexer.store.status import MatchStatus
from indexer.store.steps import DecisionRow
from indexer.store.tables import installation
from matcher.faces import Face
from matcher.record import Kind

_log: Final = logging.getLogger(__name__)
_BLOCK: Final = 2_000


class Store:
    """The system of record. Thread-safe; several processes may have it open at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reading = database.reading
        self._writing = database.writing

    @classmethod
    def open(cls, url: str, *, wait_seconds: float = WAIT_SECONDS) -> Self:
        """Open a database by its SQLAlchemy URL, making or migrating it; `wait_seconds` is the patience with other writers.

        Raises `StoreError`, `DatabaseBusyError`.
        """
        store = cls(open_database(url, wait_seconds=wait_seconds))
        store._finish_withdrawals()
        return store

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def identity(self) -> str:
        """Which database this is: 32 hexadecimal digits, given once."""
        with self._reading() as connection:
            return str(connection.execute(select(installation.c.id)).scalar_one())

    def _finish_withdrawals(self) -> None:
        """A kill or a full disk may have come between a withdrawal and the erasing of what is left."""
        try:
            scrubbing.scrub(self._database)
        except StoreError as error:
            # It stays owed. What is left unreadable in slack space must not keep an investigator from searching.
            _log.warning("withdrawn records are not yet rewritten out of the database: %s", error.message)

    # records

    def put(self, entries: Sequence[Entry], *, at: datetime) -> list[Outcome]:
        """Store a batch with its places in the change log; one outcome an entry, in order.

        Raises `StoreError`: nothing of the batch is stored, unless the message says that a record is withdrawn.
        """
        with self._writing() as connection:
            outcomes = putting.put(connection, entries, at=at)
        if Outcome.WITHDRAWN_NOW in outcomes:
            scrubbing.scrub(self._database)
        return outcomes

    def withdraw(self, record_id: str, *, at: datetime) -> bool:
        """Delete a record, or a rejected row, with all that belongs to it, for good; False where there was none.

        Nothing of it stays in the files. Raises `StoreError` where it is deleted but the files could not be rewritten:
        withdrawing again, or the next opening, does that.
        """
        with self._writing() as connection:
            found = withdrawals.withdraw(connection, record_id, at=at)
        scrubbing.scrub(self._database)
        return found

    def get(self, record_id: str) -> StoredRecord | None:
        """One record by its id."""
        with self._reading() as connection:
            return records.get(connection, record_id)

    def get_many(self, numbers: Iterable[int]) -> dict[int, StoredRecord]:
        """Records by number, in the order asked for; unknown numbers are left out."""
        with self._reading() as connection:
            return records.get_many(connection, numbers)

    def versions(self, numbers: Iterable[int]) -> dict[int, int]:
        """The present version of those of the numbers that still are records."""
        with self._reading() as connection:
            return records.versions(connection, numbers)

    def records(self, *, kind: Kind | None = None, open_only: bool = False, after: int = 0) -> Iterator[StoredRecord]:
        """All records by number, streamed: each block as it is when it is read, so that a slow reader keeps nobody waiting."""
        while True:
            with self._reading() as connection:
                block = records.block(connection, kind=kind, open_only=open_only, after=after, limit=_BLOCK)
            yield from block
            if len(block) < _BLOCK:
                return
            after = block[-1].number

    def history(self, record_id: str) -> list[StoredRecord]:
        """Earlier versions of a record, newest first."""
        with self._reading() as connection:
            return records.history(connection, record_id)

    def count(self, kind: Kind | None = None, *, open_only: bool = False) -> int:
        """How many records there are, all or of a kind."""
        with self._reading() as connection:
            return records.count(connection, kind, open_only=open_only)

    def last_number(self) -> int:
        """The highest record number in use."""
        with self._reading() as connection:
            return records.last_number(connection)

    def last_change(self) -> int:
        """The newest position of the change log."""
        with self._reading() as connection:
            return change_log.last(connection)

    def changes(self, *, after: int, limit: int = 5000) -> list[Change]:
        """The newest change of each record within the next `limit` entries of the log."""
        with self._reading() as connection:
            return change_log.read(connection, after=after, limit=limit)

    # faces

    def has_faces(self) -> bool:
        """Whether any record has a face on a photo."""
        with self._reading() as connection:
            return faces.any_there(connection)

    def faces_of(self, record_ids: Iterable[str]) -> dict[str, tuple[Face, ...]]:
        """The faces of records by their ids; nothing for one that has none."""
        with self._reading() as connection:
            return faces.of_ids(connection, record_ids)

    def photographed(self, numbers: Iterable[int], *, embedder: str) -> list[Photographed]:
        """Those of the records that have a face of this embedder, by number."""
        with self._reading() as connection:
            return faces.photographed(connection, numbers, embedder=embedder)

    def all_photographed(self, *, embedder: str) -> Iterator[list[Photographed]]:
        """All records with a face of this embedder, in blocks by number, each as it is when it is read."""
        after, more = 0, True
        while more:
            with self._reading() as connection:
                found = faces.numbers(connection, after=after, limit=_BLOCK)
                block = faces.photographed(connection, found, embedder=embedder)
            yield block
            more = len(found) == _BLOCK
            after = found[-1] if found else after

    # matches and decisions

    def save_matches(self, rows: Sequence[MatchRow], *, at: datetime) -> SavedMatches:
        """Keep scored pairs; human decisions stay."""
        with self._writing() as connection:
            return saving.save(connection, rows, at=at)

    def save_reconciled(
        self, rows: Sequence[MatchRow], marks: Sequence[Mark], faded: Collection[tuple[int, int]], *, at: datetime
    ) -> tuple[SavedMatches, int]:
        """One block of the night: matches, pairs that are no longer possible, and marks, all or nothing."""
        with self._writing() as connection:
            saved = saving.save(connection, rows, at=at)
            gone = saving.supersede(connection, faded, at=at)
            reconciliations.mark(connection, marks)
        return saved, gone

    def supersede_closed(self, *, at: datetime) -> int:
        """Take the undecided matches of closed records out of the queue; how many."""
        with self._writing() as connection:
            return saving.supersede_closed(connection, at=at)

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
            return steps.history(connection, match_id)

    def list_matches(self, wanted: MatchFilter | None = None, *, limit: int = 50, offset: int = 0) -> MatchPage:
        """A page of matches, most probable first."""
        with self._reading() as connection:
            return matches.page(connection, wanted or MatchFilter(), limit=limit, offset=offset)

    def decide(self, match_id: int, saying: Saying, *, at: datetime) -> None:
        """Take a person's decision."""
        with self._writing() as connection:
            decisions.decide(connection, match_id, saying, at=at)

    # the night

    def one_night(self) -> AbstractContextManager[bool]:
        """Hold the right to reconcile this database, from whatever machine; gives False where another holds it."""
        return self._database.one_night()

    def start_reconciliation(self, *, full: bool, at: datetime) -> int:
        """Begin a run; its id. A full run forgets what has been compared."""
        with self._writing() as connection:
            if full:
                reconciliations.forget(connection)
            return reconciliations.start(connection, full=full, at=at)

    def note_progress(self, run: int, *, done: int, total: int) -> None:
        """How far a run is. Raises `ConflictError` where another run has begun since: the hold on the database was lost."""
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

    def pending(self, model: str, kind: Kind) -> Pending:
        """Open records of a kind whose present version has not been compared with this model."""
        with self._reading() as connection:
            return reconciliations.pending(connection, model, kind)

    def met_up_to(self, model: str, kind: Kind) -> int | None:
        """Up to which place of the change log the open records of a kind that are not pending have met all others; None: all are
        pending.
        """
        with self._reading() as connection:
            return reconciliations.met_up_to(connection, model, kind)

    def unmet(self, numbers: Sequence[int], position: int) -> set[int]:
        """Those of the records that have not met all that were compared up to this place of the change log."""
        with self._reading() as connection:
            return reconciliations.unmet(connection, numbers, position)

    def changed(self, numbers: Collection[int], position: int) -> set[int]:
        """Those of the records that have changed after this place of the change log."""
        with self._reading() as connection:
            return reconciliations.changed(connection, numbers, position)

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
