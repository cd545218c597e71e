"""One installation: its settings, database, index, gazetteer and model, opened together.

Everything that a person or a program asks of Elijah goes through here, so that consent and withholding are enforced in one place.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from types import TracebackType
from typing import Final, Self

import numpy as np

from indexer.ahead import Ahead
from indexer.answer import Answer
from indexer.errors import IndexUnavailableError, NotFoundError
from indexer.faces import FaceFinder
from indexer.folders import private_folder
from indexer.following import Progress, building, catch_up, check_history, fold, rebuild
from indexer.index import CandidateIndex
from indexer.index.opening import open_index
from indexer.own_model import open_model
from indexer.pairing import Pairs, ranked_matches
from indexer.places import open_gazetteer
from indexer.retrieval import candidate_query
from indexer.settings import Settings
from indexer.shelf import Shelf
from indexer.store import Entry, Outcome, Store
from indexer.turns import Turns
from matcher.keys import KeyMaker
from matcher.places import Gazetteer
from matcher.record import COLUMNS, Kind, Record, Status
from matcher.scoring import Scorer
from matcher.withholding import without_whereabouts

_log: Final = logging.getLogger(__name__)
# While the server of the index is away, a write waits for it once in so many seconds at most.
_PATIENCE_SECONDS: Final = 5.0
OWED: Final = (
    "what was stored is safe in the database; it is found as soon as the server of the index can be used again"
)
_NO_CONSENT = "this child has no consent for tracing: only its owner may look for its family (set ELIJAH_OWN_SOURCES)"


class Installation:
    """An open installation; a context manager, safe for the threads of a server."""

    def __init__(self, settings: Settings, store: Store, index: CandidateIndex) -> None:
        self.settings = settings
        self.store = store
        self.index = index
        self.shelf = Shelf(store, most_bytes=settings.kept_megabytes * 1_000_000)
        self.faces = FaceFinder(settings, store)
        self._following = Turns()
        # Until the index could be asked whether it has the same history as the database was opened with.
        self._opened_with: int | None = store.last_change()
        self._away_until = 0.0
        # Records and position of the index when it was last asked.
        self._last_known: tuple[int | None, int | None] = (None, None)

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Open the home, making it where it is missing. Raises `StoreError` where it cannot be used."""
        private_folder(settings.home)
        store = Store.open(settings.database)
        here = cls(settings, store, open_index(settings, store.identity()))
        # A server that is away now is asked with the first question.
        with suppress(IndexUnavailableError):
            here._check_history()
        return here

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database and the index."""
        self.faces.close()
        self.index.close()
        self.store.close()

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The places of this installation."""
        return open_gazetteer(self.settings)

    @cached_property
    def keys(self) -> KeyMaker:
        """Makes retrieval keys with this installation's places."""
        return KeyMaker(self.gazetteer)

    @cached_property
    def scorer(self) -> Scorer:
        """Scores with this installation's places and model, as they were when it was first asked. Raises `InputError`."""
        return Scorer(self.gazetteer, open_model(self.settings))

    def refresh(self, progress: Progress | None = None) -> None:
        """Bring the index up to what the database has; every question asks for this first.

        Raises `IndexUnavailableError` where the index is on a server that cannot be used now.
        """
        # A writer waits for the server of the index here; those who search meanwhile must not queue up behind each other.
        self._following.together(lambda: self._catch_up(progress))

    def _catch_up(self, progress: Progress | None) -> None:
        self.index.refresh()
        self._check_history()
        catch_up(self.settings, self.store, self.index, self.keys, progress)
        self.shelf.follow(self.index.position)
        self.faces.follow()

    def fold(self) -> None:
        """Fold the changes that are in memory into the index's file where they are many; questions go on meanwhile."""
        fold(self.index)

    def follow(self, progress: Progress | None = None, *, purge: bool = False) -> str:
        """After something was stored: bring the index up too; `purge`: what was removed leaves its files at once.

        Where the index is on a server that cannot be used now, in words what is owed; blank: nothing. What was stored is stored,
        and the next question makes up for it.
        """
        try:
            if self.settings.elasticsearch_url and time.monotonic() < self._away_until:
                return OWED
            self.refresh(progress)
            if purge:
                self.index.compact(force=True)
            self.faces.follow(purge=purge)
        except IndexUnavailableError as error:
            self._away_until = time.monotonic() + _PATIENCE_SECONDS
            _log.warning("%s", error.message)
            return OWED
        return ""

    def rebuild_index(self, progress: Progress | None = None) -> None:
        """Build the index anew from the database."""
        with self._following.alone(), building(self.settings):
            rebuild(self.settings, self.store, self.index, progress)
            self.faces.rebuild()
        self.refresh()

    def ahead(self) -> Ahead:
        """For loading very much into an empty index: workers make it while files are being stored. A context manager."""
        return Ahead(self.settings, self.store, self.index)

    def index_status(self) -> dict[str, object]:
        """How many records the index holds and how many changes it is behind.

        Where it is on a server that cannot be used now, `problem` says why, and the figures are those of the last time.
        """
        status: dict[str, object] = {"backend": self.settings.index_backend, **self.faces.status()}
        try:
            # The embedded index takes over another process's file between two steps of following, never in the midst of one.
            if self.settings.elasticsearch_url:
                self.index.refresh()
            self._last_known = self.index.count(), self.index.position
        except IndexUnavailableError as error:
            status["problem"] = error.message
        records, position = self._last_known
        behind = None if position is None else max(self.store.last_change() - position, 0)
        return {**status, "records": records, "position": position, "behind": behind}

    def search(self, example: Record, *, limit: int = 20) -> Answer:
        """The ranked candidates for a record that need not be stored. Who describes a child here holds its consent."""
        return next(self.check([example], limit=limit))

    def check(self, examples: Sequence[Record], *, limit: int = 10) -> Iterator[Answer]:
        """One answer an example, in order: arrivals against open reports, or reports against intakes."""
        self.refresh()
        for example in examples:
            yield self._answer(example, limit=limit, exclude=None)

    def match(self, record_id: str, *, limit: int = 20) -> Answer:
        """The ranked candidates of one stored record. Raises `NotFoundError`."""
        stored = self.store.get(record_id)
        if stored is None:
            raise NotFoundError(f"no record {record_id}; it may have been withdrawn")
        record = stored.record
        if not self.may_find(record):
            return Answer(query=Record(record_id=record.record_id, kind=record.kind), notes=(_NO_CONSENT,))
        self.refresh()
        answer = self._answer(record, limit=limit, exclude=stored.number)
        # Rule 4 holds for the record that is asked about too: a held match beside it says who must not learn where it is.
        held = any(match.held for match in answer.matches)
        return replace(answer, query=without_whereabouts(record)) if held else answer

    def may_find(self, record: Record) -> bool:
        """Rule 5: whether this installation may look for matches of the record, and show it."""
        return record.may_be_traced or (record.source != "" and record.source in self.settings.own_sources)

    def _answer(self, record: Record, *, limit: int, exclude: int | None) -> Answer:
        size = max(self.settings.candidates, limit)
        query = candidate_query(record, self.keys, self.index, sources=self.settings.own_sources, limit=size)
        keyed = [candidate.number for candidate in self.index.candidates(query)] if query.keys else []
        [alike] = self.faces.neighbours([record], sources=self.settings.own_sources)
        found = self.shelf.get_many([*keyed, *alike])
        # The database has the last word: a record that was withdrawn or lost its consent this moment is left out.
        candidates = [
            stored
            for stored in found.values()
            if stored.number != exclude and stored.record.status is Status.OPEN and self.may_find(stored.record)
        ]
        right = np.arange(len(candidates), dtype=np.int64)
        pairs = Pairs([record], candidates, np.zeros_like(right), right)
        matches = tuple(ranked_matches(self.scorer, pairs, limit=limit)[0])
        by_id = {stored.record.record_id: stored.record for stored in candidates}
        shown = {
            match.record_id: without_whereabouts(by_id[match.record_id]) if match.held else by_id[match.record_id]
            for match in matches
        }
        return Answer(query=record, matches=matches, records=shown)

    def put(self, rows: Sequence[Mapping[str, object]], *, at: datetime) -> list[Outcome]:
        """Store flat rows (JSON or form values) in one transaction. Raises `InputError` for the first row that cannot be read."""
        entries = [
            Entry(Record.from_flat(row), {name: str(cell) for name, cell in row.items() if cell is not None})
            for row in rows
        ]
        outcomes = self.store.put(entries, at=at)
        self.follow(purge=Outcome.WITHDRAWN_NOW in outcomes)
        return outcomes

    def withdraw(self, record_id: str, *, at: datetime) -> None:
        """Rule 8: gone from the database, the index and the files in one step. Raises `NotFoundError`."""
        if not self.store.withdraw(record_id, at=at):
            raise NotFoundError(f"no record {record_id}; it may have been withdrawn before")
        self.follow(purge=True)

    def _check_history(self) -> None:
        if self._opened_with is not None:
            check_history(self._opened_with, self.index)
            self._opened_with = None


def example_from_flat(flat: Mapping[str, object], *, searched_kind: Kind = Kind.INTAKE) -> Record:
    """A query by example: a flat record that needs no `record_id` and no `kind`. Raises `InputError`."""
    named = {"record_id": "query/1", **{name: cell for name, cell in flat.items() if cell not in (None, "")}}
    return Record.from_flat(named, kind=searched_kind.other)


def says_something(example: Record) -> bool:
    """Whether an example holds anything to search by."""
    idle = {"record_id", "kind", "status"}
    return bool(example.faces) or any(getattr(example, name) for name in COLUMNS if name not in idle)
