"""Worker processes: how many, and that none outlives the one that started it."""

from __future__ import annotations

import os
import time
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from indexer import workers
from tests.indexer.processes import running

_POOL = """
import os, time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from indexer.workers import end_with_parent
if __name__ == "__main__":
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=end_with_parent)
    print(pool.submit(os.getpid).result(), flush=True)
    time.sleep(60)
"""
_PATIENCE_SECONDS = 20


def lives(pid: int) -> bool:
    """Whether a process still runs; one that waits for its parent to bury it does not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def test_a_worker_ends_when_its_parent_is_killed() -> None:
    with running(_POOL) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        assert lives(worker)
        parent.kill()
        parent.wait()
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while lives(worker) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not lives(worker)


def test_a_worker_ends_with_its_event_whatever_it_does() -> None:
    context = get_context("spawn")
    ending = context.Event()
    worker = context.Process(target=_busy, args=(ending,), daemon=True)
    worker.start()
    ending.set()
    worker.join(_PATIENCE_SECONDS)
    assert worker.exitcode == 1


def _busy(ending: Event) -> None:
    workers.end_with(ending)
    while True:
        pass


def test_the_main_process_is_nobodys_worker_and_goes_on() -> None:
    workers.end_with_parent()
    assert lives(os.getpid())


@pytest.mark.parametrize(("processors", "count"), [(1, 1), (2, 2), (4, 4), (64, 4)])
def test_there_are_as_many_workers_as_processors_up_to_a_few(
    monkeypatch: pytest.MonkeyPatch, processors: int, count: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(processors)))
    assert workers.worker_count() == count


def test_a_process_that_may_have_no_children_has_no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    class Daemon:
        daemon = True

    monkeypatch.setattr(workers, "current_process", Daemon)
    assert workers.worker_count() == 1
