"""An installation on Elasticsearch: the same answers as the embedded index, and what goes on while its server is away."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bench.world import World, make_world
from bench.world_tables import make_rng
from indexer.errors import IndexUnavailableError, StoreError
from indexer.index import Query
from indexer.installation import OWED, Installation
from indexer.reconcile import reconcile
from indexer.retrieval import candidate_query
from indexer.settings import Settings
from matcher.keys import KEY_VERSION
from matcher.record import Kind
from tests.indexer.test_installation import found
from tests.indexer.world import AT, INTAKE, NEXT_DAY, REPORT, STRANGER
from tests.servers.elasticsearch import building
from tests.servers.elasticsearch.indexes import new_elasticsearch_index
from tests.servers.elasticsearch.node import Node

Open = Callable[..., Installation]
# Nobody listens there: the discard port is closed on any sane machine.
AWAY = "http://127.0.0.1:9"
# What the status says of every installation with its index on a server.
SERVER = {"backend": "elasticsearch", "embedder": "dlib-resnet-v1"}


@pytest.fixture
def opening(tmp_path: Path) -> Iterator[Open]:
    """`opening(url)` opens a home on a server ("" the embedded index); what was built on the server is removed at the end."""
    made: list[Installation] = []
    identities: dict[Installation, str] = {}

    def open_home(url: str, home: str = "home") -> Installation:
        settings = Settings(
            home=tmp_path / home, elasticsearch_url=url, elasticsearch_replicas=0, own_sources=frozenset({"shelter"})
        )
        made.append(Installation.open(settings))
        identities[made[-1]] = f"elijah-{made[-1].store.identity()}"
        return made[-1]

    yield open_home
    for installation in made:
        installation.close()
        if installation.settings.elasticsearch_url not in ("", AWAY):
            # A node that the test has ended takes its indexes along.
            with suppress(IndexUnavailableError):
                new_elasticsearch_index(installation.settings.elasticsearch_url, identities[installation]).discard(
                    "over"
                )


class Twins:
    """Two installations of one history: one embedded, one on the server."""

    def __init__(self, opening: Open, url: str) -> None:
        self._opening, self._url = opening, url
        self.embedded, self.server = opening("", "embedded"), opening(url, "server")

    def both(self, do: Callable[[Installation], object]) -> None:
        """Do the same to both; they say the same."""
        assert do(self.embedded) == do(self.server)

    def restart(self) -> None:
        """Open both anew."""
        self.embedded, self.server = self._opening("", "embedded"), self._opening(self._url, "server")

    def assert_same_candidates(self, asked: int) -> None:
        """The same queries, and the same candidates in the same order, from both sides and for the owner too."""
        for here in (self.embedded, self.server):
            here.refresh()
        stored = list(self.embedded.store.records())
        for one in make_rng("7").sample(stored, min(asked, len(stored))):
            queries = [
                candidate_query(one.record, here.keys, here.index, sources=here.settings.own_sources, limit=200)
                for here in (self.embedded, self.server)
            ]
            assert queries[0] == queries[1]
            assert self.server.index.candidates(queries[1]) == self.embedded.index.candidates(queries[0])
        assert self.server.index_status() == {**self.embedded.index_status(), "backend": "elasticsearch"}

    def assert_same_matches(self, asked: int) -> None:
        """The same matches, scores and reasons."""
        ids = [stored.record.record_id for stored in self.embedded.store.records(kind=Kind.REPORT)]
        for record_id in make_rng("8").sample(ids, min(asked, len(ids))):
            assert self.server.match(record_id).to_json() == self.embedded.match(record_id).to_json()


def history(twins: Twins, world: World, asked: int) -> None:
    """Inserts, updates, withdrawals, many changes, a restart, a build: the same answers after each."""

    def change(here: Installation, share: float, seed: int) -> object:
        chance = make_rng(f"{seed}")
        chosen = chance.sample(world.intakes, round(share * len(world.intakes)))
        rows = [row for row in chosen if here.store.get(row["record_id"])]
        names = [row.get("full_name", "") for row in world.intakes]
        return here.put([{**row, "full_name": chance.choice(names)} for row in rows], at=NEXT_DAY)

    def withdraw(here: Installation) -> None:
        for row in make_rng("3").sample(world.intakes, 3):
            here.withdraw(row["record_id"], at=NEXT_DAY)

    twins.both(lambda here: here.put([*world.reports, *world.intakes], at=AT))
    twins.assert_same_candidates(asked)
    twins.both(lambda here: change(here, 0.02, 1))
    twins.both(withdraw)
    twins.both(lambda here: here.put([{**REPORT, "record_id": "police/new"}, INTAKE, STRANGER], at=NEXT_DAY))
    twins.assert_same_candidates(asked)
    # More than is followed without folding.
    twins.both(lambda here: change(here, 0.12, 2))
    twins.assert_same_candidates(asked)
    twins.restart()
    twins.assert_same_candidates(asked)
    twins.assert_same_matches(asked // 4)
    twins.both(lambda here: here.rebuild_index())
    twins.assert_same_candidates(asked)


@pytest.mark.real("elasticsearch")
def test_the_answers_are_those_of_the_embedded_index_through_a_whole_history(
    opening: Open, elasticsearch_url: str
) -> None:
    history(Twins(opening, elasticsearch_url), make_world(500, 4_500, seed=5), asked=80)


@pytest.mark.real("elasticsearch")
def test_the_night_finds_the_same_matches(opening: Open, elasticsearch_url: str) -> None:
    twins, world = Twins(opening, elasticsearch_url), make_world(60, 200, seed=6)
    twins.both(lambda here: here.put([*world.reports, *world.intakes], at=AT))
    twins.both(lambda here: reconcile(here, at=NEXT_DAY).new)
    twins.both(
        lambda here: [(one.report_id, one.intake_id, one.score) for one in here.store.list_matches(limit=500).matches]
    )
    twins.both(lambda here: reconcile(here, at=NEXT_DAY).new)


@pytest.mark.skipif(bool(building.missing_for(building.NEW)), reason="no Java that runs Elasticsearch 9.2")
def test_the_answers_are_the_same_on_the_next_major_version(opening: Open, tmp_path: Path) -> None:
    node = Node(tmp_path / "node", version=building.NEW, **{"discovery.type": "single-node"})
    try:
        node.start()
        history(Twins(opening, node.url), make_world(50, 450, seed=5), asked=40)
    finally:
        node.kill()


@pytest.mark.real("elasticsearch")
def test_the_index_is_that_of_this_database_and_of_todays_keys(opening: Open, elasticsearch_url: str) -> None:
    one, other = opening(elasticsearch_url, "one"), opening(elasticsearch_url, "other")
    one.put([INTAKE], at=AT)
    assert found(other, full_name="Sok Dara") == []
    assert one.index_status() == {**SERVER, "records": 1, "position": 1, "behind": 0}
    assert one.index.needs_rebuild == ""
    assert f"elijah-{one.store.identity()}-{KEY_VERSION}" == one.index._generations._alias  # type: ignore[attr-defined]
    assert not (one.settings.home / "index").exists()


@pytest.mark.real("elasticsearch")
def test_an_index_of_older_keys_goes_when_the_new_one_is_built(
    opening: Open, elasticsearch_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr("indexer.index.opening.KEY_VERSION", 1)
        opening(elasticsearch_url).put([INTAKE], at=AT)
    here = opening(elasticsearch_url)
    here.refresh()
    assert found(here, full_name="Sok Dara") == ["shelter/1"]
    names = here.index._generations._names()  # type: ignore[attr-defined]
    assert len(names) == 1
    assert names[0].startswith(f"elijah-{here.store.identity()}-{KEY_VERSION}-")


@pytest.mark.real("elasticsearch")
@pytest.mark.parametrize("away_at_first", [False, True])
def test_a_database_restored_from_a_backup_gives_the_index_of_that_day(
    opening: Open, elasticsearch_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, away_at_first: bool
) -> None:
    here = opening(elasticsearch_url)
    here.put([INTAKE], at=AT)
    here.close()
    database = tmp_path / "home" / "elijah.db"
    backup = database.read_bytes()
    here = opening(elasticsearch_url)
    here.put([{**STRANGER, "full_name": "Chea Vannak"}, {**STRANGER, "record_id": "shelter/9"}], at=NEXT_DAY)
    here.store.close()
    database.write_bytes(backup)
    for rest in database.parent.glob("elijah.db-*"):
        rest.unlink()
    with monkeypatch.context() as away:
        if away_at_first:
            away.setattr("indexer.index.elasticsearch.index.ElasticsearchIndex._look", _is_away)
        restored = opening(elasticsearch_url)
    # As many changes as had been followed before: only what was known at the opening tells the histories apart.
    rows = [{**STRANGER, "record_id": f"shelter/{number}", "full_name": "Ung Sokha"} for number in (3, 4)]
    restored.put(rows, at=NEXT_DAY)
    assert found(restored, full_name="Chea Vannak") == []
    assert found(restored, full_name="Ung Sokha") == ["shelter/3", "shelter/4"]


def _is_away(*_: object) -> None:
    raise IndexUnavailableError("away")


# while the server is away


def test_records_are_taken_and_can_be_read_while_the_server_is_away(
    opening: Open, caplog: pytest.LogCaptureFixture
) -> None:
    here = opening(AWAY)
    with caplog.at_level(logging.WARNING, logger="indexer"):
        here.put([REPORT, INTAKE], at=AT)
    (record,) = caplog.records
    assert "cannot be reached; check that it runs" in record.getMessage()
    assert here.store.count() == 2
    here.withdraw("shelter/1", at=NEXT_DAY)
    assert here.store.get("shelter/1") is None
    assert here.follow() == OWED


def test_a_search_says_what_is_missing_while_the_server_is_away(opening: Open) -> None:
    here = opening(AWAY)
    here.put([REPORT, INTAKE], at=AT)
    for ask in (lambda: found(here, full_name="Sok Dara"), lambda: here.match("police/1"), here.rebuild_index):
        with pytest.raises(StoreError, match=r"cannot be reached.*the index catches up by itself"):
            ask()


def test_the_status_of_an_index_whose_server_is_away_says_why_and_what_was_known(opening: Open) -> None:
    here = opening(AWAY)
    here.put([REPORT, INTAKE], at=AT)
    status = here.index_status()
    assert "cannot be reached" in str(status.pop("problem"))
    assert status == {**SERVER, "records": None, "position": None, "behind": None}


def test_a_write_waits_only_now_and_then_for_a_server_that_does_not_answer(
    opening: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = opening(AWAY)
    asked: list[int] = []

    def refresh() -> None:
        asked.append(1)
        raise IndexUnavailableError("away")

    monkeypatch.setattr(here.index, "refresh", refresh)
    for number in range(5):
        here.put([{**INTAKE, "record_id": f"shelter/{number}"}], at=AT)
    assert len(asked) == 1


@pytest.mark.real("elasticsearch node")
def test_an_index_catches_up_by_itself_when_its_server_is_back(opening: Open, tmp_path: Path) -> None:
    node = Node(tmp_path / "node", **{"discovery.type": "single-node"})
    try:
        node.start()
        here = opening(node.url)
        here.put([INTAKE], at=AT)
        assert here.index_status()["behind"] == 0
        node.kill()
        here.put([STRANGER, REPORT], at=NEXT_DAY)
        here.withdraw("shelter/1", at=NEXT_DAY)
        status = here.index_status()
        assert (status["records"], status["position"], status["behind"]) == (1, 1, 3)
        node.start()
        assert found(here, full_name="Heng Bopha") == ["shelter/2"]
        assert found(here, full_name="Sok Dara") == []
        assert here.index_status() == {**SERVER, "records": 2, "position": 4, "behind": 0}
        here.index.discard("the test is over")
    finally:
        node.kill()


@pytest.mark.real("elasticsearch")
def test_a_read_only_index_keeps_nobody_from_storing(
    opening: Open, elasticsearch_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    here = opening(elasticsearch_url)
    here.put([INTAKE], at=AT)
    server, alias = here.index._server, here.index._generations._alias  # type: ignore[attr-defined]

    def block(value: bool | None) -> None:
        settings = {"index.blocks.read_only_allow_delete": value}
        server.ask(lambda client: client.indices.put_settings(index=alias, settings=settings))

    block(True)
    with caplog.at_level(logging.WARNING, logger="indexer"):
        here.put([STRANGER], at=NEXT_DAY)
    assert "read-only, as on a full disk" in caplog.text
    assert here.store.count() == 2
    with pytest.raises(IndexUnavailableError, match="free space there"):
        found(here, full_name="Heng Bopha")
    assert here.index.candidates(Query((("n:x", 1),), Kind.INTAKE)) == []
    assert here.index_status()["behind"] == 1
    block(None)
    assert found(here, full_name="Heng Bopha") == ["shelter/2"]


@pytest.mark.real("elasticsearch")
@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one processor: no workers")
def test_worker_processes_build_the_index_on_the_server_too(
    opening: Open, elasticsearch_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("indexer.following._BATCH", 5)
    here = opening(elasticsearch_url)
    rows = [{**INTAKE, "record_id": f"shelter/{number}"} for number in range(12)]
    here.put(rows, at=AT)
    with caplog.at_level(logging.WARNING, logger="indexer"):
        here.rebuild_index()
    assert caplog.records == []
    assert here.index_status() == {**SERVER, "records": 12, "position": 12, "behind": 0}
