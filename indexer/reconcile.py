"""The night job: everything that changed against everything that is open.

Work goes in blocks; a block's matches and the marks "done" go into one transaction, so a kill at any moment loses at most one
block's work and the next run finishes it. Human decisions are never touched. Breakers stop the part that runs wild and say why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing import get_context
from time import monotonic

from filelock import FileLock, Timeout

from indexer.blocks import BLOCK, Block, Compared, compare_block
from indexer.breakers import Breakers
from indexer.errors import ConflictError
from indexer.installation import Installation
from indexer.settings import Settings
from indexer.workers import end_with_parent
from matcher.record import Kind

Progress = Callable[[int, int], None]


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
        lock.acquire(blocking=False)
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

    def run(self, *, workers: int = 1, on_progress: Progress | None = None) -> ReconciliationReport:
        """Do it. Whatever goes wrong is noted on the run before it is raised."""
        try:
            self._here.refresh()
            self._report.superseded = self._store.supersede_closed(at=self._at)
            self._run_blocks(workers, on_progress or (lambda done, total: None))
        except BaseException:
            self._finish("failed")
            raise
        self._finish("stopped" if self._report.stopped else "done")
        return self._report

    def _finish(self, status: str) -> None:
        ended = self._at + timedelta(seconds=monotonic() - self._started)
        self._store.finish_reconciliation(self.id, status=status, summary=self._report.to_json(), at=ended)

    def _run_blocks(self, workers: int, on_progress: Progress) -> None:
        blocks = self._blocks()
        total = sum(len(block.numbers) for block in blocks)
        for block, compared in zip(blocks, _compare_all(self._here, blocks, workers), strict=True):
            self._keep(block, compared)
            self._report.records += len(block.numbers)
            on_progress(self._report.records, total)
            self._store.note_progress(self.id, done=self._report.records, total=total)

    def _blocks(self) -> list[Block]:
        model = self._here.scorer.model.version
        reports, intakes = (self._store.pending(model, kind) for kind in (Kind.REPORT, Kind.INTAKE))
        known = frozenset(reports)
        # Every open report is a query of this run: the intakes have met them all and only need their marks.
        met = len(known) == self._store.count(Kind.REPORT, open_only=True)
        return [
            *(Block(Kind.REPORT, part) for part in _parts(reports)),
            *(Block(Kind.INTAKE, part, known, only_mark=met) for part in _parts(intakes)),
        ]

    def _keep(self, block: Block, compared: Compared) -> None:
        stopped = self._breakers.stopped(block, compared)
        self._report.stopped += stopped.reasons
        rows = [row for row in compared.rows if stopped.keeps(row.report_number, row.intake_number)]
        marks = [mark for mark in compared.marks if mark.number not in stopped.numbers]
        saved, gone = self._store.save_reconciled(rows, marks, compared.faded, at=self._at)
        self._report.pairs += compared.pairs
        self._report.new += saved.new
        self._report.updated += saved.updated
        self._report.kept += saved.kept
        self._report.superseded += gone
        self._report.new_likely += sum(stopped.keeps(*pair) for pair in compared.likely)


def _parts(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    return (numbers[start : start + BLOCK] for start in range(0, len(numbers), BLOCK))


def _compare_all(installation: Installation, blocks: Sequence[Block], workers: int) -> Iterable[Compared]:
    if workers == 1 or len(blocks) < 2:
        return (compare_block(installation, block) for block in blocks)
    return _compare_in_workers(installation.settings, blocks, workers)


def _compare_in_workers(settings: Settings, blocks: Sequence[Block], workers: int) -> Iterator[Compared]:
    # spawn: a forked child would share the parent's database connections.
    context = get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker, initargs=(settings,)) as pool:
        yield from pool.map(_compare_in_worker, blocks)


class _Worker:
    """What a worker process opens once."""

    installation: Installation


def _start_worker(settings: Settings) -> None:
    end_with_parent()
    _Worker.installation = Installation.open(settings)
    _Worker.installation.refresh()


def _compare_in_worker(block: Block) -> Compared:
    return compare_block(_Worker.installation, block)
