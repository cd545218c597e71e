"""A server that goes away, in mid-step too: nothing that was acknowledged is lost, and the store finds it again by itself."""

from __future__ import annotations

import pytest

from indexer.errors import StoreError
from indexer.store import Outcome, Store
from tests.indexer.processes import running, wait_for
from tests.indexer.store.builders import entry, put
from tests.servers.postgresql import OwnServer, Server, own_server

pytestmark = pytest.mark.real("postgresql")


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


def test_a_night_whose_server_went_away_ends_without_another_error() -> None:
    with own_server() as server, Store.open(server.make_database()) as store:
        with store.one_night() as held:
            assert held
            server.kill()
            server.start()
        with store.one_night() as again:
            assert again
