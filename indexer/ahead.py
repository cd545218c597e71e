"""A first load on all cores: worker processes make what the index needs while the files are still being read and stored."""

from __future__ import annotations

import logging
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Final, Self

from indexer.errors import StoreError
from indexer.following import Progress, Span, block_in_worker, building, rebuild, spans_until, worker_pool
from indexer.index import CandidateIndex, DocumentBlock
from indexer.settings import Settings
from indexer.store import Store
from indexer.workers import worker_count

_log: Final = logging.getLogger(__name__)
# Starting workers takes seconds of processor time.
_FROM: Final = 10_000


class Ahead:
    """The blocks of an index that is not there yet, made of what has been stored so far. A context manager.

    What changes after its block was made is noticed when the index is built: that block is made again. Where there can be no
    workers, or there is an index already, all of this does nothing, and the index follows as it always does.
    """

    def __init__(self, settings: Settings, store: Store, index: CandidateIndex) -> None:
        self._settings = settings
        self._store = store
        self._index = index
        self._pool: ProcessPoolExecutor | None = None
        self._made: dict[Span, Future[DocumentBlock]] = {}
        # An index on a server has its own pace, and may be away.
        self._is_wanted = not settings.elasticsearch_url and bool(index.needs_rebuild) and worker_count() > 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def beside(self, progress: Progress) -> Progress:
        """The progress of a load; with each batch that is stored, the workers get what has become complete."""

        def both(done: int, total: int) -> None:
            self.go_on()
            progress(done, total)

        return both

    def go_on(self) -> None:
        """Give the workers every part that is stored as a whole. To be called now and then."""
        if not self._is_wanted:
            return
        last = self._store.last_number()
        if last >= _FROM:
            self._give([span for span in spans_until(last) if span[1] <= last])

    def finish(self, progress: Progress) -> None:
        """Build the index, where workers have begun to make it, once everything is stored. Raises `StoreError`."""
        if self._is_wanted and self._made:
            self._give(spans_until(self._store.last_number()))
            with building(self._settings):
                self._index.refresh()
                # A server that was asked meanwhile has built it from what was stored then, and follows from there.
                if self._index.needs_rebuild:
                    rebuild(self._settings, self._store, self._index, progress, ahead=self._take)

    def _give(self, spans: list[Span]) -> None:
        try:
            self._pool = self._pool or worker_pool(self._settings, worker_count())
            for span in spans:
                if span not in self._made:
                    self._made[span] = self._pool.submit(block_in_worker, span)
        except (BrokenProcessPool, OSError) as error:
            # A worker was killed, or there is no room for one: the index is built after the load.
            _log.warning("no worker processes beside the load (%s)", type(error).__name__)
            self._is_wanted = False

    def _take(self, span: Span) -> DocumentBlock | None:
        future = self._made.pop(span, None)
        try:
            block = future.result() if future else None
        except (BrokenProcessPool, CancelledError, OSError, StoreError):
            # Made again in this process, which says what is in the way if that is still there.
            return None
        return block if block and self._is_as_stored(span, block) else None

    def _is_as_stored(self, span: Span, block: DocumentBlock) -> bool:
        after, until = span
        made = dict(zip(block.numbers.tolist(), block.versions.tolist(), strict=True))
        return self._store.versions(range(after + 1, until + 1)) == made
