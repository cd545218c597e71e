"""A server folds its changes into the snapshot in a thread of its own: others go on, and nobody sees less than before."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from filelock import FileLock

from indexer.errors import IndexBusyError
from indexer.index import EmbeddedIndex, Removal
from indexer.index.block import DocumentBlock, key_hash
from indexer.index.embedded import SNAPSHOT
from indexer.index.snapshot import snapshot_position
from tests.indexer.index.builders import document, found, rebuild


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def index(folder: Path, monkeypatch: pytest.MonkeyPatch) -> EmbeddedIndex:
    """Two documents at position 1; a single change is many."""
    monkeypatch.setattr("indexer.index.embedded._MANY", 0)
    made = EmbeddedIndex(folder)
    rebuild(made, [document(1, "a"), document(2, "a", "secret")], position=1)
    made.fold_apart()
    return made


def position_of(folder: Path) -> int:
    return snapshot_position(folder / SNAPSHOT)


def test_what_is_due_is_left_to_fold_and_what_is_forced_is_done(index: EmbeddedIndex, folder: Path) -> None:
    index.apply([document(3, "a")], position=2)
    index.compact()
    assert position_of(folder) == 1
    index.compact(force=True)
    assert position_of(folder) == 2


def test_what_was_folded_is_opened_with_the_next_refresh_and_nothing_is_missed_meanwhile(
    index: EmbeddedIndex, folder: Path
) -> None:
    index.apply([document(3, "a")], position=2)
    index.fold()
    assert position_of(folder) == 2
    index.apply([document(4, "a")], position=3)
    assert (found(index, "a"), index.position) == ([1, 2, 3, 4], 3)
    index.refresh()
    # From here on the log is followed again; until then searches see what they saw.
    assert (found(index, "a"), index.position) == ([1, 2, 3, 4], 2)
    index.apply([document(4, "a")], position=3)
    assert (found(index, "a"), index.position) == ([1, 2, 3, 4], 3)


def test_without_changes_or_with_few_nothing_is_folded(
    index: EmbeddedIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (folder / SNAPSHOT).stat()
    index.fold()
    monkeypatch.setattr("indexer.index.embedded._MANY", 5)
    index.apply([document(3, "a")], position=2)
    index.fold()
    assert (folder / SNAPSHOT).stat() == before


def test_a_removed_record_is_folded_out_however_few_the_changes_are(
    index: EmbeddedIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.index.embedded._MANY", 5)
    index.apply([Removal(2, 2)], position=2)
    index.fold()
    assert struct.pack("<Q", key_hash("secret")) not in (folder / SNAPSHOT).read_bytes()


def test_a_fold_that_is_late_does_not_bring_back_what_was_purged_meanwhile(
    index: EmbeddedIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.apply([document(3, "a")], position=2)
    publish = EmbeddedIndex._publish

    def late(self: EmbeddedIndex, documents: DocumentBlock, *rest: object, **more: object) -> None:
        monkeypatch.setattr(EmbeddedIndex, "_publish", publish)
        self.apply([Removal(2, 2)], position=3)
        self.compact(force=True)
        publish(self, documents, *rest, **more)  # type: ignore[arg-type]  # handed through as they come

    monkeypatch.setattr(EmbeddedIndex, "_publish", late)
    index.fold()
    assert position_of(folder) == 3
    assert struct.pack("<Q", key_hash("secret")) not in (folder / SNAPSHOT).read_bytes()
    index.refresh()
    assert found(index, "a") == [1, 3]


def test_an_older_snapshot_of_another_process_hides_nothing_until_the_log_has_been_followed_as_far(
    index: EmbeddedIndex, folder: Path
) -> None:
    other = EmbeddedIndex(folder)
    other.apply([document(3, "a")], position=2)
    index.apply([document(3, "a"), document(4, "a")], position=3)
    other.compact(force=True)
    index.refresh()
    assert (found(index, "a"), index.position) == ([1, 2, 3, 4], 2)


def test_where_the_log_is_at_its_end_what_has_been_followed_is_what_is_seen(index: EmbeddedIndex, folder: Path) -> None:
    # The database was put back, and another process has built the index of the shorter history.
    index.apply([document(3, "a"), document(4, "a")], position=9)
    rebuild(EmbeddedIndex(folder), [document(1, "a")], position=2)
    index.refresh()
    index.settle()
    assert (found(index, "a"), index.position, index.count()) == ([1], 2, 1)


def test_while_another_process_writes_the_fold_is_left_to_it(index: EmbeddedIndex, folder: Path) -> None:
    index.apply([document(3, "a")], position=2)
    with FileLock(folder / "writing.lock"), pytest.raises(IndexBusyError):
        index.fold()
    assert (found(index, "a"), position_of(folder)) == ([1, 2, 3], 1)
