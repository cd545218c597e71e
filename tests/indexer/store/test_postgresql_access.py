"""Getting into PostgreSQL: what can be wrong with a URL, a user, a right, an encoding; said in words, never with the password."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import URL, make_url

from indexer.errors import DatabaseBusyError, StoreError
from indexer.store import Store
from tests.indexer.store.builders import DAY, entry, put, raw, text
from tests.indexer.store.remains import written
from tests.servers.postgresql import Server

pytestmark = pytest.mark.real("postgresql")
PASSWORD = "never-to-be-shown"  # noqa: S105  # what is looked for in every message
NAME = "Kosal Withdrawnsson"


def wrong(url: URL) -> dict[str, tuple[URL, str]]:
    """URLs that are wrong in one thing each, with what is said of it."""
    return {
        "port": (url.set(port=1), "cannot be reached; check host and port"),
        "host": (url.set(host="no-such-host.invalid"), "cannot be reached; check host and port"),
        "password": (url.set(password=PASSWORD), "refuses this user or password"),
        "password among the parameters": (
            URL.create("postgresql", url.username, None, url.host, url.port, url.database, {"password": PASSWORD}),
            "refuses this user or password",
        ),
        "user": (url.set(username="nobody", password=PASSWORD), "refuses this user or password"),
        "database": (url.set(database="no_such_database"), "no such database or user; make them first"),
        "encryption": (url.set(query={"sslmode": "verify-full"}), "encryption cannot be used; check sslmode"),
        "parameter": (url.set(query={"nonsense": "1"}), "check ELIJAH_DATABASE_URL"),
    }


@pytest.mark.parametrize(
    "what",
    ["port", "host", "password", "password among the parameters", "user", "database", "encryption", "parameter"],
)
def test_where_nobody_is_let_in_the_error_says_why_and_never_the_password(
    postgresql_server: Server, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    url, said = wrong(postgresql_server.url)[what]
    with pytest.raises(StoreError, match=said) as caught:
        Store.open(text(url), wait_seconds=2)
    everything = "".join(traceback.format_exception(caught.value, chain=True)) + caplog.text
    assert PASSWORD not in everything
    assert (postgresql_server.url.password or "?") not in everything


def test_nothing_that_is_open_shows_the_password(postgresql_url: str) -> None:
    plain = make_url(postgresql_url)
    hidden = plain.set(password="").update_query_dict({"password": plain.password or ""})
    for url in (postgresql_url, text(hidden)):
        with Store.open(url) as store:
            engine = store._database.engine
            with engine.connect() as connection:
                shown = [repr(one) for one in (store, engine, engine.url, connection, connection.connection)]
        assert not [one for one in shown if str(plain.password) in one]


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg"])
def test_both_ways_to_write_the_url_are_psycopg_3(postgresql_url: str, scheme: str) -> None:
    with Store.open(text(make_url(postgresql_url).set(drivername=scheme))) as store:
        assert store._database.engine.driver == "psycopg"
        assert store.count() == 0


def test_the_password_may_be_left_out_of_the_url(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    url = make_url(postgresql_url)
    monkeypatch.setenv("PGPASSWORD", url.password or "")
    Store.open(text(URL.create("postgresql", url.username, None, url.host, url.port, url.database))).close()


@pytest.fixture
def role(postgresql_server: Server, empty_postgresql_url: str) -> Iterator[URL]:
    """The URL of an empty database for a user who may connect and nothing else."""
    url = make_url(empty_postgresql_url)
    name = f"{url.database}_user"
    postgresql_server.run(f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'")
    yield url.set(username=name, password=PASSWORD)
    postgresql_server.run(f"DROP OWNED BY {name}", database=url.database)
    postgresql_server.run(f"REASSIGN OWNED BY {name} TO CURRENT_USER", f"DROP ROLE {name}")


def test_a_user_who_may_not_make_tables_is_told_what_to_do_and_then_it_works(
    postgresql_server: Server, role: URL
) -> None:
    # Until PostgreSQL 15 everybody may.
    postgresql_server.run("REVOKE CREATE ON SCHEMA public FROM PUBLIC", database=role.database)
    with pytest.raises(StoreError, match="lacks a right; give it the database: ALTER DATABASE") as caught:
        Store.open(text(role))
    assert PASSWORD not in "".join(traceback.format_exception(caught.value))
    postgresql_server.run(f"ALTER DATABASE {role.database} OWNER TO {role.username}")
    with Store.open(text(role)) as store:
        put(store, entry("a/1", full_name=NAME))
        # The owner of the database may erase too.
        assert store.withdraw("a/1", at=DAY)
    assert NAME.encode() not in written(text(postgresql_server.url.set(database=role.database)))


def test_a_user_of_tables_that_another_owns_can_work_and_is_told_that_erasing_is_left_to_the_server(
    postgresql_server: Server, role: URL, caplog: pytest.LogCaptureFixture
) -> None:
    owner = text(postgresql_server.url.set(database=role.database))
    Store.open(owner).close()
    for what in ("TABLES", "SEQUENCES"):
        raw(owner, f"GRANT ALL ON ALL {what} IN SCHEMA public TO {role.username}")
    with Store.open(text(role)) as store:
        put(store, entry("a/1", full_name=NAME))
        assert store.withdraw("a/1", at=DAY)
        assert store.get("a/1") is None
    assert "does not own the tables" in caplog.text


def test_a_user_who_may_not_connect_is_told_so(postgresql_server: Server, role: URL) -> None:
    postgresql_server.run(f"REVOKE CONNECT ON DATABASE {role.database} FROM PUBLIC")
    with pytest.raises(StoreError, match="does not let this user in from here"):
        Store.open(text(role))


def test_where_too_many_are_connected_it_says_so_and_works_again_when_one_has_left(
    postgresql_server: Server, role: URL
) -> None:
    postgresql_server.run(
        f"ALTER DATABASE {role.database} OWNER TO {role.username}", f"ALTER ROLE {role.username} CONNECTION LIMIT 1"
    )
    with psycopg.connect(text(role)), pytest.raises(DatabaseBusyError, match="too many are connected"):
        Store.open(text(role))
    Store.open(text(role)).close()


def test_a_database_that_cannot_hold_khmer_is_refused(postgresql_server: Server) -> None:
    postgresql_server.run(
        "CREATE DATABASE elijah_test_latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'"
    )
    try:
        with pytest.raises(StoreError, match="LATIN1 texts; make one with ENCODING 'UTF8'"):
            Store.open(text(postgresql_server.url.set(database="elijah_test_latin")))
    finally:
        postgresql_server.run("DROP DATABASE elijah_test_latin WITH (FORCE)")


def test_it_may_live_in_a_schema_of_its_own_beside_another_program(empty_postgresql_url: str) -> None:
    raw(empty_postgresql_url, "CREATE TABLE users (id INTEGER)", "CREATE SCHEMA elijah")
    own = text(make_url(empty_postgresql_url).update_query_dict({"options": "-csearch_path=elijah"}))
    with Store.open(own) as store:
        put(store, entry("a/1", full_name=NAME))
        assert store.withdraw("a/1", at=DAY)
    assert raw(empty_postgresql_url, "SELECT count(*) FROM elijah.tombstones") == [(1,)]
