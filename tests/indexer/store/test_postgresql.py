"""What is PostgreSQL's own while it is in use: refusals, characters, waiting, the night's lock, and what erasing leaves."""

from __future__ import annotations

import threading
from collections.abc import Callable

import psycopg
import pytest
from sqlalchemy import event, make_url

from indexer.errors import DatabaseBusyError, StoreError
from indexer.store import Outcome, Store, putting
from indexer.store.postgresql import PostgresqlDatabase
from indexer.store.postgresql_errors import in_words
from matcher.errors import InputError
from tests.indexer.processes import running, wait_for
from tests.indexer.store.builders import DAY, day, entry, put, raw, text
from tests.indexer.store.remains import written
from tests.servers.postgresql import Server

pytestmark = pytest.mark.real("postgresql")
NAME = "Kosal Withdrawnsson"


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
