"""What only the embedded index has: a snapshot file, several processes on one folder, disks that are full."""

from __future__ import annotations

import json
import logging
import struct
import threading
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import StoreError
from indexer.index import Document, EmbeddedIndex, Query, Removal, snapshot
from indexer.index.block import key_hash
from indexer.index.embedded import SNAPSHOT
from matcher.record import Kind
from tests.indexer.disks import fill, make_read_only, small_disk
from tests.indexer.index.builders import document, found, query, rebuild
from tests.indexer.processes import run, running, wait_for


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def filled(folder: Path, *documents: Document, position: int = 1) -> EmbeddedIndex:
    index = EmbeddedIndex(folder)
    rebuild(index, documents or [document(1, "a"), document(2, "a", "b")], position=position)
    return index


def file_of(folder: Path) -> Path:
    return folder / SNAPSHOT


# the heaviest are looked at first


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([1, 2, 5]), st.integers(0, 2**32 - 1), st.floats(0, 1))
def test_the_heaviest_that_may_be_seen_are_found_whatever_of_the_heavier_may_not(
    tmp_path_factory: pytest.TempPathFactory, limit: int, seed: int, hidden: float
) -> None:
    rng = np.random.default_rng(seed)
    weights = {"a": 3, "b": 2, "c": 1}
    had = [[key for key in weights if rng.random() < 0.5] for _ in range(80)]
    is_open = (rng.random(80) >= hidden).tolist()
    index = EmbeddedIndex(tmp_path_factory.mktemp("index"))
    rebuild(index, [document(number, *keys, open=is_open[number]) for number, keys in enumerate(had)], position=1)
    gone = rng.choice(80, 10, replace=False).tolist()
    index.apply([Removal(number, 2) for number in gone], position=2)
    seen = [
        (-sum(weights[key] for key in keys), number)
        for number, keys in enumerate(had)
        if keys and is_open[number] and number not in gone
    ]
    asked = Query(tuple(weights.items()), kind=Kind.INTAKE, limit=limit)
    for _ in range(2):
        found_now = [(-one.weight, one.number) for one in index.candidates(asked)]
        assert found_now == sorted(seen)[:limit]


# the snapshot


def test_an_index_opened_again_has_what_was_built_and_where_it_stood(folder: Path) -> None:
    filled(folder, position=17).close()
    again = EmbeddedIndex(folder)
    assert (found(again, "a"), again.position, again.needs_rebuild) == ([1, 2], 17, "")


def test_what_was_only_applied_is_followed_again_after_opening(folder: Path) -> None:
    index = filled(folder)
    index.apply([document(3, "a")], position=2)
    again = EmbeddedIndex(folder)
    assert (found(again, "a"), again.position) == ([1, 2], 1)


def test_the_folder_and_the_files_are_for_their_owner_only(folder: Path) -> None:
    filled(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        SNAPSHOT: 0o600,
        "writing.lock": 0o600,
    }


def test_no_key_stands_in_the_file_as_text(folder: Path) -> None:
    filled(folder, document(1, "n:SOKDARA", "p:12345678", source="shelter"))
    written = file_of(folder).read_bytes()
    assert b"SOKDARA" not in written
    assert b"12345678" not in written
    assert b"shelter" not in written


def test_small_changes_are_followed_without_touching_the_file(folder: Path) -> None:
    index = filled(folder)
    before = file_of(folder).stat()
    for number in range(10, 40):
        index.apply([document(number, "a")], position=number)
        index.compact()
    assert file_of(folder).stat() == before
    assert index.count() == 32


def test_many_changes_are_folded_into_the_file(folder: Path) -> None:
    index = filled(folder)
    index.apply([document(number, "a") for number in range(10, 400)], position=9)
    index.compact()
    again = EmbeddedIndex(folder)
    assert (again.count(), again.position) == (392, 9)


def test_a_withdrawn_record_leaves_the_file_at_once_with_its_number_and_its_keys(folder: Path) -> None:
    withdrawn = document(8_888_888, "n:only hers", "p:87654321")
    index = filled(folder, document(1, "a"), withdrawn)
    index.apply([Removal(withdrawn.number, 2)], position=2)
    index.compact()
    written = file_of(folder).read_bytes()
    for trace in (withdrawn.number, *map(key_hash, withdrawn.keys)):
        assert struct.pack("<Q", trace) not in written
    assert struct.pack("<Q", key_hash("a")) in written
    assert (index.count(), EmbeddedIndex(folder).count()) == (1, 1)


def test_a_record_that_came_and_went_between_two_snapshots_never_reaches_the_file(folder: Path) -> None:
    index = filled(folder)
    index.apply([document(7, "secret")], position=2)
    index.apply([Removal(7, 2)], position=3)
    index.compact(force=True)
    assert struct.pack("<Q", key_hash("secret")) not in file_of(folder).read_bytes()


def test_compacting_an_index_without_changes_leaves_the_file_alone(folder: Path) -> None:
    index = filled(folder)
    before = file_of(folder).stat()
    index.compact(force=True)
    assert file_of(folder).stat() == before


# damage


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda whole: b"", "cut short"),
        (lambda whole: whole[:20], "cut short"),
        (lambda whole: b"PK\x03\x04" + whole[4:], "no snapshot"),
        (lambda whole: b"\x00" * len(whole), "no snapshot"),
        (lambda whole: whole[:8] + b"\x63" + whole[9:], "damaged"),
        (lambda whole: whole + b"\x00", "damaged"),
        (lambda whole: whole[:-1], "damaged"),
    ],
    ids=["empty", "half a header", "another file", "zeros", "header", "longer", "shorter"],
)
def test_a_file_that_is_no_whole_snapshot_is_built_anew(folder: Path, damage: object, reason: str) -> None:
    filled(folder)
    assert callable(damage)
    file_of(folder).write_bytes(damage(file_of(folder).read_bytes()))
    index = EmbeddedIndex(folder)
    assert reason in index.needs_rebuild
    assert (index.count(), index.position, found(index, "a")) == (0, 0, [])
    rebuild(index, [document(5, "a")])
    assert (found(EmbeddedIndex(folder), "a"), index.needs_rebuild) == ([5], "")


def test_a_snapshot_cut_short_at_any_byte_is_never_believed(folder: Path) -> None:
    filled(folder)
    whole = file_of(folder).read_bytes()
    for length in range(len(whole)):
        file_of(folder).write_bytes(whole[:length])
        assert EmbeddedIndex(folder).needs_rebuild, length


def test_a_snapshot_with_any_byte_flipped_is_never_believed(folder: Path) -> None:
    filled(folder)
    whole = bytearray(file_of(folder).read_bytes())
    for place in range(len(whole)):
        whole[place] ^= 0x10
        file_of(folder).write_bytes(whole)
        whole[place] ^= 0x10
        assert EmbeddedIndex(folder).needs_rebuild, place


def test_a_snapshot_of_another_version_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("indexer.index.snapshot.FORMAT", 99)
        filled(folder)
    assert EmbeddedIndex(folder).needs_rebuild == "the snapshot is of another version"


def test_a_damaged_snapshot_from_another_process_does_not_take_away_what_can_be_searched(folder: Path) -> None:
    index = filled(folder)
    (folder / "other").write_bytes(b"rubbish")
    (folder / "other").replace(file_of(folder))
    index.refresh()
    assert index.needs_rebuild
    assert found(index, "a") == [1, 2]


# several processes


def test_another_opening_sees_what_was_built_on_its_next_question(folder: Path) -> None:
    index, other = filled(folder), EmbeddedIndex(folder)
    rebuild(index, [document(9, "a")], position=4)
    assert found(other, "a") == [1, 2]
    other.refresh()
    assert (found(other, "a"), other.position) == ([9], 4)


_ANSWERING = """
import sys
from pathlib import Path
from tests.indexer.index.builders import found
from indexer.index import EmbeddedIndex
index = EmbeddedIndex(Path(sys.argv[1]))
for key in sys.stdin:
    index.refresh()
    print(found(index, key.strip()), flush=True)
"""


def test_another_process_sees_what_was_built_on_its_next_question(folder: Path) -> None:
    index = filled(folder)
    with running(_ANSWERING, folder) as other:
        assert other.stdin is not None
        assert other.stdout is not None

        def ask() -> list[int]:
            print("a", file=other.stdin, flush=True)
            answer: list[int] = json.loads(other.stdout.readline())  # type: ignore[union-attr]  # checked above
            return answer

        assert ask() == [1, 2]
        index.apply([document(3, "a"), Removal(1, 2)], position=2)
        index.compact(force=True)
        assert ask() == [2, 3]
        file_of(folder).unlink()
        assert ask() == [2, 3]


def test_a_reader_that_opens_while_the_file_is_replaced_learns_of_the_replacement(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The file is replaced after it was opened: what is read is the old one and must be known as such.
    index = filled(folder)
    real = snapshot._Header.unpack

    def replaced_first(head: bytes) -> snapshot._Header:
        monkeypatch.setattr(snapshot._Header, "unpack", real)
        rebuild(index, [document(9, "a")], position=4)
        return real(head)

    monkeypatch.setattr(snapshot._Header, "unpack", replaced_first)
    late = EmbeddedIndex(folder)
    assert found(late, "a") == [1, 2]
    late.refresh()
    assert found(late, "a") == [9]


def test_a_slow_process_does_not_put_an_older_snapshot_over_a_newer_one(folder: Path) -> None:
    slow = filled(folder, document(1, "a"), document(2, "secret"))
    quick = EmbeddedIndex(folder)
    slow.apply([document(3, "a")], position=2)
    quick.apply([document(3, "a"), Removal(2, 2)], position=3)
    quick.compact(force=True)
    slow.compact(force=True)
    assert struct.pack("<Q", key_hash("secret")) not in file_of(folder).read_bytes()
    assert (found(slow, "secret"), slow.position) == ([], 3)


def test_two_writers_at_once_leave_one_whole_and_newest_snapshot(folder: Path) -> None:
    filled(folder, document(1, "a"))
    log = [document(number, "a", f"own {number}") for number in range(2, 42)]
    wrong: list[object] = []

    def follow() -> None:
        index = EmbeddedIndex(folder)
        while index.position <= len(log):
            index.refresh()
            index.apply(log[index.position - 1 : index.position], position=index.position + 1)
            index.compact(force=True)
            if index.count() < index.position:
                wrong.append((index.count(), index.position))

    writers = [threading.Thread(target=follow) for _ in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert wrong == []
    last = EmbeddedIndex(folder)
    assert (last.needs_rebuild, last.position, last.count()) == ("", 41, 41)


def test_where_another_process_is_writing_changes_stay_in_memory_and_are_folded_in_later(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.index.embedded._WAIT_SECONDS", 0.1)
    index = filled(folder)
    index.apply([Removal(1, 2)], position=2)
    with FileLock(folder / "writing.lock"):
        for force in (False, True):
            with pytest.raises(StoreError, match="another process is writing the index"):
                index.compact(force=force)
        with pytest.raises(StoreError, match="another process is writing the index"):
            rebuild(index, [])
        assert found(index, "a") == [2]
    index.compact(force=True)
    assert EmbeddedIndex(folder).count() == 1


def test_a_search_meets_whole_states_only_while_others_write(folder: Path) -> None:
    index = filled(folder, *(document(number, "even", "odd") for number in range(1, 21)))
    done = threading.Event()
    seen: set[int] = set()

    def search() -> None:
        while not done.is_set():
            seen.add(len(index.candidates(query("even", "odd"))))

    reader = threading.Thread(target=search)
    reader.start()
    for turn in range(2, 60):
        # All change their version in one step: never 19 or 21 of them are there.
        index.apply([document(number, "even", "odd", version=turn) for number in range(1, 21)], position=turn)
        if turn % 9 == 0:
            index.compact(force=True)
    done.set()
    reader.join()
    assert seen == {20}


_KILLED_WHILE_WRITING = """
import sys, time, os
from pathlib import Path
from indexer.index import EmbeddedIndex
from tests.indexer.index.builders import document, rebuild
def stop_here(descriptor):
    print("writing", flush=True)
    time.sleep(60)
os.fsync = stop_here
rebuild(EmbeddedIndex(Path(sys.argv[1])), [document(6, "half written")], position=9)
"""


def test_a_kill_in_the_middle_of_building_leaves_the_old_snapshot_and_the_next_writer_clears_up(folder: Path) -> None:
    filled(folder)
    with running(_KILLED_WHILE_WRITING, folder) as killed:
        wait_for(killed, "writing")
        killed.kill()
        killed.wait()
    unfinished = [path for path in folder.iterdir() if path.name not in (SNAPSHOT, "writing.lock")]
    assert len(unfinished) == 1
    index = EmbeddedIndex(folder)
    assert (found(index, "a"), index.position) == ([1, 2], 1)
    rebuild(index, [document(3, "a")])
    assert not unfinished[0].exists()


# disks


def test_on_a_full_disk_the_old_snapshot_stays_in_use_and_the_error_says_what_to_do(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        index = filled(disk / "index")
        fill(disk)
        index.apply([document(3, "a")], position=2)
        with pytest.raises(StoreError, match="free some space"):
            index.compact(force=True)
        with pytest.raises(StoreError, match="the old one is still in use"):
            rebuild(index, [document(number, f"k{number}") for number in range(2_000)])
        assert found(index, "a") == [1, 2, 3]
        assert found(EmbeddedIndex(disk / "index"), "a") == [1, 2]
        (disk / "ballast").unlink()
        index.compact(force=True)
        assert found(EmbeddedIndex(disk / "index"), "a") == [1, 2, 3]
        assert sorted(path.name for path in (disk / "index").iterdir()) == [SNAPSHOT, "writing.lock"]


def test_after_a_failure_the_next_attempt_waits_a_while_but_not_when_it_is_asked_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = filled(folder)
    index.apply([Removal(1, 2)], position=2)
    attempts: list[Path] = []

    def full(path: Path, *_: object) -> None:
        attempts.append(path)
        raise StoreError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("indexer.index.embedded.write_snapshot", full)
        with pytest.raises(StoreError):
            index.compact()
        index.compact()
        assert len(attempts) == 1
        with pytest.raises(StoreError):
            index.compact(force=True)
    index.compact(force=True)
    assert EmbeddedIndex(folder).count() == 1


_TOO_LARGE = """
import resource, sys
from pathlib import Path
from indexer.errors import StoreError
from indexer.index import EmbeddedIndex
from tests.indexer.index.builders import document, found, rebuild
index = EmbeddedIndex(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    rebuild(index, [document(number, f"k{number}") for number in range(2_000)])
except StoreError as error:
    print(error.message)
print(found(index, "a"))
"""


def test_where_a_file_may_not_grow_further_it_is_the_same(folder: Path) -> None:
    filled(folder)
    said = run(_TOO_LARGE, folder).splitlines()
    assert "the index cannot be written" in said[0]
    assert said[1] == "[1, 2]"


def test_a_read_only_folder_can_be_searched_and_says_why_it_cannot_be_written(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        filled(disk / "index")
        make_read_only(disk)
        index = EmbeddedIndex(disk / "index")
        index.apply([document(3, "a")], position=2)
        assert found(index, "a") == [1, 2, 3]
        with pytest.raises(StoreError, match="check the rights of the folder"):
            index.compact(force=True)
        with pytest.raises(StoreError, match="check the rights of the folder"):
            rebuild(index, [])
        with pytest.raises(StoreError, match="check its path and rights"):
            EmbeddedIndex(disk / "another")


def test_a_file_in_the_place_of_the_folder_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("")
    with pytest.raises(StoreError, match="cannot be made"):
        EmbeddedIndex(tmp_path / "index")


def test_nothing_is_logged_in_ordinary_use(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="indexer"):
        filled(folder).compact(force=True)
    assert caplog.records == []
