"""Several that write at once, and those who read and follow meanwhile: nothing is lost, doubled or skipped."""

from __future__ import annotations

import threading
from collections import Counter

import pytest

from indexer.errors import ConflictError, DatabaseBusyError
from indexer.store import Outcome, Store, change_log
from tests.indexer.processes import let_go_together, running, wait_for
from tests.indexer.store.builders import DAY, day, entry, put


class Follower:
    """Reads the change log as the candidate index does: on from the last place that it has seen."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._position = 0
        self.seen: list[int] = []

    def follow(self) -> None:
        while changes := self._store.changes(after=self._position, limit=7):
            self.seen += [change.position for change in changes]
            self._position = changes[-1].position


def test_a_follower_skips_no_change_of_a_writer_that_is_slower_than_the_next(database_url: str) -> None:
    with Store.open(database_url) as slow, Store.open(database_url) as quick, Store.open(database_url) as other:
        put(quick, entry("a/1"))
        follower = Follower(other)
        second = threading.Thread(target=put, args=(quick, entry("a/2")))
        with slow._database.writing() as connection:
            change_log.write(connection, [(1, 2, False)], at=DAY)
            second.start()
            # Without a lock the second is done by now, at a later place than the first has taken.
            second.join(timeout=0.5)
            follower.follow()
        second.join()
        follower.follow()
        assert follower.seen == [1, 2, 3]


_WRITING = """
import sys
from indexer.store import Store
from tests.indexer.store.builders import entry, put
store = Store.open(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for turn in range(40):
    put(store, entry(f"{sys.argv[2]}/{turn}"))
    if turn % 10 == 9:
        try:
            put(store, entry(f"{sys.argv[2]}/rolled-back"), entry("a/2", full_name="\\ud800"))
        except ValueError:
            pass
print("done", flush=True)
"""


def test_a_follower_of_two_processes_that_write_sees_every_change_once_and_in_order(database_url: str) -> None:
    with (
        Store.open(database_url) as store,
        running(_WRITING, database_url, "one") as one,
        running(_WRITING, database_url, "other") as other,
    ):
        for process in (one, other):
            wait_for(process, "ready")
        for process in (one, other):
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        follower = Follower(store)
        while one.poll() is None or other.poll() is None:
            follower.follow()
        follower.follow()
        assert [process.communicate()[1] for process in (one, other)] == ["", ""]
        assert follower.seen == sorted(set(follower.seen))
        assert len(follower.seen) == store.count() == 80


_SAME_IDS = """
import random, sys
from indexer.store import Store
from tests.indexer.store.builders import entry, put
store = Store.open(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
chance = random.Random(sys.argv[2])
for turn in range(25):
    ids = chance.sample(range(30), 20)
    for outcome in put(store, *(entry(f"a/{i}", full_name=f"{sys.argv[2]} {turn}") for i in ids)):
        print(outcome.value)
"""


def test_two_processes_that_write_the_same_records_lose_no_update_make_no_double_and_never_lock_each_other_out(
    database_url: str,
) -> None:
    with running(_SAME_IDS, database_url, "one") as one, running(_SAME_IDS, database_url, "other") as other:
        said = let_go_together(one, other)
    assert [err for _, err in said] == ["", ""]
    outcomes = Counter(line for out, _ in said for line in out.split())
    assert outcomes.keys() == {Outcome.CREATED.value, Outcome.UPDATED.value}
    with Store.open(database_url) as store:
        stored = list(store.records())
        assert len({one.record.record_id for one in stored}) == len(stored) == outcomes["created"]
        # Every write is a version of its own, and all of them are still there.
        assert sum(one.version for one in stored) == outcomes.total() == 1_000
        for one_record in stored:
            earlier = [old.version for old in store.history(one_record.record.record_id)]
            assert earlier == list(range(one_record.version - 1, 0, -1))
        assert store.last_change() == 1_000


def test_a_writer_that_waits_too_long_is_told_so_in_words_and_readers_never_wait(database_url: str) -> None:
    with Store.open(database_url) as first, Store.open(database_url, wait_seconds=0.2) as second:
        put(first, entry("a/1"))
        with first._database.writing():
            with pytest.raises(DatabaseBusyError, match="held by another process; wait for it to end"):
                put(second, entry("a/2"))
            assert second.count() == 1
        assert put(second, entry("a/2")) == [Outcome.CREATED]


def test_a_reader_sees_one_state_from_its_first_to_its_last_question(database_url: str) -> None:
    with Store.open(database_url) as reader, Store.open(database_url) as writer:
        put(writer, entry("a/1"))
        with reader._database.reading() as connection:
            before = change_log.last(connection)
            put(writer, entry("a/2"))
            assert change_log.last(connection) == before
        assert reader.last_change() == before + 1


# the night


def test_a_run_that_another_has_taken_the_place_of_is_told_so_at_its_next_step(store: Store) -> None:
    cut_off = store.start_reconciliation(full=False, at=DAY)
    store.note_progress(cut_off, done=1, total=2)
    following = store.start_reconciliation(full=False, at=day(1))
    with pytest.raises(ConflictError, match="another reconciliation has begun"):
        store.note_progress(cut_off, done=2, total=2)
    store.note_progress(following, done=1, total=2)
