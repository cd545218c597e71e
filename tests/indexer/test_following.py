"""The index follows the database: catching up, building anew, in worker processes or without, whatever comes between."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from indexer import following
from indexer.errors import StoreError
from indexer.following import catch_up, check_history, fold, rebuild
from indexer.index import DocumentBlock, EmbeddedIndex, Query
from indexer.index.embedded import SNAPSHOT
from indexer.retrieval import document
from indexer.settings import Settings
from indexer.store import Store
from matcher.keys import KeyMaker
from matcher.places import Gazetteer
from matcher.record import Kind
from tests.indexer.processes import running, wait_for
from tests.indexer.store.builders import DAY, entry, put

NAMES = ("Sok Dara", "ជា វណ្ណៈ", "Kim Sreypov", "Chan Rithy", "Meas Bopha", "Long Visal", "Tep Kolab")


@cache
def keys() -> KeyMaker:
    """One maker of keys for all tests."""
    return KeyMaker(Gazetteer.shipped())


class Home:
    """A home with its database and its index, as an installation has them."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(home=folder)
        self.store = Store.open(self.settings.database)
        self.index = EmbeddedIndex(self.settings.index_folder)

    def put(self, *numbers: int, **cells: Any) -> None:
        put(self.store, *(entry(f"shelter/{i}", full_name=NAMES[i % len(NAMES)], age=str(i), **cells) for i in numbers))

    def catch_up(self) -> None:
        self.index.refresh()
        catch_up(self.settings, self.store, self.index, keys())

    def rebuild(self, progress: following.Progress | None = None) -> None:
        rebuild(self.settings, self.store, self.index, progress, keys=keys())

    def restarted(self) -> Home:
        """The same home opened by another process."""
        return Home(self.settings.home)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = Home(tmp_path / "home")
    yield made
    made.store.close()


def assert_up_to_date(home: Home, index: EmbeddedIndex | None = None) -> None:
    """The index holds exactly what the database has: every record by all its keys, and nobody else."""
    index = index or home.index
    assert index.position == home.store.last_change()
    assert index.count() == home.store.count()
    for stored in home.store.records():
        made = document(stored, keys())
        query = Query(tuple((key, 1) for key in made.keys), made.kind, limit=10**6)
        weights = {candidate.number: candidate.weight for candidate in index.candidates(query)}
        assert weights.get(stored.number) == (len(made.keys) if made.open and made.traceable else None)


def test_a_first_catching_up_builds_the_index_from_all_there_is(home: Home) -> None:
    home.put(*range(20))
    home.catch_up()
    assert_up_to_date(home)
    assert (home.settings.index_folder / SNAPSHOT).exists()


def test_an_empty_database_gives_an_empty_index_that_needs_nothing(home: Home) -> None:
    home.catch_up()
    assert (home.index.needs_rebuild, home.index.count(), home.index.position) == ("", 0, 0)


def test_small_changes_are_followed_without_building_anew(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.put(*range(20))
    home.catch_up()
    monkeypatch.setattr(following, "rebuild", _must_not_happen)
    home.put(3, 4, sex="male")
    home.put(77)
    home.put(5, consent_for_tracing="no")
    home.put(6, status="closed")
    home.store.withdraw("shelter/7", at=DAY)
    home.catch_up()
    assert_up_to_date(home)


def _must_not_happen(*_: object, **__: object) -> None:
    raise AssertionError("this should not have been called")


def test_catching_up_again_does_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.put(*range(5))
    home.catch_up()
    home.put(9)
    home.catch_up()
    for method in ("apply", "rebuild"):
        monkeypatch.setattr(home.index, method, _must_not_happen)
    home.catch_up()
    assert_up_to_date(home)


def test_a_long_log_is_followed_in_batches(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.catch_up()
    monkeypatch.setattr(following, "_BATCH", 3)
    monkeypatch.setattr(following, "rebuild", _must_not_happen)
    for turn in range(4):
        home.put(*range(turn * 2, turn * 2 + 5), sex="male" if turn % 2 else "female")
    home.store.withdraw("shelter/3", at=DAY)
    home.catch_up()
    assert_up_to_date(home)


def test_an_index_far_behind_is_built_anew(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.put(1)
    home.catch_up()
    monkeypatch.setattr(following, "_REBUILD_BEHIND", 10)
    home.put(*range(30))
    with monkeypatch.context() as patch:
        patch.setattr(home.index, "apply", _must_not_happen)
        home.catch_up()
    assert_up_to_date(home)


def test_a_few_changes_of_many_records_are_followed_however_many_they_are(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.put(*range(60))
    home.catch_up()
    monkeypatch.setattr(following, "_REBUILD_BEHIND", 10)
    monkeypatch.setattr(following, "rebuild", _must_not_happen)
    home.put(*range(20), sex="male")
    home.catch_up()
    assert_up_to_date(home)


def test_a_damaged_snapshot_is_replaced_by_itself(home: Home) -> None:
    home.put(*range(8))
    home.catch_up()
    file = home.settings.index_folder / SNAPSHOT
    file.write_bytes(file.read_bytes()[:-9])
    again = home.restarted()
    assert again.index.needs_rebuild
    again.catch_up()
    assert_up_to_date(again)
    again.store.close()


def test_the_index_of_a_database_that_was_restored_from_a_backup_is_not_believed(home: Home) -> None:
    home.put(*range(5))
    backup = home.store.last_change()
    home.put(10, 11, 12)
    home.catch_up()
    ahead = home.index.position
    # The backup is put back: three records have never been, and their numbers go to others.
    restored = Home(home.settings.home.parent / "restored")
    restored.put(*range(5))
    assert restored.store.last_change() == backup
    check_history(restored.store.last_change(), home.index)
    assert "restored from a backup" in home.index.needs_rebuild
    restored.put(20, 21, 22, 23)
    assert restored.store.last_change() > ahead
    restored.index = home.index
    restored.catch_up()
    assert_up_to_date(restored)
    restored.store.close()


def test_an_index_that_is_behind_or_even_is_believed(home: Home) -> None:
    home.put(*range(5))
    home.catch_up()
    check_history(home.store.last_change(), home.index)
    home.put(9)
    check_history(home.store.last_change(), home.index)
    assert home.index.needs_rebuild == ""


def test_a_withdrawn_record_leaves_the_snapshot_with_the_next_catching_up(home: Home) -> None:
    home.put(*range(6))
    home.catch_up()
    home.store.withdraw("shelter/3", at=DAY)
    home.catch_up()
    on_disk = EmbeddedIndex(home.settings.index_folder)
    assert (on_disk.position, on_disk.count()) == (home.index.position, 5)


def test_a_record_that_is_withdrawn_while_its_change_is_followed_does_not_come_in(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.catch_up()
    home.put(1, 2)
    real = home.store.get_many

    def withdrawn_meanwhile(numbers: Any) -> Any:
        monkeypatch.setattr(home.store, "get_many", real)
        home.store.withdraw("shelter/1", at=DAY)
        return real(numbers)

    monkeypatch.setattr(home.store, "get_many", withdrawn_meanwhile)
    home.catch_up()
    assert_up_to_date(home)


def test_what_changes_while_the_index_is_built_is_followed_afterwards(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.put(*range(6))
    real = following._block

    def changed_meanwhile(store: Store, maker: KeyMaker, span: tuple[int, int]) -> DocumentBlock:
        block = real(store, maker, span)
        monkeypatch.setattr(following, "_block", real)
        home.put(1, 99, sex="male")
        home.store.withdraw("shelter/2", at=DAY)
        return block

    monkeypatch.setattr(following, "_block", changed_meanwhile)
    home.catch_up()
    assert_up_to_date(home)
    assert EmbeddedIndex(home.settings.index_folder).count() == home.store.count()


@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_follower_that_dies_between_two_batches_is_followed_by_one_that_finishes(
    home: Home, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    home.put(*range(4))
    home.catch_up()
    home.put(*range(2, 12), sex="female")
    home.store.withdraw("shelter/0", at=DAY)
    monkeypatch.setattr(following, "_BATCH", 4)
    real, calls = home.index.apply, iter(range(after))

    def apply(changes: Any, *, position: int) -> None:
        if next(calls, None) is None:
            raise KeyboardInterrupt
        real(changes, position=position)

    with monkeypatch.context() as patch:
        patch.setattr(home.index, "apply", apply)
        with pytest.raises(KeyboardInterrupt):
            home.catch_up()
    home.catch_up()
    assert_up_to_date(home)
    again = home.restarted()
    again.catch_up()
    assert_up_to_date(again)
    again.store.close()


def test_on_a_full_disk_searches_go_on_and_the_log_says_why_without_a_name(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    home.put(*range(6))
    home.catch_up()
    home.store.withdraw("shelter/3", at=DAY)

    def full(*_: object) -> None:
        raise StoreError("the index cannot be written to /home/x: No space left on device; free some space")

    with monkeypatch.context() as patch, caplog.at_level(logging.WARNING):
        patch.setattr("indexer.index.embedded.write_snapshot", full)
        home.catch_up()
        home.catch_up()
    assert_up_to_date(home)
    assert [record.getMessage().count("free some space") for record in caplog.records] == [1]
    home.index.compact(force=True)
    assert EmbeddedIndex(home.settings.index_folder).count() == 5


def test_without_room_for_a_first_index_the_error_says_so(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StoreError("free some space")

    home.put(1)
    monkeypatch.setattr("indexer.index.embedded.write_snapshot", full)
    with pytest.raises(StoreError, match="free some space"):
        home.catch_up()


# building anew


def test_building_tells_how_far_it_is(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_BATCH", 4)
    monkeypatch.setattr(following, "worker_count", lambda: 1)
    home.put(*range(10))
    home.store.withdraw("shelter/2", at=DAY)
    told: list[tuple[int, int]] = []
    home.rebuild(lambda done, total: told.append((done, total)))
    assert told == [(3, 9), (7, 9), (9, 9)]
    assert_up_to_date(home)


def test_numbers_that_are_no_longer_used_do_no_harm(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_BATCH", 2)
    monkeypatch.setattr(following, "worker_count", lambda: 1)
    home.put(*range(9))
    for i in (0, 2, 3, 8):
        home.store.withdraw(f"shelter/{i}", at=DAY)
    home.rebuild()
    assert_up_to_date(home)


def test_worker_processes_make_the_same_index(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(following, "_BATCH", 5)
    monkeypatch.setattr(following, "worker_count", lambda: 2)
    home.put(*range(18))
    home.put(2, 3, kind="report")
    home.rebuild()
    assert_up_to_date(home)
    assert caplog.records == []


def test_work_that_workers_leave_undone_is_done_here_each_part_once(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(following, "_BATCH", 3)
    monkeypatch.setattr(following, "worker_count", lambda: 2)
    home.put(*range(10))

    def killed(settings: Settings, spans: Sequence[tuple[int, int]], workers: int) -> Iterator[DocumentBlock]:
        yield following._block(home.store, keys(), spans[0])
        raise BrokenProcessPool

    monkeypatch.setattr(following, "_made_in_workers", killed)
    told: list[int] = []
    home.rebuild(lambda done, total: told.append(done))
    assert told == [3, 6, 9, 10]
    assert_up_to_date(home)
    assert "no worker processes" in caplog.text


def test_an_error_of_the_database_in_a_worker_is_not_taken_for_a_lost_worker(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "_BATCH", 3)
    monkeypatch.setattr(following, "worker_count", lambda: 2)
    home.put(*range(10))

    def refused(*_: object) -> Iterator[DocumentBlock]:
        raise StoreError("damaged")

    monkeypatch.setattr(following, "_made_in_workers", refused)
    with pytest.raises(StoreError, match="damaged"):
        home.rebuild()


def test_each_worker_ends_with_its_parent_and_opens_the_database_for_itself(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.put(1, 2)
    watched: list[bool] = []
    monkeypatch.setattr(following, "end_with_parent", lambda: watched.append(True))
    following._start_worker(home.settings)
    block = following.block_in_worker((0, 5))
    following._Worker.store.close()
    assert watched == [True]
    assert block.numbers.tolist() == [1, 2]


_UNGUARDED = """
import sys
sys.path.insert(0, {root!r})
from indexer import following
from indexer.index import EmbeddedIndex
from indexer.settings import Settings
from indexer.store import Store
following._BATCH = 5
following.worker_count = lambda: 2
settings = Settings(home={home!r})
store, index = Store.open(settings.database), EmbeddedIndex(settings.index_folder)
following.rebuild(settings, store, index)
print(index.count())
"""


def test_a_program_that_cannot_be_started_a_second_time_builds_the_index_by_itself(home: Home, tmp_path: Path) -> None:
    # A spawned worker imports the main module: one without `if __name__ == "__main__"` would start workers of its own.
    home.put(*range(12))
    script = tmp_path / "script.py"
    script.write_text(_UNGUARDED.format(root=str(Path(__file__).resolve().parents[2]), home=str(home.settings.home)))
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "12"
    home.catch_up()
    assert_up_to_date(home)


def test_the_installed_command_builds_a_large_index_with_its_workers(home: Home) -> None:
    put(home.store, *(entry(f"shelter/{i}") for i in range(5_001)))
    home.store.close()
    command = Path(sys.executable).with_name("elijah")
    done = subprocess.run(
        [command, "index", "rebuild", "--json"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={"ELIJAH_HOME": str(home.settings.home), "PATH": ""},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert '"records": 5001' in done.stdout


_KILLED_WHILE_BUILDING = """
import sys, time
from indexer import following
from indexer.index import EmbeddedIndex
from indexer.settings import Settings
from indexer.store import Store
settings = Settings(home=sys.argv[1])
real = following._block
def slow(*args):
    print("building", flush=True)
    time.sleep(60)
    return real(*args)
following._block = slow
following.rebuild(settings, Store.open(settings.database), EmbeddedIndex(settings.index_folder))
"""


def test_a_kill_in_the_middle_of_building_loses_nothing_and_the_next_one_finishes(home: Home) -> None:
    home.put(*range(6))
    home.catch_up()
    home.put(9)
    with running(_KILLED_WHILE_BUILDING, home.settings.home) as killed:
        wait_for(killed, "building")
        killed.kill()
        killed.wait()
    again = home.restarted()
    assert again.index.count() == 6
    again.catch_up()
    assert_up_to_date(again)
    again.store.close()


def test_reports_and_intakes_go_into_one_index(home: Home) -> None:
    home.put(1, 2)
    home.put(3, kind="report")
    home.catch_up()
    assert_up_to_date(home)
    made = document(next(iter(home.store.records(kind=Kind.REPORT))), keys())
    assert made.kind is Kind.REPORT


def test_where_several_processes_find_no_index_one_builds_and_the_others_take_it_over(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.put(*range(20))
    homes = [home, home.restarted(), home.restarted()]
    for one in homes:
        one.index.discard("nothing is there")
    built: list[int] = []

    def slowly(*args: Any, **more: Any) -> None:
        built.append(1)
        time.sleep(0.2)
        rebuild(*args, **more)

    monkeypatch.setattr(following, "rebuild", slowly)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(Home.catch_up, homes))
    assert built == [1]
    for one in homes:
        assert_up_to_date(one)
    for other in homes[1:]:
        other.store.close()


def test_a_fold_that_another_process_is_doing_is_left_to_it_without_a_word(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("indexer.index.embedded._MANY", 0)
    home.put(1)
    home.catch_up()
    home.put(2)
    with FileLock(home.settings.index_folder / "writing.lock"):
        home.catch_up()
        fold(home.index)
    assert caplog.text == ""
    assert_up_to_date(home)
