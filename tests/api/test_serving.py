"""Whoever looks after the workers waits for none of them."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest
from uvicorn.config import STARTUP_FAILURE

from api import serving
from api.serving import Workers


class Worker:
    """Stands in for a process."""

    def __init__(self, pid: int, *, answers: bool = True, alive: bool = True, exitcode: int = -9) -> None:
        self.pid, self.exitcode = pid, exitcode
        self.process = SimpleNamespace(is_alive=lambda: alive)
        self.asked = 0
        self.ended = False
        self.parent_conn = SimpleNamespace(send=self._ask, poll=lambda _seconds: answers, recv=lambda: True)

    def _ask(self, _ping: bytes) -> None:
        self.asked += 1

    def kill(self) -> None:
        self.ended = True

    def join(self) -> None:
        assert self.ended

    def start(self) -> None:
        pass


def looking_after(monkeypatch: pytest.MonkeyPatch, *processes: Worker) -> Workers:
    """Without the real supervisor's hold on the signals of the process."""
    numbers = iter(range(100, 200))
    monkeypatch.setattr(serving, "Process", lambda *_: Worker(next(numbers)))
    workers: Any = object.__new__(Workers)
    workers.config, workers.sockets, workers.processes = None, [], list(processes)
    workers.should_exit, workers._asked = threading.Event(), {}
    return workers  # type: ignore[no-any-return]  # what it stands in for


def after(monkeypatch: pytest.MonkeyPatch, workers: Workers, *seconds: float) -> list[int | None]:
    """The process numbers when it has looked at these moments."""
    for now in seconds:
        monkeypatch.setattr("time.monotonic", lambda now=now: now)
        workers.keep_subprocess_alive()
    return [process.pid for process in workers.processes]


def test_a_worker_that_answers_stays_and_is_asked_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    worker = Worker(1)
    assert after(monkeypatch, looking_after(monkeypatch, worker), 0, 1, 2, 3, 100, 200) == [1]
    assert worker.asked == 3


def test_a_worker_that_has_ended_is_replaced_at_once_and_the_other_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    workers = looking_after(monkeypatch, Worker(1, alive=False), Worker(2))
    assert after(monkeypatch, workers, 0) == [100, 2]


def test_a_worker_that_owes_a_sign_has_a_minute_and_nobody_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    workers = looking_after(monkeypatch, Worker(1, answers=False))
    assert after(monkeypatch, workers, 0, 30, 60) == [1]
    assert after(monkeypatch, workers, 61) == [100]


def test_one_that_was_killed_while_it_owed_a_sign_is_replaced_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    workers = looking_after(monkeypatch, Worker(1, answers=False))
    assert after(monkeypatch, workers, 0) == [1]
    workers.processes[0].process.is_alive = lambda: False  # type: ignore[method-assign]  # it is gone
    assert after(monkeypatch, workers, 1) == [100]


def test_a_worker_that_cannot_be_started_ends_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    workers = looking_after(monkeypatch, Worker(1, alive=False, exitcode=STARTUP_FAILURE))
    assert after(monkeypatch, workers, 0) == [1]
    assert workers.should_exit.is_set()
