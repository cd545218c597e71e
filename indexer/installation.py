"""One installation: its settings, database, index, gazetteer and model, opened together.

Everything that a person or a program asks of Elijah goes through here, so that consent and withholding are enforced in one place.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from indexer.answer import Answer
from indexer.errors import NotFoundError
from indexer.folders import private_folder
from indexer.following import Progress, catch_up, check_history, rebuild
from indexer.index import EmbeddedIndex
from indexer.own_model import open_model
from indexer.pairing import Pairs, ranked_matches
from indexer.places import open_gazetteer
from indexer.retrieval import candidate_query
from indexer.settings import Settings
from indexer.store import Entry, Outcome, Store
from matcher.errors import InputError
from matcher.keys import KEY_VERSION, KeyMaker
from matcher.places import Gazetteer
from matcher.record import COLUMNS, Kind, Record, Status
from matcher.scoring import Scorer
from matcher.withholding import without_whereabouts

_NO_CONSENT = "this child has no consent for tracing: only its owner may look for its family (set ELIJAH_OWN_SOURCES)"


class Installation:
    """An open installation; a context manager, safe for the threads of a server."""

    def __init__(self, settings: Settings, store: Store, index: EmbeddedIndex) -> None:
        self.settings = settings
        self.store = store
        self.index = index
        self._following = threading.Lock()

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Open the home, making it where it is missing. Raises `StoreError` where it cannot be used."""
        if settings.elasticsearch_url:
            raise InputError("ELIJAH_ELASTICSEARCH_URL is set, but this version has the embedded index only; unset it")
        private_folder(settings.home)
        store = Store.open(settings.database)
        index = EmbeddedIndex(_index_folder(settings, store))
        check_history(store, index)
        return cls(settings, store, index)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database and the index."""
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
        """Bring the index up to what the database has; every question asks for this first."""
        with self._following:
            self.index.refresh()
            catch_up(self.settings, self.store, self.index, self.keys, progress)

    def rebuild_index(self, progress: Progress | None = None) -> None:
        """Build the index anew from the database."""
        with self._following:
            rebuild(self.settings, self.store, self.index, progress)
        self.refresh()

    def index_status(self) -> dict[str, object]:
        """How many records the index holds and how many changes it is behind."""
        self.index.refresh()
        position, last = self.index.position, self.store.last_change()
        return {
            "backend": "embedded",
            "records": self.index.count(),
            "position": position,
            "behind": max(last - position, 0),
        }

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
        found = self.store.get_many(
            [candidate.number for candidate in self.index.candidates(query)] if query.keys else []
        )
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
        self.refresh()
        if Outcome.WITHDRAWN_NOW in outcomes:
            self.index.compact(force=True)
        return outcomes

    def withdraw(self, record_id: str, *, at: datetime) -> None:
        """Rule 8: gone from the database, the index and the files in one step. Raises `NotFoundError`."""
        if not self.store.withdraw(record_id, at=at):
            raise NotFoundError(f"no record {record_id}; it may have been withdrawn before")
        self.refresh()
        self.index.compact(force=True)


def _index_folder(settings: Settings, store: Store) -> Path:
    """The folder of this database's index with today's keys; indexes of older keys are removed, since nothing purges them."""
    name = f"{store.identity()}-{KEY_VERSION}"
    for folder in settings.index_folder.glob(f"{store.identity()}*"):
        if folder.name != name:
            shutil.rmtree(folder, ignore_errors=True)
    return settings.index_folder / name


def example_from_flat(flat: Mapping[str, object], *, searched_kind: Kind = Kind.INTAKE) -> Record:
    """A query by example: a flat record that needs no `record_id` and no `kind`. Raises `InputError`."""
    named = {"record_id": "query/1", **{name: cell for name, cell in flat.items() if cell not in (None, "")}}
    return Record.from_flat(named, kind=searched_kind.other)


def says_something(example: Record) -> bool:
    """Whether an example holds anything to search by."""
    idle = {"record_id", "kind", "status"}
    return any(getattr(example, name) for name in COLUMNS if name not in idle)
