"""A first load in which workers make the index while the files are being stored: the same index, whatever comes between."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from indexer import ahead, following
from indexer.ahead import Ahead
from indexer.errors import StoreError
from indexer.following import catch_up
from indexer.index import DocumentBlock, EmbeddedIndex, Query
from indexer.retrieval import document
from indexer.settings import Settings
from indexer.store import Store
from matcher.keys import KeyMaker
from matcher.places import Gazetteer
from tests.indexer.store.builders import DAY, entry, put

NAMES = ("Sok Dara", "ជា វណ្ណៈ", "Kim Sreypov", "Chan Rithy", "Meas Bopha")


@cache
def keys() -> KeyMaker:
    """One maker of keys for all tests."""
    return KeyMaker(Gazetteer.shipped())


def nothing(_done: int, _total: int) -> None:
    """Progress that nobody looks at."""


class Here:
    """Stands in for the pool: work is done at once in this process, and what has been asked for is kept."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.asked: list[tuple[int, int]] = []

    def submit(self, _work: object, span: tuple[int, int]) -> Future[DocumentBlock]:
        self.asked.append(span)
        done: Future[DocumentBlock] = Future()
        done.set_result(following._block(self.store, keys(), span))
        return done

    def shutdown(self, *, cancel_futures: bool) -> None:
        assert cancel_futures


class Home:
    """A home that is being loaded."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(home=folder)
        self.store = Store.open(self.settings.database)
        self.index = EmbeddedIndex(self.settings.index_folder)
        self.pool = Here(self.store)

    def put(self, *numbers: int, **cells: Any) -> None:
        put(self.store, *(entry(f"shelter/{i}", full_name=NAMES[i % len(NAMES)], age=str(i), **cells) for i in numbers))

    def ahead(self) -> Ahead:
        return Ahead(self.settings, self.store, self.index)

    def assert_up_to_date(self) -> None:
        """The index holds what the database has, record by record, key by key; nothing is left to be followed."""
        assert self.index.position == self.store.last_change()
        assert self.index.count() == self.store.count()
        for stored in self.store.records():
            made = document(stored, keys())
            found = self.index.candidates(Query(tuple((key, 1) for key in made.keys), made.kind, limit=10**6))
            weights = {candidate.number: candidate.weight for candidate in found}
            assert weights.get(stored.number) == (len(made.keys) if made.open and made.traceable else None)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    monkeypatch.setattr(following, "_BATCH", 5)
    monkeypatch.setattr(ahead, "_FROM", 10)
    monkeypatch.setattr(ahead, "worker_count", lambda: 2)
    monkeypatch.setattr(following, "worker_count", lambda: 1)
    made = Home(tmp_path / "home")
    monkeypatch.setattr(ahead, "worker_pool", lambda _settings, _workers: made.pool)
    yield made
    made.store.close()


def test_parts_are_made_as_soon_as_they_are_stored_whole_and_each_once(home: Home) -> None:
    with home.ahead() as work:
        for batch in range(4):
            home.put(*range(batch * 4, batch * 4 + 4))
            work.go_on()
        assert home.pool.asked == [(0, 5), (5, 10), (10, 15)]
        work.finish(nothing)
    assert home.pool.asked == [(0, 5), (5, 10), (10, 15), (15, 20)]
    home.assert_up_to_date()


def test_what_was_made_is_not_made_again(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with home.ahead() as work:
        home.put(*range(12))
        work.go_on()
        work._give(following.spans_until(12))
        monkeypatch.setattr(following, "_block", None)
        work.finish(nothing)
    home.assert_up_to_date()


def test_what_changed_after_it_was_made_is_made_again(home: Home) -> None:
    with home.ahead() as work:
        home.put(*range(15))
        work.go_on()
        home.put(3, sex="male", father_name="Sok Vuth")
        home.store.withdraw("shelter/7", at=DAY)
        home.put(20, 21)
        work.finish(nothing)
    home.assert_up_to_date()


def test_a_part_all_of_which_was_withdrawn_stays_gone(home: Home) -> None:
    with home.ahead() as work:
        home.put(*range(15))
        work.go_on()
        for number in range(5, 10):
            home.store.withdraw(f"shelter/{number}", at=DAY)
        work.finish(nothing)
    home.assert_up_to_date()
    assert home.index.count() == 10


def test_what_is_stored_while_the_index_is_built_is_followed_afterwards(home: Home) -> None:
    told: list[tuple[int, int]] = []

    def meanwhile(done: int, total: int) -> None:
        if not told:
            home.put(1, 30, sex="female")
        told.append((done, total))

    with home.ahead() as work:
        home.put(*range(12))
        work.go_on()
        work.finish(meanwhile)
    assert told == [(5, 12), (10, 12), (13, 13)]
    catch_up(home.settings, home.store, home.index, keys())
    home.assert_up_to_date()


def test_a_small_load_starts_no_workers(home: Home) -> None:
    with home.ahead() as work:
        home.put(*range(9))
        work.go_on()
        work.finish(nothing)
    assert home.pool.asked == []
    assert home.index.needs_rebuild


def test_an_index_that_is_there_is_followed_as_always(home: Home) -> None:
    catch_up(home.settings, home.store, home.index, keys())
    with home.ahead() as work:
        home.put(*range(30))
        work.go_on()
        work.finish(nothing)
    assert home.pool.asked == []


def test_where_there_is_one_processor_only_nothing_is_made_ahead(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "worker_count", lambda: 1)
    with home.ahead() as work:
        home.put(*range(30))
        work.go_on()
        work.finish(nothing)
    assert home.pool.asked == []


def test_an_index_on_a_server_is_not_asked(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(home.index), "needs_rebuild", property(lambda _: pytest.fail("asked")))
    settings = home.settings.model_copy(update={"elasticsearch_url": "https://search.example"})
    with Ahead(settings, home.store, home.index) as work:
        home.put(*range(30))
        work.go_on()
    assert home.pool.asked == []


@pytest.mark.parametrize("error", [BrokenProcessPool(), OSError("no more processes")])
def test_without_workers_the_load_goes_on_and_the_index_follows_later(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    def refused(*_: object) -> Future[DocumentBlock]:
        raise error

    monkeypatch.setattr(home.pool, "submit", refused)
    told: list[int] = []
    with home.ahead() as work:
        progress = work.beside(lambda done, _total: told.append(done))
        for batch in range(3):
            home.put(*range(batch * 10, batch * 10 + 10))
            progress(batch, 3)
        work.finish(nothing)
    assert told == [0, 1, 2]
    assert [record.getMessage().count("no worker processes") for record in caplog.records] == [1]
    catch_up(home.settings, home.store, home.index, keys())
    home.assert_up_to_date()


def test_a_part_that_a_worker_could_not_read_is_made_in_this_process(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: Future[DocumentBlock] = Future()
    failed.set_exception(StoreError("busy"))
    monkeypatch.setattr(home.pool, "submit", lambda *_: failed)
    with home.ahead() as work:
        home.put(*range(12))
        work.go_on()
        work.finish(nothing)
    home.assert_up_to_date()


def test_workers_that_are_killed_leave_nothing_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With real processes: one block is there, then both are killed."""
    monkeypatch.setattr(following, "_BATCH", 5)
    monkeypatch.setattr(ahead, "_FROM", 10)
    monkeypatch.setattr(ahead, "worker_count", lambda: 2)
    monkeypatch.setattr(following, "worker_count", lambda: 1)
    home = Home(tmp_path / "home")
    with home.ahead() as work:
        home.put(*range(12))
        work.go_on()
        assert work._made[0, 5].result().numbers.tolist() == [1, 2, 3, 4, 5]
        assert work._pool is not None
        for process in list(work._pool._processes.values()):
            assert process.pid is not None
            os.kill(process.pid, signal.SIGKILL)
        home.put(20, 21)
        work.go_on()
        work.finish(nothing)
        catch_up(home.settings, home.store, home.index, keys())
    home.assert_up_to_date()
    home.store.close()
