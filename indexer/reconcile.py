"""The night job: everything that changed against everything that is open.

Work goes in blocks; a block's matches and the marks "done" go into one transaction, so a kill at any moment loses at most one
block's work and the next run finishes it. Human decisions are never touched. Breakers stop the part that runs wild and say why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from filelock import FileLock, Timeout

from indexer.errors import ConflictError
from indexer.installation import Installation
from matcher.record import Kind

Progress = Callable[[int, int], None]
_BLOCK = 200
# Kept for review per record; below rank 20 nobody looks (search.md: recall of the true record in the first 20).
_KEPT = 20
# Breakers, after HOPE (peers.md case 30): one record that is `likely` for this many others, or this share of a block, is junk.
_MOST_LIKELY = 50
_MOST_OF_BLOCK = 0.30
_SMALLEST_BLOCK_FOR_SHARE = 50


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
    lock = FileLock(installation.settings.home / "reconcile.lock", mode=0o600)
    try:
        lock.acquire(blocking=False)
    except Timeout as error:
        raise ConflictError("a reconciliation is already running on this installation; wait for it to end") from error
    with lock:
        return _Night(installation, full=full, at=at, on_progress=on_progress).run()


class _Night:
    """One run. Changed reports are queries first; changed intakes then only meet reports that were not queries themselves."""

    def __init__(self, installation: Installation, *, full: bool, at: datetime, on_progress: Progress | None) -> None:
        self._here = installation
        self._store = installation.store
        self._at = at
        self._on_progress = on_progress or (lambda done, total: None)
        self._fingerprints: dict[int, str] = {}
        self._report = ReconciliationReport(full=full)
        self._likely: Counter[int] = Counter()

    def run(self) -> ReconciliationReport:
        self._here.refresh()
        model = self._here.scorer.model.version
        if self._report.full:
            self._store.forget_reconciled(model)
        self._report.id = self._store.start_reconciliation(full=self._report.full, at=self._at)
        try:
            self._run_blocks(self._store.pending(model), model)
        except BaseException:
            self._finish("failed")
            raise
        self._finish("stopped" if self._report.stopped else "done")
        return self._report

    def _finish(self, status: str) -> None:
        self._store.finish_reconciliation(self._report.id, status=status, summary=self._report.to_json(), at=self._at)

    def _run_blocks(self, pending: Sequence[int], model: str) -> None:
        reports, intakes = self._split(pending)
        done = 0
        for kind, numbers, known in (
            (Kind.REPORT, reports, frozenset[int]()),
            (Kind.INTAKE, intakes, frozenset(reports)),
        ):
            for start in range(0, len(numbers), _BLOCK):
                block = numbers[start : start + _BLOCK]
                self._run_block(kind, block, known, model)
                done += len(block)
                self._on_progress(done, len(pending))
                self._store.note_progress(self._report.id, done=done, total=len(pending))
