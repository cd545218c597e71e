"""The night job: everything that changed against everything that is open.

Work goes in blocks; a block's matches and the marks "done" go into one transaction, so a kill at any moment loses at most one
block's work and the next run finishes it. Human decisions are never touched. Breakers stop the part that runs wild and say why.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from time import monotonic
from typing import Final

from filelock import FileLock, Timeout

from indexer.blocks import BLOCK, Block, Compared, compare_block, pending_work
from indexer.breakers import Breakers
from indexer.errors import ConflictError
from indexer.installation import Installation
from indexer.settings import Settings
from indexer.store import AGAIN, Mark
from indexer.workers import end_with, end_with_parent
from matcher.record import Kind

Progress = Callable[[int, int], None]
_log: Final = logging.getLogger(__name__)
# A worker takes a second or two to start: so few records are compared sooner than that.
_FEW: Final = 20
# Marks are small: many go into one transaction.
_MARKED: Final = 10_000
# Behind a server, the night takes what the people leave it.
_MEEKLY: Final = 10
_MOMENT_SECONDS: Final = 0.2
# Who has read that a run is done may start the next one at once, from another process too, which lets go a moment later.
_LETTING_GO_SECONDS: Final = 0.5


@dataclass(slots=True)
class ReconciliationReport:
    """What a run did. `stopped` holds, per stopped record, its id and the reason."""

    id: int = 0
    full: bool = False
    records: int = 0
    pairs: int = 0
    new: int = 0
    updated: int = 0
    kept: int = 0
    new_likely: int = 0
    superseded: int = 0
    stopped: list[dict[str, str]] = field(default_factory=list)

    def to_json(self) -> dict[str, object]:
        """The public shape."""
        return {name: getattr(self, name) for name in self.__slots__}


def reconcile(
    installation: Installation,
    *,
    full: bool = False,
    workers: int = 1,
    at: datetime,
    on_progress: Progress | None = None,
) -> ReconciliationReport:
    """Run the night job. `full` compares everything again; otherwise only records changed since they were last compared.

    Raises `ConflictError` when another run is under way on this installation.
    """
    with one_night(installation):
        return Night(installation, full=full, at=at).run(workers=workers, on_progress=on_progress)


@contextmanager
def one_night(installation: Installation) -> Iterator[None]:
    """Hold the right to reconcile this installation, in this home and in the database that other machines may share.

    Raises `ConflictError`. Where the hold on the database is lost meanwhile, the run ends at its next `note_progress`.
    """
    with only_one(installation.settings), installation.store.one_night() as held:
        if not held:
            raise ConflictError(
                "a reconciliation is already running on this installation, from another machine or home; wait for it to end"
            )
        yield


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Hold the right to reconcile from this home; the system lets go of it when the process dies. Raises `ConflictError`."""
    lock = FileLock(settings.home / "reconcile.lock", mode=0o600)
    try:
        lock.acquire(timeout=_LETTING_GO_SECONDS)
    except Timeout as error:
        raise ConflictError("a reconciliation is already running on this installation; wait for it to end") from error
    try:
        yield
    finally:
        lock.release()


class Night:
    """One run, under `only_one`. Changed reports are queries first; changed intakes then only meet the other reports.

    `id` is known from the start, so that a server can name the run before it is done.
    """

    def __init__(self, installation: Installation, *, full: bool, at: datetime) -> None:
        self._here = installation
        self._store = installation.store
        self._at = at
        self._report = ReconciliationReport(full=full)
        self._breakers = Breakers()
        self._started = monotonic()
        self._report.id = self._store.start_reconciliation(full=full, at=at)

    @property
    def id(self) -> int:
        """The run's id."""
        return self._report.id

    def run(
        self,
        *,
        workers: int = 1,
        on_progress: Progress | None = None,
        on_wait: Callable[[], None] | None = None,
    ) -> ReconciliationReport:
        """Do it. Whatever goes wrong is noted on the run before it is raised.

        With `on_wait` records are compared in processes apart, that give way to others: people wait for answers of this one. It
        is called several times a second meanwhile; what it raises ends the run at once, and the block under way is lost.
        """
        try:
            self._here.refresh()
            self._report.superseded = self._store.supersede_closed(at=self._at)
            self._run_blocks(_Manner(workers, on_wait), on_progress or (lambda done, total: None))
        except BaseException:
            self._finish("failed")
            raise
        self._finish("stopped" if self._report.stopped else "done")
        return self._report

    def _finish(self, status: str) -> None:
        ended = self._at + timedelta(seconds=monotonic() - self._started)
        self._store.finish_reconciliation(self.id, status=status, summary=self._report.to_json(), at=ended)

    def _run_blocks(self, manner: _Manner, on_progress: Progress) -> None:
        blocks = self._blocks()
        total = sum(len(block.numbers) for block in blocks)
        with closing(_compare_all(self._here, blocks, manner)) as found:
            for block, compared in zip(blocks, found, strict=True):
                self._keep(block, compared)
                self._report.records += len(block.numbers)
                on_progress(self._report.records, total)
                self._store.note_progress(self.id, done=self._report.records, total=total)

    def _blocks(self) -> list[Block]:
        work = pending_work(self._here)
        known = frozenset(work.reports.numbers if work.intakes.numbers else ())
        return [
            *(Block(Kind.REPORT, *part) for part in work.reports.parts(BLOCK)),
            *(Block(Kind.INTAKE, *part, skip=known) for part in work.intakes.parts(BLOCK)),
            *(Block(Kind.INTAKE, *part, only_mark=True) for part in work.met.parts(_MARKED)),
        ]

    def _keep(self, block: Block, compared: Compared) -> None:
        stopped = self._breakers.stopped(block, compared)
        self._report.stopped += stopped.reasons
        rows = [row for row in compared.rows if stopped.keeps(row.report_number, row.intake_number)]
        marks = [mark for mark in compared.marks if mark.number not in stopped.numbers]
        # In the same transaction: of what a breaker has stopped, no later night believes that it has met anybody.
        marks += [Mark(number, 0, AGAIN) for number in stopped.new]
        saved, gone = self._store.save_reconciled(rows, marks, compared.faded, at=self._at)
        self._report.pairs += compared.pairs
        self._report.new += saved.new
        self._report.updated += saved.updated
        self._report.kept += saved.kept
        self._report.superseded += gone
        self._report.new_likely += sum(stopped.keeps(*pair) for pair in compared.likely)


@dataclass(frozen=True, slots=True)
class _Manner:
    """How many processes compare, and what is called while this one waits for them; None: nobody else is waiting for it."""

    workers: int
    on_wait: Callable[[], None] | None

    def pays_off(self, blocks: Sequence[Block]) -> bool:
        """Whether worker processes are worth their start."""
        if self.on_wait:
            return sum(len(block.numbers) for block in blocks if not block.only_mark) > _FEW
        return self.workers > 1 and len(blocks) > 1


def _compare_all(
    installation: Installation, blocks: Sequence[Block], manner: _Manner
) -> Generator[Compared, None, None]:
    """One answer a block, in order."""
    done = 0
    if manner.pays_off(blocks):
        try:
            for compared in _compare_in_workers(installation.settings, blocks, manner):
                done += 1
                yield compared
        except (BrokenProcessPool, OSError) as error:
            # A worker was killed, or this program cannot be started a second time: its main module is no file, or unguarded.
            _log.warning("no worker processes (%s): the night goes on in this one", type(error).__name__)
    for block in islice(blocks, done, None):
        yield compare_block(installation, block)


def _compare_in_workers(settings: Settings, blocks: Sequence[Block], manner: _Manner) -> Iterator[Compared]:
    # spawn: a forked child would share the parent's database connections.
    context = get_context("spawn")
    ending = context.Event()
    order = (settings, _MEEKLY if manner.on_wait else 0, ending)
    with ProcessPoolExecutor(manner.workers, mp_context=context, initializer=_start_worker, initargs=order) as pool:
        under_way: deque[Future[Compared]] = deque()
        try:
            for block in blocks:
                under_way.append(pool.submit(_compare_in_worker, block))
                # One more than there are workers: what is found must not pile up where saving is slower.
                if len(under_way) > manner.workers:
                    yield _awaited(under_way.popleft(), manner.on_wait)
            while under_way:
                yield _awaited(under_way.popleft(), manner.on_wait)
        except BaseException:
            # The pool would wait for the blocks under way, and one may take half a minute on a busy machine.
            ending.set()
            raise


def _awaited(future: Future[Compared], on_wait: Callable[[], None] | None) -> Compared:
    while on_wait and not wait([future], timeout=_MOMENT_SECONDS).done:
        on_wait()
    return future.result()


class _Worker:
    """What a worker process opens once."""

    installation: Installation


def _start_worker(settings: Settings, meekly: int, ending: Event) -> None:
    end_with_parent()
    end_with(ending)
    os.nice(meekly)
    _Worker.installation = Installation.open(settings)
    _Worker.installation.refresh()


def _compare_in_worker(block: Block) -> Compared:
    return compare_block(_Worker.installation, block)
