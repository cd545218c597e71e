"""The index follows the change log: small changes one by one, a large or first load by building anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from indexer.index import Document, EmbeddedIndex, Removal
from indexer.index.block import DocumentBlock
from indexer.places import open_gazetteer
from indexer.retrieval import document
from indexer.settings import Settings
from indexer.store import Store
from matcher.keys import KeyMaker

Progress = Callable[[int, int], None]
_BATCH = 5_000
# Behind by more than this many records, building anew in two processes is quicker than following.
_REBUILD_BEHIND = 20_000


def catch_up(
    settings: Settings, store: Store, index: EmbeddedIndex, keys: KeyMaker, progress: Progress | None = None
) -> None:
    """Bring the index to the end of the change log. Idempotent; several processes may do it at once."""
    behind = store.last_change() - index.position
    if behind == 0 and not index.needs_rebuild:
        return
    if index.needs_rebuild or behind < 0 or behind > _REBUILD_BEHIND:
        rebuild(settings, store, index, progress)
    while changes := store.changes(after=index.position, limit=_BATCH):
        stored = store.get_many([change.number for change in changes if not change.removed])
        applied: list[Document | Removal] = []
        for change in changes:
            found = stored.get(change.number)
            applied.append(document(found, keys) if found else Removal(change.number, change.version))
        removed = any(isinstance(change, Removal) for change in applied)
        index.apply(applied, position=max(change.position for change in changes))
        # What is withdrawn must leave the file too (rule 8).
        index.compact(purge=True) if removed else index.compact()


def rebuild(settings: Settings, store: Store, index: EmbeddedIndex, progress: Progress | None = None) -> None:
    """Build the index anew from the database. The position is taken first, so changes made meanwhile are followed afterwards."""
    position = store.last_change()
    index.rebuild_from_blocks(_blocks(settings, store, progress), position=position)


def _blocks(settings: Settings, store: Store, progress: Progress | None) -> Iterator[DocumentBlock]:
    total, done = store.count(), 0
    last = store.last_number()
    ranges = [(start, start + _BATCH) for start in range(0, last, _BATCH)]
    if total <= _BATCH:
        keys = KeyMaker(open_gazetteer(settings))
        blocks: Iterator[DocumentBlock] = (_block(store, keys, *span) for span in ranges)
        yield from blocks
        return
    with ProcessPoolExecutor(
        2, mp_context=get_context("spawn"), initializer=_start_worker, initargs=(settings,)
    ) as pool:
        for block in pool.map(_block_in_worker, ranges):
            done += len(block.numbers)
            if progress:
                progress(done, total)
            yield block


def _block(store: Store, keys: KeyMaker, after: int, until: int) -> DocumentBlock:
    stored = store.get_many(range(after + 1, until + 1))
    return DocumentBlock.from_documents(document(record, keys) for record in stored.values())


class _Worker:
    """What a worker process opens once."""

    store: Store
    keys: KeyMaker


def _start_worker(settings: Settings) -> None:
    _Worker.store = Store.open(settings.database)
    _Worker.keys = KeyMaker(open_gazetteer(settings))


def _block_in_worker(span: tuple[int, int]) -> DocumentBlock:
    return _block(_Worker.store, _Worker.keys, *span)
