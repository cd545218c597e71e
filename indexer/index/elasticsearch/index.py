"""The candidate index on Elasticsearch, for installations that outgrow one machine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from indexer.errors import IndexUnavailableError
from indexer.index.block import DocumentBlock, key_hashes
from indexer.index.elasticsearch.building import Building
from indexer.index.elasticsearch.bulk import write
from indexer.index.elasticsearch.freezing import forget, freeze, is_due, is_to_forget, purge
from indexer.index.elasticsearch.frequencies import Frequencies
from indexer.index.elasticsearch.generation import Generation, Generations, Layout
from indexer.index.elasticsearch.lives import Life, lives, tombstone
from indexer.index.elasticsearch.reading import LIVING, count, lives_of
from indexer.index.elasticsearch.searches import search_many
from indexer.index.elasticsearch.server import GoneError, Server
from indexer.index.protocol import Candidate, Document, Query, Removal

_Answer = TypeVar("_Answer")
Change = Document | Removal


class ElasticsearchIndex:
    """A `CandidateIndex` on a server that any number of processes share; what one of them follows, all have.

    `alias` is its name there; indexes whose names begin with `family` are its own, and removed when it is built anew. Nothing is
    asked of the server before it is needed. Every method raises `IndexUnavailableError` where the server cannot be used.
    """

    def __init__(self, server: Server, alias: str, *, family: str = "", layout: Layout | None = None) -> None:
        self._server = server
        self._generations = Generations(server, alias, family or alias, layout or Layout())
        # What this process has last seen of the index; a string says why there is none.
        self._seen: Generation | str | None = None
        self._reason = ""
        self._frequencies: Frequencies | None = None
        # Something may have to be frozen: changes of this process, or of one that was killed before it got to that.
        self._unfrozen = True
        self._changing = threading.RLock()

    @property
    def position(self) -> int:
        """The place in the change log up to which the index had followed when it was last looked at."""
        seen = self._last_seen()
        return seen.note.position if isinstance(seen, Generation) else 0

    @property
    def needs_rebuild(self) -> str:
        """Why there is nothing to follow from, in words; blank where there is."""
        seen = self._last_seen()
        return self._reason or (seen if isinstance(seen, str) else "")

    def count(self) -> int:
        """How many documents it holds."""
        return self._reading(lambda seen: count(self._server, seen.name, LIVING), nothing=0)

    def close(self) -> None:
        """Let go of the connections."""
        self._server.close()

    def refresh(self) -> None:
        """Look at how far others have followed, and whether they have built anew: one small question."""
        self._look()

    def candidates(self, query: Query) -> list[Candidate]:
        """The best `query.limit` visible documents that share a key with the query."""
        return self.candidates_many([query])[0]

    def candidates_many(self, queries: Sequence[Query]) -> list[list[Candidate]]:
        """One answer a query, in order."""
        nothing: list[list[Candidate]] = [[] for _ in queries]
        return self._reading(lambda seen: search_many(self._server, seen.name, queries), nothing=nothing)

    def frequencies(self, keys: Sequence[str]) -> list[int]:
        """Documents per key at the last freeze: when it was built, or when changes were last folded in."""
        hashes = key_hashes(keys)
        return self._reading(lambda seen: self._frequencies_of(seen).find(hashes).tolist(), nothing=[0] * len(keys))

    def apply(self, changes: Sequence[Change], *, position: int) -> None:
        """Take in changes of the log up to `position`: on disk at the server, and to be found, when this returns.

        Where another process has built anew since the caller asked for `position`, nothing is done: it is told the new one.
        """
        with self._changing:
            before, now = self._last_seen(), self._look()
            if isinstance(now, str) and isinstance(before, str):
                now = self._begin()
            if _name(before) not in (_name(now), ""):
                return
            if isinstance(now, str) or position < now.note.position:
                return
            try:
                self._take_in(now, changes, position)
            except GoneError:
                self._look()

    def settle(self) -> None:
        """What was applied is seen already."""

    def fold_apart(self) -> None:
        """Nothing changes: the server does the work, and `compact` holds nobody up."""

    def fold(self) -> None:
        """Left to `compact`."""

    def compact(self, *, force: bool = False) -> None:
        """Freeze the frequencies anew where that is due, and let go of what was removed."""
        with self._changing:
            if not (force or self._unfrozen or self._is_to_forget()):
                return
            now: Generation | str | None = self._look()
            if isinstance(now, Generation):
                if is_due(self._server, now, force=force):
                    now = freeze(self._server, self._generations, now, self._frequencies_of(now))
                else:
                    now = purge(self._server, self._generations, now)
            if isinstance(now, Generation):
                now = forget(self._server, self._generations, now)
            self._seen = now or self._look()
            self._unfrozen = False

    def _is_to_forget(self) -> bool:
        return isinstance(self._seen, Generation) and is_to_forget(self._seen.note)

    def rebuild(self, blocks: Iterable[DocumentBlock], *, position: int) -> None:
        """Replace everything at once; searches go on in the old index until the new one is complete."""
        with self._changing:
            building = Building(self._server, self._generations)
            try:
                building.fill(blocks, position)
                building.publish(position)
            except GoneError:
                # Another process has built anew meanwhile, and removed this one: its work counts, and is followed from there.
                if isinstance(self._look(), str):
                    raise
            except BaseException:
                _attempt(building.abandon)
                raise
            self._reason = ""
            self._look()

    def discard(self, reason: str) -> None:
        """Forget everything: it belongs to another history of the database."""
        with self._changing:
            self._generations.drop_all()
            self._seen, self._reason = reason, reason

    def _begin(self) -> Generation | str:
        building = Building(self._server, self._generations)
        building.publish(0)
        return self._look()

    def _take_in(self, now: Generation, changes: Sequence[Change], position: int) -> None:
        # Always after the freeze, whatever the caller counts.
        at = max(position, now.note.freeze + 1)
        newest = _newest(changes, at)
        there = lives_of(self._server, now.writing, list(newest))
        news = [
            life.after(there.get(number), now.note.freeze)
            for number, life in newest.items()
            if number not in there or there[number].version < life.version
        ]
        if newest:
            write(self._server, now.writing, (life.action() for life in news))
            # Not only what was new: a process that was killed may have written the same without showing it.
            self._server.ask(lambda client: client.indices.refresh(index=now.writing))
            self._unfrozen = True
        self._advance(now, position)

    def _advance(self, generation: Generation, position: int) -> None:
        now: Generation | str = generation
        while isinstance(now, Generation) and now.name == generation.name and now.note.position < position:
            moved = self._generations.advance(now, replace(now.note, position=position))
            if moved is not None:
                self._seen = moved
                return
            now = self._look()

    def _last_seen(self) -> Generation | str:
        return self._look() if self._seen is None else self._seen

    def _look(self) -> Generation | str:
        self._seen = self._generations.look()
        return self._seen

    def _reading(self, ask: Callable[[Generation], _Answer], *, nothing: _Answer) -> _Answer:
        seen = self._last_seen()
        if isinstance(seen, str):
            return nothing
        try:
            return ask(seen)
        except GoneError:
            # It was replaced since it was looked at.
            again = self._look()
            return ask(again) if isinstance(again, Generation) else nothing

    def _frequencies_of(self, seen: Generation) -> Frequencies:
        kept = self._frequencies
        if kept is None or not kept.is_of(seen.name, seen.note):
            kept = self._frequencies = Frequencies(self._server, seen.name, seen.note)
        return kept


def _name(seen: Generation | str) -> str:
    return seen.name if isinstance(seen, Generation) else ""


def _newest(changes: Sequence[Change], at: int) -> dict[int, Life]:
    """The newest change of each number; a removal beats its own version."""
    documents = DocumentBlock.from_documents(change for change in changes if isinstance(change, Document))
    removals = (tombstone(change, at) for change in changes if isinstance(change, Removal))
    newest: dict[int, Life] = {}
    for life in (*lives(documents, at), *removals):
        if life.number not in newest or newest[life.number].version < life.version:
            newest[life.number] = life
    return newest


def _attempt(clearing_up: Callable[[], None]) -> None:
    # What cannot be removed now is removed by the next build.
    with suppress(IndexUnavailableError):
        clearing_up()
