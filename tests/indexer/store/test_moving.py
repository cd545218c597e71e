"""An installation that outgrows SQLite takes everything along to PostgreSQL: also what was decided and what was withdrawn."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, select

from indexer.errors import StoreError
from indexer.store import Decision, Mark, MatchFilter, Outcome, RejectedRow, Store
from indexer.store.moving import move
from indexer.store.tables import metadata
from matcher.record import Kind
from tests.faces import face
from tests.indexer.store.builders import DAY, day, entry, number_of, pair, put, raw, say, url

pytestmark = pytest.mark.real("postgresql")


@pytest.fixture
def small(tmp_path: Path) -> str:
    """A SQLite database with something in every table; its newest record was withdrawn."""
    with Store.open(url(tmp_path)) as store:
        match = pair(store)
        put(store, entry("shelter/1", age="4", note="ចំណាំ"), at=day(1))
        say(store, match, Decision.CONFIRMED, reason="មូលហេតុ", by="Bopha")
        say(store, match, Decision.UNDO)
        store.save_reconciled([], [Mark(1, 1, "m1")], [], at=DAY)
        run = store.start_reconciliation(full=False, at=DAY)
        store.finish_reconciliation(run, status="done", summary={"new": 1}, at=DAY)
        store.keep_rejected([RejectedRow("a.csv", 3, "sex", "unknown sex", {"full_name": "x"}, "a/9")], at=DAY)
        photo = entry("shelter/1", age="4", note="ចំណាំ", photos="a.jpg")
        put(store, replace(photo, record=replace(photo.record, faces=(face(0.5, file="a.jpg"),))), at=day(1))
        put(store, entry("shelter/gone"))
        store.withdraw("shelter/gone", at=DAY)
    return url(tmp_path)


def everything(database_url: str) -> dict[str, list[tuple[Any, ...]]]:
    with Store.open(database_url) as store, store._database.reading() as connection:
        return {
            table.name: sorted(tuple(row) for row in connection.execute(select(table)))
            for table in metadata.sorted_tables
        }


def test_everything_is_there_as_it_was(small: str, postgresql_url: str) -> None:
    moved = move(small, postgresql_url)
    before = everything(small)
    assert everything(postgresql_url) == before
    assert moved == {name: len(rows) for name, rows in before.items()}
    assert min(moved.values()) > 0


def test_it_goes_on_where_it_was(small: str, postgresql_url: str) -> None:
    with Store.open(small) as store:
        identity, last, change = store.identity(), store.last_number(), store.last_change()
    move(small, postgresql_url)
    with Store.open(postgresql_url) as store:
        assert (store.identity(), store.last_change()) == (identity, change)
        # What was withdrawn stays gone, and its number is given to nobody.
        assert put(store, entry("shelter/gone"), entry("shelter/new")) == [Outcome.WITHDRAWN_BEFORE, Outcome.CREATED]
        assert number_of(store, "shelter/new") == last + 2
        assert [one.position for one in store.changes(after=change)] == [change + 1]
        [match] = store.list_matches(MatchFilter()).matches
        assert say(store, match, Decision.UNSURE).status.value == "unsure"
        assert [row.id for row in store.match_history(match.id)] == [1, 2, 3]
        assert store.start_reconciliation(full=False, at=DAY) == 2
        assert not store.pending("m1", Kind.REPORT).numbers


def test_a_database_that_holds_records_is_never_moved_into(small: str, postgresql_url: str) -> None:
    with Store.open(postgresql_url) as store:
        put(store, entry("b/1"))
    before = everything(postgresql_url)
    with pytest.raises(StoreError, match="holds records already; give an empty one"):
        move(small, postgresql_url)
    assert everything(postgresql_url) == before


def test_what_breaks_off_leaves_nothing_behind(
    small: str, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("indexer.store.moving._go_on_counting", cut_off)
        with pytest.raises(KeyboardInterrupt):
            move(small, postgresql_url)
    assert raw(postgresql_url, "SELECT count(*) FROM records") == [(0,)]
    move(small, postgresql_url)
    assert everything(postgresql_url) == everything(small)


def test_a_path_that_was_mistyped_is_said_in_words(tmp_path: Path, postgresql_url: str) -> None:
    with pytest.raises(StoreError, match="nothing in the database to move; check its path"):
        move(url(tmp_path / "mistyped"), postgresql_url)


def test_the_other_direction_is_refused(small: str, postgresql_url: str) -> None:
    with pytest.raises(StoreError, match="only from SQLite to PostgreSQL"):
        move(postgresql_url, small)


def test_the_command_says_what_it_moved_or_what_is_wrong(small: str, postgresql_url: str) -> None:
    def run(*args: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "indexer.store.moving", *args]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    wrong = make_url(postgresql_url).set(password="never-to-be-shown")  # noqa: S106  # must not appear
    refused = run(small, wrong.render_as_string(hide_password=False))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "refuses this user or password" in refused.stderr
    assert "never-to-be-shown" not in refused.stderr
    assert run(small).stderr.startswith("give two URLs")
    done = run(small, postgresql_url)
    assert (done.returncode, done.stderr) == (0, "")
    assert "records: 2\n" in done.stdout
