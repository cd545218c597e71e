"""Turns: never two at once, and every turn serves all who had asked when it began, and nobody who asked later."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from indexer.turns import Turns

_PATIENCE_SECONDS = 30


class _Work:
    """Counts its turns; the first waits until it is let go."""

    def __init__(self) -> None:
        self.turns = 0
        self.at_once = 0
        self.begun, self.go_on = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self.at_once += 1
        assert self.at_once == 1
        self.turns += 1
        self.begun.set()
        assert self.go_on.wait(_PATIENCE_SECONDS)
        self.at_once -= 1


class _Door:
    """A lock that tells how many have come to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._come = threading.Semaphore(0)

    def __enter__(self) -> None:
        self._come.release()
        self._lock.acquire()

    def __exit__(self, *_error: object) -> None:
        self._lock.release()

    def wait_for(self, count: int) -> None:
        for _ in range(count):
            assert self._come.acquire(timeout=_PATIENCE_SECONDS)


def with_a_door() -> tuple[Turns, _Door]:
    turns, door = Turns(), _Door()
    turns._doing = door  # type: ignore[assignment]  # used as a context manager only
    return turns, door


def test_one_after_the_other_everybody_has_a_turn_of_their_own() -> None:
    turns, work = Turns(), _Work()
    work.go_on.set()
    for _ in range(3):
        turns.together(work)
    assert work.turns == 3


@pytest.mark.parametrize("others", [1, 8])
def test_who_asks_while_one_works_waits_for_one_more_turn_however_many_they_are(others: int) -> None:
    work = _Work()
    turns, door = with_a_door()
    with ThreadPoolExecutor(others + 1) as pool:
        asked = [pool.submit(turns.together, work)]
        assert work.begun.wait(_PATIENCE_SECONDS)
        asked += [pool.submit(turns.together, work) for _ in range(others)]
        door.wait_for(others + 1)
        work.go_on.set()
        for one in asked:
            one.result(_PATIENCE_SECONDS)
    assert work.turns == 2


def test_a_turn_that_failed_serves_nobody_and_the_next_one_does() -> None:
    turns, work = Turns(), _Work()
    work.go_on.set()

    def fails() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        turns.together(fails)
    turns.together(work)
    assert work.turns == 1


def test_what_is_done_alone_keeps_turns_waiting() -> None:
    turns, work = Turns(), _Work()
    work.go_on.set()
    with ThreadPoolExecutor(1) as pool:
        with turns.alone():
            asked = pool.submit(turns.together, work)
            with pytest.raises(TimeoutError):
                asked.result(0.1)
        asked.result(_PATIENCE_SECONDS)
    assert work.turns == 1
