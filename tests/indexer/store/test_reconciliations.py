"""Runs of the night, and what has been compared with what."""

from __future__ import annotations

from indexer.store import Mark, Store
from matcher.record import Kind
from tests.indexer.store.builders import DAY, day, entry, number_of, put

REPORT, INTAKE = Kind.REPORT, Kind.INTAKE


def mark(store: Store, *marks: Mark) -> None:
    store.save_reconciled([], marks, [], at=DAY)


def test_a_run_tells_how_far_it_is_and_what_it_did(store: Store) -> None:
    run = store.start_reconciliation(full=True, at=DAY)
    begun = store.get_reconciliation(run)
    assert begun is not None
    assert (begun.full, begun.status, begun.started_at, begun.finished_at) == (True, "running", DAY, None)
    store.note_progress(run, done=3, total=9)
    store.finish_reconciliation(run, status="done", summary={"new": 4, "stopped": []}, at=day(1))
    ended = store.get_reconciliation(run)
    assert ended is not None
    assert (ended.status, ended.done, ended.total, ended.finished_at) == ("done", 3, 9, day(1))
    assert ended.summary == {"new": 4, "stopped": []}


def test_an_unknown_run_is_none(store: Store) -> None:
    assert store.get_reconciliation(5) is None
    assert store.last_reconciliations() == []


def test_the_newest_runs_come_first(store: Store) -> None:
    runs = [store.start_reconciliation(full=False, at=day(i)) for i in range(4)]
    assert [run.id for run in store.last_reconciliations(limit=3)] == runs[:0:-1]


def test_a_run_that_a_kill_left_behind_is_closed_as_failed_by_the_next(store: Store) -> None:
    killed = store.start_reconciliation(full=False, at=DAY)
    store.start_reconciliation(full=False, at=day(1))
    left = store.get_reconciliation(killed)
    assert left is not None
    assert (left.status, left.finished_at) == ("failed", day(1))


def test_open_records_wait_until_their_present_version_is_compared_with_the_present_model(store: Store) -> None:
    put(store, entry("a/1"), entry("a/2"), entry("a/3", status="closed"), entry("b/1", kind="report"))
    first, second, report = (number_of(store, one) for one in ("a/1", "a/2", "b/1"))
    assert list(store.pending("m1", INTAKE).numbers) == [first, second]
    mark(store, Mark(first, 1, "m1"), Mark(report, 1, "m1"))
    assert list(store.pending("m1", INTAKE).numbers) == [second]
    assert not store.pending("m1", REPORT).numbers
    assert list(store.pending("m2", INTAKE).numbers) == [first, second]
    put(store, entry("a/1", age="7"))
    assert list(store.pending("m1", INTAKE).numbers) == [first, second]


def test_a_mark_of_an_older_version_does_not_count_for_the_present_one(store: Store) -> None:
    put(store, entry("a/1"))
    put(store, entry("a/1", age="7"))
    mark(store, Mark(1, 1, "m1"))
    assert list(store.pending("m1", INTAKE).numbers) == [1]
    mark(store, Mark(1, 2, "m1"), Mark(1, 2, "m1"))
    assert not store.pending("m1", INTAKE).numbers


def test_a_full_run_compares_everything_again(store: Store) -> None:
    put(store, entry("a/1"))
    mark(store, Mark(1, 1, "m1"))
    store.start_reconciliation(full=False, at=DAY)
    assert not store.pending("m1", INTAKE).numbers
    store.start_reconciliation(full=True, at=DAY)
    assert list(store.pending("m1", INTAKE).numbers) == [1]


def test_a_mark_of_a_record_that_is_gone_is_left_out(store: Store) -> None:
    put(store, entry("a/1"), entry("a/2"))
    store.withdraw("a/1", at=DAY)
    mark(store, Mark(1, 1, "m1"), Mark(2, 1, "m1"))
    assert not store.pending("m1", INTAKE).numbers
