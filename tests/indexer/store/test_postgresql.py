"""What is PostgreSQL's own: getting in, rights, encodings, the night's lock, a server that goes away, what erasing leaves."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable, Iterator

import psycopg
import pytest
from sqlalchemy import URL, event, make_url

from indexer.errors import DatabaseBusyError, StoreError
from indexer.store import Outcome, Store, putting
from indexer.store.postgresql import PostgresqlDatabase
from indexer.store.postgresql_errors import in_words
from matcher.errors import InputError
from tests.indexer.processes import running, wait_for
from tests.indexer.store.builders import DAY, day, entry, put, raw
from tests.indexer.store.remains import written
from tests.servers.postgresql import OwnServer, Server, own_server

pytestmark = pytest.mark.real("postgresql")
PASSWORD = "never-to-be-shown"  # noqa: S105  # what is looked for in every message
NAME = "Kosal Withdrawnsson"


def text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


@pytest.fixture
def pg_store(postgresql_url: str) -> Iterator[Store]:
    with Store.open(postgresql_url) as opened:
        yield opened


# getting in


def wrong(url: URL, server: Server) -> dict[str, tuple[URL, str]]:
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
    url, said = wrong(postgresql_server.url, postgresql_server)[what]
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


# while it is in use


def test_a_read_only_database_can_be_read_and_says_what_it_is(postgresql_url: str) -> None:
    with Store.open(postgresql_url) as store:
        put(store, entry("a/1"))
    raw(postgresql_url, f"ALTER DATABASE {make_url(postgresql_url).database} SET default_transaction_read_only = on")
    with Store.open(postgresql_url) as store:
        assert store.count() == 1
        with pytest.raises(StoreError, match="read-only; ELIJAH_DATABASE_URL must name the server that writes"):
            put(store, entry("a/2"))


@pytest.mark.parametrize(
    ("code", "kind", "said"),
    [
        ("53100", StoreError, "the disk is full: nothing of this step was stored"),
        ("53200", StoreError, "lacks memory"),
        ("53300", DatabaseBusyError, "too many are connected"),
        ("55P03", DatabaseBusyError, "held by another process"),
        ("40P01", DatabaseBusyError, "held by another process"),
        ("40001", DatabaseBusyError, "held by another process"),
        ("57014", DatabaseBusyError, "took too long"),
        ("57P01", StoreError, "connection to the database server was lost"),
        ("57P03", DatabaseBusyError, "starting or ending"),
        ("58030", StoreError, "cannot read or write its disk"),
        ("XX001", StoreError, "damaged; restore it"),
        ("XX002", StoreError, "damaged; restore it"),
        ("42P01", StoreError, "tables of the database are gone"),
        ("23505", StoreError, "refused: UniqueViolation (23505)"),
    ],
)
def test_what_the_server_refuses_in_mid_step_is_said_in_words_without_content_and_nothing_is_stored(
    pg_store: Store, code: str, kind: type[StoreError], said: str
) -> None:
    def refuse(*_: object) -> None:
        raise psycopg.errors.lookup(code)("Failing row contains (Sok Dara)")

    put(pg_store, entry("a/1"))
    engine = pg_store._database.engine
    # The last statement of the step.
    event.listen(engine, "commit", refuse)
    with pytest.raises(kind) as caught:
        put(pg_store, entry("a/2"))
    event.remove(engine, "commit", refuse)
    assert type(caught.value) is kind
    assert said in caught.value.message
    assert "Sok" not in caught.value.message
    assert [one.record.record_id for one in pg_store.records()] == ["a/1"]
    assert put(pg_store, entry("a/2")) == [Outcome.CREATED]


def test_an_error_without_a_code_from_within_is_a_lost_connection() -> None:
    error = psycopg.OperationalError("consuming input failed: server closed the connection unexpectedly")
    assert "connection to the database server was lost" in in_words(error, where="db, port 5432").message


@pytest.mark.parametrize(
    ("text_of_the_driver", "said"),
    [
        ("server closed the connection unexpectedly", "cannot be reached"),
        ("could not receive data from server: Connection reset by peer", "cannot be reached"),
        ("FATAL:  the database system is starting up", "starting or ending; try again"),
        ("FATAL:  sorry, too many clients already", "too many are connected"),
        ("FATAL:  remaining connection slots are reserved for superusers", "too many are connected"),
        ('FATAL:  no pg_hba.conf entry for host "192.0.2.1"', "does not let this user in from here"),
        ("SSL error: certificate verify failed", "encryption cannot be used"),
        ("FATAL:  Passwort-Authentifizierung fehlgeschlagen", "check the whole of ELIJAH_DATABASE_URL"),
    ],
)
def test_who_is_not_let_in_is_told_why_and_where(text_of_the_driver: str, said: str) -> None:
    error = psycopg.OperationalError(
        f'connection failed: connection to server at "192.0.2.7" failed: {text_of_the_driver}'
    )
    message = in_words(error, where="db, port 5432").message
    assert said in message
    assert message.endswith("(db, port 5432)")


def test_a_character_that_cannot_be_stored_is_said_in_words(pg_store: Store) -> None:
    with pytest.raises(InputError, match=r"cannot be stored \(NUL\)"):
        pg_store.get("a/\0")


def test_ids_are_compared_letter_by_letter(pg_store: Store) -> None:
    ids = ["a/é", "a/E", "a/e", "a/ខ្ញុំ", "A/e"]
    put(pg_store, *(entry(one) for one in ids))
    assert [one.record.record_id for one in pg_store.records()] == ids
    assert raw(text(pg_store._database.engine.url), "SELECT collation_name FROM information_schema.columns "
               "WHERE table_name = 'records' AND column_name = 'record_id'") == [("C",)]  # fmt: skip


def test_many_threads_may_ask_at_once(pg_store: Store) -> None:
    pool = pg_store._database.engine.pool
    # All processes of an office together must find room in the hundred that a server lets in.
    assert pool._max_overflow + pool.size() == 20  # type: ignore[attr-defined]  # of QueuePool


@pytest.mark.parametrize("default", ["serializable", "read uncommitted"])
def test_one_writer_after_the_other_works_whatever_the_server_takes_for_granted(
    postgresql_server: Server, postgresql_url: str, default: str
) -> None:
    database = make_url(postgresql_url).database
    postgresql_server.run(f"ALTER DATABASE {database} SET default_transaction_isolation = '{default}'")
    with Store.open(postgresql_url) as first, Store.open(postgresql_url) as second:
        put(first, entry("a/1"))
        waiting = threading.Thread(target=put, args=(second, entry("a/1", age="5")))
        with first._database.writing() as connection:
            waiting.start()
            waiting.join(timeout=0.3)
            putting.put(connection, [entry("a/1", age="4")], at=DAY)
        waiting.join()
        assert [(one.version, one.record.age) for one in first.history("a/1")] == [(2, "4"), (1, "")]


def test_what_was_acknowledged_is_on_the_disk_whatever_the_server_is_set_to(
    postgresql_server: Server, postgresql_url: str
) -> None:
    postgresql_server.run(f"ALTER DATABASE {make_url(postgresql_url).database} SET synchronous_commit = off")
    with Store.open(postgresql_url) as store, store._database.writing() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"


# the server goes away


def test_when_the_server_was_started_again_the_store_finds_it_by_itself() -> None:
    with own_server(safe=True) as server, Store.open(server.make_database(), wait_seconds=2) as store:
        put(store, entry("a/1"))
        with pytest.raises(StoreError, match="connection to the database server was lost"):
            _delete_while_it_dies(store, server)
        with pytest.raises(StoreError, match="cannot be reached"):
            store.count()
        server.start()
        assert [one.record.record_id for one in store.records()] == ["a/1"]
        assert put(store, entry("a/2")) == [Outcome.CREATED]


def test_a_line_that_was_cut_while_nobody_used_it_is_noticed_by_nobody(
    postgresql_server: Server, pg_store: Store
) -> None:
    put(pg_store, entry("a/1"))
    database = pg_store._database.engine.url.database
    cut = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database()"
    postgresql_server.run(f"{cut} AND pid <> pg_backend_pid()", database=database)
    assert pg_store.count() == 1
    assert put(pg_store, entry("a/2")) == [Outcome.CREATED]


def _delete_while_it_dies(store: Store, server: OwnServer) -> None:
    with store._database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM records")
        server.kill()
        connection.exec_driver_sql("SELECT 1")


_LOADING = """
import sys
from indexer.errors import StoreError
from indexer.store import Store
from tests.indexer.store.builders import entry, put
store = Store.open(sys.argv[1], wait_seconds=2)
for batch in range(10_000):
    try:
        put(store, *(entry(f"a/{batch}-{i}", age=str(i)) for i in range(20)))
    except StoreError as error:
        print(error.message)
        break
    print(batch, flush=True)
"""


def test_a_server_killed_in_the_middle_of_a_load_keeps_all_that_was_acknowledged_and_nothing_half() -> None:
    with own_server(safe=True) as server:
        url = server.make_database()
        with running(_LOADING, url) as process:
            wait_for(process, "7")
            server.kill()
            said = process.communicate(timeout=60)[0].splitlines()
        last = max([7, *(int(line) for line in said[:-1])])
        # In the middle of a step, or between two.
        assert said[-1].startswith(
            ("the connection to the database server was lost", "the database server cannot be reached")
        )
        server.start()
        with Store.open(url) as store:
            assert store.count() / 20 in (last + 1, last + 2)
            changed = {change.number for change in store.changes(after=0, limit=10**6)}
            assert changed == {one.number for one in store.records()}
            again = [entry(f"a/{batch}-{i}", age=str(i)) for batch in range(last + 1) for i in range(20)]
            assert set(put(store, *again)) == {Outcome.UNCHANGED}


# the night


def test_one_night_at_a_time_whatever_machine_it_runs_on(postgresql_url: str) -> None:
    with Store.open(postgresql_url) as here, Store.open(postgresql_url) as there:
        with here.one_night() as first, there.one_night() as second:
            assert (first, second) == (True, False)
        with there.one_night() as later:
            assert later


_NIGHT = """
import sys
from indexer.store import Store
with Store.open(sys.argv[1]) as store, store.one_night() as held:
    print(held, flush=True)
    sys.stdin.readline()
"""


def test_a_machine_that_dies_in_its_night_lets_go_of_it(pg_store: Store, postgresql_url: str) -> None:
    with running(_NIGHT, postgresql_url) as process:
        wait_for(process, "True")
        with pg_store.one_night() as held:
            assert not held
        process.kill()
        process.wait()
        assert _comes_true(lambda: _try_night(pg_store))


def _try_night(store: Store) -> bool:
    with store.one_night() as held:
        return held


def _comes_true(what: Callable[[], bool]) -> bool:
    return any(what() for _ in range(1_000))


def test_a_night_whose_server_went_away_ends_without_another_error() -> None:
    with own_server() as server, Store.open(server.make_database()) as store:
        with store.one_night() as held:
            assert held
            server.kill()
            server.start()
        with store.one_night() as again:
            assert again


# erasing


def test_a_backup_that_reads_since_before_holds_the_erasing_up_and_the_error_says_so(postgresql_url: str) -> None:
    with Store.open(postgresql_url, wait_seconds=0.2) as store:
        put(store, entry("a/1", full_name=NAME))
        with store._database.reading() as backup:
            backup.exec_driver_sql("SELECT count(*) FROM records").scalar()
            with pytest.raises(
                DatabaseBusyError, match=r"is withdrawn, but somebody has been reading .*\(a backup\?\)"
            ):
                store.withdraw("a/1", at=DAY)
            assert store.get("a/1") is None
        assert NAME.encode() in written(postgresql_url)
        assert store.withdraw("a/1", at=day(1)) is False
        assert NAME.encode() not in written(postgresql_url)


def test_its_id_leaves_the_indexes_of_a_large_table_too(pg_store: Store, postgresql_url: str) -> None:
    # Where few pages of a table have something to erase, VACUUM by itself leaves the indexes for later.
    put(pg_store, entry(f"a/{NAME}"), *(entry(f"a/{i}", note="x" * 500) for i in range(3_000)))
    assert pg_store.withdraw(f"a/{NAME}", at=DAY)
    assert NAME.encode() not in written(postgresql_url)


def test_the_planner_keeps_no_samples_of_what_is_said_about_children(pg_store: Store, postgresql_url: str) -> None:
    put(pg_store, *(entry(f"a/{NAME}-{i}", full_name=NAME) for i in range(300)))
    raw(postgresql_url, "ANALYZE")
    samples = raw(postgresql_url, "SELECT coalesce(most_common_vals::text, '') || coalesce(histogram_bounds::text, '') "
                  "FROM pg_stats WHERE schemaname = 'public'")  # fmt: skip
    assert samples != []
    assert not [row for row in samples if NAME in str(row)]


def test_a_database_on_a_server_is_what_its_url_names(postgresql_url: str) -> None:
    with Store.open(postgresql_url) as store:
        assert isinstance(store._database, PostgresqlDatabase)
