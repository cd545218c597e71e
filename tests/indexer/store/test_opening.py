"""Opening, migrating, and what can be wrong with a database: always in words, never half done."""

from __future__ import annotations

import os
import stat
import traceback
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from indexer.errors import StoreError
from indexer.store import Store, opening
from indexer.store.tables import metadata
from tests.indexer.disks import fill, make_read_only, small_disk
from tests.indexer.processes import let_go_together, run, running
from tests.indexer.store.builders import DAY, entry, put, raw, url


def test_a_database_is_made_with_its_folder_for_its_owner_only(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    with Store.open(url(home)) as store:
        put(store, entry("a/1"))
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in home.iterdir()}
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert modes == dict.fromkeys(("elijah.db", "elijah.db-wal", "elijah.db-shm"), 0o600)


def test_it_keeps_its_identity_and_its_records(empty_url: str) -> None:
    with Store.open(empty_url) as store:
        identity = store.identity()
        put(store, entry("a/1"))
    with Store.open(empty_url) as again:
        assert again.identity() == identity
        assert again.count() == 1
    assert len(identity) == 32
    assert int(identity, 16) > 0


def test_every_connection_writes_ahead_syncs_and_minds_foreign_keys(sqlite_store: Store) -> None:
    with sqlite_store._database.reading() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        }
    assert settings == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 10_000,
    }  # fmt: skip


# migrations


def test_the_schema_that_is_opened_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(opening._MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [opening.SCHEMA]


def test_the_migrations_make_exactly_the_tables_that_are_declared(store: Store) -> None:
    with store._database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


_OLD = """
import sys
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from indexer.store import opening
database = opening.connect(sys.argv[1])
config = Config()
config.set_main_option("script_location", str(opening._MIGRATIONS))
with database.writing() as connection:
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")
    connection.execute(text("INSERT INTO installation VALUES ('0123456789abcdef0123456789abcdef')"))
    connection.execute(text("INSERT INTO tombstones VALUES (:hash, '2026-01-01')"), {"hash": b"0"})
database.close()
"""


@pytest.fixture
def old_url(empty_url: str) -> str:
    """A database of the first schema."""
    run(_OLD, empty_url)
    return empty_url


def test_a_database_of_an_older_schema_is_brought_up_to_date_and_keeps_what_it_has(old_url: str) -> None:
    with Store.open(old_url) as store:
        assert store.identity() == "0123456789abcdef0123456789abcdef"
        assert put(store, entry("a/1")) != []
    assert raw(old_url, "SELECT version_num FROM alembic_version") == [(opening.SCHEMA,)]
    assert raw(old_url, "SELECT withdrawn_on FROM tombstones") == [("2026-01-01",)]
    # What the older program deleted may be in the file still: it was rewritten once.
    assert raw(old_url, "SELECT withdrawals, scrubbed FROM installation") == [(1, 1)]


def test_a_migration_that_is_cut_off_leaves_the_old_schema_whole_and_is_done_by_the_next_opening(
    old_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("alembic.operations.base.Operations.execute", cut_off)
        with pytest.raises(KeyboardInterrupt):
            Store.open(old_url)
    assert raw(old_url, "SELECT version_num FROM alembic_version") == [("0001",)]
    assert columns(old_url, "installation") == ["id"]
    with Store.open(old_url) as store:
        assert store.count() == 0


def columns(database_url: str, table: str) -> list[str]:
    """The columns that a table has."""
    engine = create_engine(database_url)
    try:
        return [column["name"] for column in inspect(engine).get_columns(table)]
    finally:
        engine.dispose()


def test_a_first_opening_that_is_cut_off_leaves_an_empty_database_that_the_next_one_fills(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("indexer.store.opening.uuid4", cut_off)
        with pytest.raises(KeyboardInterrupt):
            Store.open(empty_url)
    engine = create_engine(empty_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()
    with Store.open(empty_url) as store:
        assert len(store.identity()) == 32


_OPENING = """
import sys
from indexer.store import Store
print("ready", flush=True)
sys.stdin.readline()
with Store.open(sys.argv[1]) as store:
    print(store.identity())
"""


@pytest.mark.parametrize("from_old", [False, True], ids=["new", "older schema"])
def test_two_processes_that_open_at_once_agree_on_one_database(
    empty_url: str, from_old: bool, request: pytest.FixtureRequest
) -> None:
    if from_old:
        request.getfixturevalue("old_url")
    with running(_OPENING, empty_url) as one, running(_OPENING, empty_url) as other:
        said = let_go_together(one, other)
    assert [err for _, err in said] == ["", ""]
    assert said[0][0] == said[1][0] != ""
    assert raw(empty_url, "SELECT count(*) FROM installation") == [(1,)]


def test_a_database_of_a_newer_schema_is_refused_in_words_and_left_alone(database_url: str) -> None:
    Store.open(database_url).close()
    raw(database_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="written by a newer Elijah"):
        Store.open(database_url)
    assert raw(database_url, "SELECT version_num FROM alembic_version") == [("9999",)]


# what is no database of ours


@pytest.mark.parametrize(
    "content", [os.urandom(9_000), b"SQLite format 3\x00" + b"\x07" * 8_000, b"name,age\nSok,3\n" * 99]
)
def test_a_file_that_is_no_database_is_refused_in_words_and_left_alone(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "elijah.db"
    file.write_bytes(content)
    with pytest.raises(StoreError, match="no Elijah database or is damaged") as caught:
        Store.open(url(tmp_path))
    assert "Sok" not in caught.value.message
    assert file.read_bytes() == content


def test_the_database_of_another_program_is_refused_in_words_and_left_alone(empty_url: str) -> None:
    raw(empty_url, "CREATE TABLE users (id INTEGER)")
    with pytest.raises(StoreError, match="another program"):
        Store.open(empty_url)
    engine = create_engine(empty_url)
    assert inspect(engine).get_table_names() == ["users"]
    engine.dispose()


def test_a_folder_in_the_place_of_the_file_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "elijah.db").mkdir()
    with pytest.raises(StoreError, match="cannot be opened"):
        Store.open(url(tmp_path))


def test_a_file_in_the_place_of_the_folder_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(StoreError, match="check the folder"):
        Store.open(url(tmp_path / "home"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("mysql://elijah:secret@db/elijah", "mysql is not supported"),
        ("postgresql+psycopg2://elijah:secret@db/elijah", "psycopg2 is not supported"),
        ("postgres://elijah:secret@db/elijah", "postgres is not supported"),
        ("postgresql://elijah:top@secret@db/elijah", "more than one @; write an @ of the password as %40"),
        ("postgresql://elijah:secret@db:port/elijah", "no database URL"),
        ("not a url", "no database URL"),
        ("", "no database URL"),
        ("sqlite://", "cannot be opened"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_in_words_without_its_password(text: str, reason: str) -> None:
    with pytest.raises(StoreError, match=reason) as caught:
        Store.open(text)
    assert "secret" not in "".join(traceback.format_exception(caught.value))


def test_a_read_only_disk_is_refused_in_words(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        Store.open(url(disk)).close()
        make_read_only(disk)
        with pytest.raises(StoreError, match=r"Read-only file system; check the folder"):
            Store.open(url(disk))


def test_a_full_disk_is_said_in_words_when_a_database_is_made(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        fill(disk)
        with pytest.raises(StoreError, match="free some space"):
            Store.open(url(disk))
        (disk / "ballast").unlink()
        with Store.open(url(disk)) as store:
            assert store.count() == 0


def test_a_damaged_page_is_said_in_words_that_repeat_no_content(tmp_path: Path) -> None:
    with Store.open(url(tmp_path)) as store:
        put(store, *(entry(f"a/{i}", full_name="Sok Dara", note="x" * 500) for i in range(200)))
    file = tmp_path / "elijah.db"
    whole = file.read_bytes()
    file.write_bytes(whole[:40_960] + os.urandom(len(whole) - 40_960))
    with pytest.raises(StoreError, match="damaged") as caught, Store.open(url(tmp_path)) as store:
        list(store.records())
    assert "Sok" not in caught.value.message


def test_a_database_can_be_closed_twice_and_its_day_is_the_callers(store: Store) -> None:
    put(store, entry("a/1"), at=DAY)
    store.close()
    store.close()
