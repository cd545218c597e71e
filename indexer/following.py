"""The index follows the change log: small changes one by one, a large or first load by building anew."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from typing import Final

from filelock import FileLock

from indexer.errors import IndexBusyError, StoreError
from indexer.index import CandidateIndex, DocumentBlock, Removal
from indexer.places import open_gazetteer
from indexer.retrieval import document, document_block
from indexer.settings import Settings
from indexer.store import Store
from indexer.workers import end_with_parent, worker_count
from matcher.keys import KeyMaker

Progress = Callable[[int, int], None]
Span = tuple[int, int]
# The documents of a span, where they have been made and are still right.
MadeAhead = Callable[[Span], DocumentBlock | None]
_log: Final = logging.getLogger(__name__)
_BATCH: Final = 5_000
# Behind by more than this, and by more than half of all records, building anew in several processes is quicker than following.
_REBUILD_BEHIND: Final = 20_000
# Loading the compiled code, half a second, pays off for this many.
_COMPILED_FROM: Final = 2_000


def check_history(last_change: int, index: CandidateIndex) -> None:
    """An index that is ahead of its database followed what a restored backup has undone.

    `last_change` is that of the opening, before anything is written: later, when new changes have passed the old position,
    nothing would tell the two histories apart.
    """
    if index.position > last_change:
        index.discard("the database was restored from a backup")


def catch_up(
    settings: Settings, store: Store, index: CandidateIndex, keys: KeyMaker, progress: Progress | None = None
) -> None:
    """Bring the index to the end of the change log. Idempotent; several processes may do it at once.

    Raises `StoreError` where the database cannot be read, or where the index has to be built anew and there is no room for it.
    """
    behind = store.last_change() - index.position
    if _must_rebuild(store, index, behind):
        _rebuild_once(settings, store, index, keys, progress)
        behind = store.last_change() - index.position
    if behind:
        # Every question comes by here, one at a time: where nothing has changed, it asks the database once.
        _follow(store, index, keys)
    _tidy(index)
    index.settle()


def fold(index: CandidateIndex) -> None:
    """Fold the changes into the file where that is due, while others search. On a full disk they go on with what is in memory."""
    _said_in_the_log(index.fold)


def _must_rebuild(store: Store, index: CandidateIndex, behind: int) -> bool:
    return bool(index.needs_rebuild) or behind < 0 or (behind > _REBUILD_BEHIND and 2 * behind > store.count())


def _rebuild_once(
    settings: Settings, store: Store, index: CandidateIndex, keys: KeyMaker, progress: Progress | None
) -> None:
    """Where the workers of a server start together, one of them builds and the others take over what it built."""
    with building(settings):
        index.refresh()
        if _must_rebuild(store, index, store.last_change() - index.position):
            rebuild(settings, store, index, progress, keys=keys)


@contextmanager
def building(settings: Settings) -> Iterator[None]:
    """Where an index is built anew: one process at a time; who waited looks again whether there is still something to build."""
    lock = FileLock(settings.home / "building.lock", mode=0o600)
    # Where there can be no such file, no index can be written either, and that is said in its place.
    with suppress(OSError):
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def rebuild(  # noqa: PLR0913  # what it is built from, and two things that may be there already
    settings: Settings,
    store: Store,
    index: CandidateIndex,
    progress: Progress | None = None,
    *,
    keys: KeyMaker | None = None,
    ahead: MadeAhead | None = None,
) -> None:
    """Build the index anew from the database. The position is taken first, so changes made meanwhile are followed afterwards.

    `ahead` gives the blocks that have been made already and are still as the database has them.
    Raises `StoreError` where the database cannot be read or the index cannot be written.
    """
    position = store.last_change()
    making = _Making(settings, store, keys, ahead or (lambda span: None))
    index.rebuild(making.blocks(progress or (lambda done, total: None)), position=position)


def _follow(store: Store, index: CandidateIndex, keys: KeyMaker) -> None:
    while changes := store.changes(after=index.position, limit=_BATCH):
        stored = store.get_many(change.number for change in changes if not change.removed)
        applied = [
            # A record may have been withdrawn since the change that is followed here.
            document(stored[change.number], keys) if change.number in stored else Removal(change.number, change.version)
            for change in changes
        ]
        index.apply(applied, position=changes[-1].position)
        _tidy(index)


def _tidy(index: CandidateIndex) -> None:
    """Fold the changes into the file where that is due. On a full disk searches go on with what is in memory."""
    _said_in_the_log(index.compact)


def _said_in_the_log(work: Callable[[], None]) -> None:
    try:
        work()
    except IndexBusyError:
        # Another process is doing it.
        return
    except StoreError as error:
        _log.warning("%s", error.message)


class _Making:
    """All records as blocks of documents, by number: in worker processes where that pays off and where there can be some."""

    def __init__(self, settings: Settings, store: Store, keys: KeyMaker | None, ahead: MadeAhead) -> None:
        self._settings = settings
        self._ahead = ahead
        self._store = store
        self._keys = keys

    def blocks(self, progress: Progress) -> Iterator[DocumentBlock]:
        total, done = self._store.count(), 0
        for block in self._all(spans_until(self._store.last_number())):
            done += len(block)
            progress(done, max(done, total))
            yield block

    def _all(self, spans: Sequence[Span]) -> Iterator[DocumentBlock]:
        left: list[Span] = []
        for span in spans:
            if block := self._ahead(span):
                yield block
            else:
                left.append(span)
        yield from self._made(left)

    def _made(self, spans: Sequence[Span]) -> Iterator[DocumentBlock]:
        done, workers = 0, min(worker_count(), len(spans))
        if workers > 1:
            try:
                for block in _made_in_workers(self._settings, spans, workers):
                    done += 1
                    yield block
            except (BrokenProcessPool, OSError) as error:
                # A worker was killed, or this program cannot be started a second time: its main module is no file, or unguarded.
                _log.warning("no worker processes (%s): the index is built in this one", type(error).__name__)
        if spans[done:]:
            keys = self._keys or KeyMaker(open_gazetteer(self._settings))
            yield from (_block(self._store, keys, span) for span in spans[done:])


def spans_until(last: int) -> list[Span]:
    """The numbers of all records in equal parts: after the first of a pair, up to the second."""
    return [(start, start + _BATCH) for start in range(0, last, _BATCH)]


def worker_pool(settings: Settings, workers: int) -> ProcessPoolExecutor:
    """Worker processes for `block_in_worker`; they start with the first work."""
    # spawn: a forked child would share the parent's database connections.
    context = get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker, initargs=(settings,))


def _made_in_workers(settings: Settings, spans: Sequence[Span], workers: int) -> Iterator[DocumentBlock]:
    with worker_pool(settings, workers) as pool:
        yield from pool.map(block_in_worker, spans)


def _block(store: Store, keys: KeyMaker, span: Span) -> DocumentBlock:
    after, until = span
    stored = list(store.get_many(range(after + 1, until + 1)).values())
    if len(stored) < _COMPILED_FROM:
        return DocumentBlock.from_documents(document(record, keys) for record in stored)
    return document_block(stored, keys)


class _Worker:
    """What a worker process opens once."""

    store: Store
    keys: KeyMaker


def _start_worker(settings: Settings) -> None:
    end_with_parent()
    _Worker.store = Store.open(settings.database)
    _Worker.keys = KeyMaker(open_gazetteer(settings))


def block_in_worker(span: Span) -> DocumentBlock:
    """The documents of a span, in a process of `worker_pool`."""
    return _block(_Worker.store, _Worker.keys, span)
