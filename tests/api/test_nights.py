from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import active_children
from pathlib import Path

import pytest

from api.nights import Nights
from indexer.errors import ConflictError
from indexer.reconcile import Night
from tests.indexer.world import AT, INTAKE, REPORT, opened


def test_a_server_that_ends_stops_the_run_after_its_block_and_the_next_run_finishes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.reconcile.BLOCK", 1)
    reached, go_on, keep = threading.Event(), threading.Event(), Night._keep

    def slowly(self: Night, *args: object) -> None:
        keep(self, *args)  # type: ignore[arg-type]  # handed through as they come
        reached.set()
        assert go_on.wait(30)

    with opened(tmp_path, REPORT, {**REPORT, "record_id": "police/2"}, INTAKE) as here:
        monkeypatch.setattr(Night, "_keep", slowly)
        nights = Nights()
        run = nights.start(here, full=False, at=AT)
        assert reached.wait(30)
        ending = threading.Thread(target=nights.stop)
        ending.start()
        while not nights.is_ending:
            pass
        go_on.set()
        ending.join(30)
        stopped = here.store.get_reconciliation(run)
        assert stopped is not None
        assert (stopped.status, stopped.summary["records"]) == ("failed", 1)
        monkeypatch.setattr(Night, "_keep", keep)
        rest = Nights()
        done = rest.start(here, full=False, at=AT)
        rest.wait()
        finished = here.store.get_reconciliation(done)
        assert finished is not None
        assert (finished.status, finished.summary["records"]) == ("done", 2)


def test_a_server_that_ends_leaves_what_is_being_compared_in_the_other_process_to_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.reconcile._FEW", 0)
    with opened(tmp_path, REPORT, INTAKE) as here:
        nights = Nights()
        run = nights.start(here, full=False, at=AT)
        nights.stop()
        stopped = here.store.get_reconciliation(run)
        assert stopped is not None
        assert stopped.status == "failed"
        assert active_children() == []


def test_a_server_that_ends_starts_no_run(tmp_path: Path) -> None:
    nights = Nights()
    nights.stop()
    with opened(tmp_path) as here:
        with pytest.raises(ConflictError):
            nights.start(here, full=False, at=AT)
        assert here.store.last_reconciliations() == []


def test_a_run_may_follow_one_that_only_writes_its_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writing, go_on = threading.Event(), threading.Event()

    def slowly(*args: object, **more: object) -> None:
        writing.set()
        assert go_on.wait(30)

    monkeypatch.setattr("api.nights.write_morning_report", slowly)
    nights = Nights()
    with opened(tmp_path) as here, ThreadPoolExecutor(1) as other:
        first = nights.start(here, full=False, at=AT)
        assert writing.wait(30)
        second = other.submit(nights.start, here, full=False, at=AT)
        with pytest.raises(TimeoutError):
            second.result(0.3)
        go_on.set()
        assert second.result(30) > first
        nights.wait()
