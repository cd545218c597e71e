"""Several processes, kills and full disks: nothing that was acknowledged is lost, nothing is half written."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from indexer.errors import DatabaseBusyError, StoreError
from indexer.store import Outcome, Store
from indexer.store import sqlite as sqlite_module
from tests.indexer.disks import fill, small_disk
from tests.indexer.processes import run, running
from tests.indexer.store.builders import entry, put, url


def test_a_database_held_by_another_process_for_too_long_is_said_in_words_and_nothing_is_stored(tmp_path: Path) -> None:
    with Store.open(url(tmp_path), wait_seconds=0.2) as store:
        put(store, entry("a/1"))
        other = sqlite3.connect(tmp_path / "elijah.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusyError, match="held by another process; wait for it to end"):
            put(store, entry("a/2"))
        # Reading goes on beside a writer.
        assert store.count() == 1
        other.close()
        assert put(store, entry("a/2")) == [Outcome.CREATED]


def test_a_writer_waits_for_another_that_ends_in_time(tmp_path: Path) -> None:
    with Store.open(url(tmp_path)) as store:
        other = sqlite3.connect(tmp_path / "elijah.db", isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        ending = threading.Timer(0.3, other.close)
        ending.start()
        assert put(store, entry("a/1")) == [Outcome.CREATED]
        ending.join()


def test_a_new_database_held_by_another_process_cannot_be_opened_and_says_so(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "elijah.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(DatabaseBusyError, match="held by another process"):
        Store.open(url(tmp_path), wait_seconds=0.2)
    other.close()


def test_many_threads_ask_and_write_at_once(store: Store) -> None:
    errors: list[BaseException] = []

    def work(worker: int) -> None:
        try:
            for turn in range(5):
                put(store, entry(f"a/{worker}-{turn}"))
                assert store.get(f"a/{worker}-{turn}") is not None
        except BaseException as error:  # noqa: BLE001  # whatever it is belongs into the test's thread
            errors.append(error)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert errors == []
    assert store.count() == 60
    assert len(store.changes(after=0)) == 60


_WRITING = """
import sys
from indexer.store import Store
from tests.indexer.store.builders import entry, put
store = Store.open(sys.argv[1])
for batch in range(int(sys.argv[3])):
    put(store, *(entry(f"{sys.argv[2]}/{batch}-{i}", age=str(i)) for i in range(20)))
    print(batch, flush=True)
"""


def test_two_processes_that_write_at_once_lose_nothing_of_each_other(database_url: str) -> None:
    with running(_WRITING, database_url, "one", 15) as one, running(_WRITING, database_url, "other", 15) as other:
        said = [process.communicate(timeout=60) for process in (one, other)]
    assert [err for _, err in said] == ["", ""]
    with Store.open(database_url) as store:
        assert store.count() == 600
        changes = store.changes(after=0)
        assert [change.position for change in changes] == list(range(1, 601))
        assert {change.number for change in changes} == set(range(1, 601))


@pytest.mark.parametrize("acknowledged", [1, 7])
def test_a_kill_in_the_middle_of_storing_loses_nothing_that_was_acknowledged(
    database_url: str, acknowledged: int
) -> None:
    with running(_WRITING, database_url, "a", 10_000) as process:
        assert process.stdout is not None
        last = -1
        while last < acknowledged:
            last = int(process.stdout.readline())
        process.kill()
        rest, _ = process.communicate()
        last = max([last, *(int(line) for line in rest.split())])
    with Store.open(database_url) as store:
        batches = store.count() / 20
        assert batches in (last + 1, last + 2)
        # No batch is there in part, and every record has its place in the log.
        assert {change.number for change in store.changes(after=0, limit=10**6)} == {
            one.number for one in store.records()
        }
        assert set(put(store, *(entry(f"a/{last}-{i}", age=str(i)) for i in range(20)))) == {Outcome.UNCHANGED}


_KILLED_INSIDE = """
import os, sys
from indexer.store import Store, change_log
from tests.indexer.store.builders import entry, put
store = Store.open(sys.argv[1])
put(store, entry("a/1", age="3"))
real = change_log.write
def write_and_die(*args, **kwargs):
    real(*args, **kwargs)
    os.kill(os.getpid(), 9)
change_log.write = write_and_die
put(store, entry("a/1", age="4"), entry("a/2"))
"""


def test_a_kill_before_the_end_of_a_transaction_leaves_nothing_of_it(database_url: str) -> None:
    with running(_KILLED_INSIDE, database_url) as process:
        process.communicate(timeout=60)
        assert process.returncode == -9
    with Store.open(database_url) as store:
        [stored] = store.records()
        assert (stored.record.age, stored.version) == ("3", 1)
        assert store.history("a/1") == []
        assert store.last_change() == 1
        assert put(store, entry("a/2")) == [Outcome.CREATED]


def test_on_a_full_disk_nothing_of_the_batch_is_stored_and_what_was_there_is_whole(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", kilobytes=4_096) as disk:
        with Store.open(url(disk)) as store:
            put(store, entry("a/1"))
            fill(disk)
            with pytest.raises(StoreError, match="the disk is full: nothing of this step was stored"):
                put(store, *(entry(f"b/{i}", note="x" * 2_000) for i in range(500)))
            assert [one.record.record_id for one in store.records()] == ["a/1"]
            assert store.last_change() == 1
            (disk / "ballast").unlink()
            assert put(store, entry("a/2")) == [Outcome.CREATED]
        with Store.open(url(disk)) as again:
            assert [one.record.record_id for one in again.records()] == ["a/1", "a/2"]


_TOO_LARGE = """
import resource, sys
from indexer.errors import StoreError
from indexer.store import Store
from tests.indexer.store.builders import entry, put
store = Store.open(sys.argv[1])
put(store, entry("a/1"))
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
try:
    put(store, *(entry(f"b/{i}", note="x" * 2_000) for i in range(500)))
except StoreError as error:
    print(error.message)
print(store.count())
"""


def test_where_a_file_may_not_grow_further_it_is_the_same(tmp_path: Path) -> None:
    said = run(_TOO_LARGE, url(tmp_path)).splitlines()
    assert "free space" in said[0] or "free some space" in said[0]
    assert said[1] == "1"


def test_a_database_that_is_locked_for_a_moment_while_it_is_opened_is_waited_for(tmp_path: Path) -> None:
    asked: list[str] = []

    class Locked:
        """A driver's connection that is refused twice, as where two processes open a file at the same moment."""

        isolation_level: str | None = ""

        def execute(self, statement: str) -> sqlite3.Cursor:
            asked.append(statement)
            if asked.count(statement) < 3 and "journal_mode" in statement:
                raise sqlite3.OperationalError("database is locked")
            return sqlite3.connect(":memory:").execute(statement)

    sqlite_module._configure(Locked(), None)  # type: ignore[arg-type]  # as much of a connection as is asked for
    assert [statement for statement in asked if "journal_mode" in statement] == ["PRAGMA journal_mode=WAL"] * 3
    assert asked[-1] == "PRAGMA secure_delete=ON"
