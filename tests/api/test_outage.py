"""While the server of the index is away: records are taken and read, searches say what is missing, monitoring sees it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.follower import Follower
from api.keeper import Keeper
from indexer.errors import IndexUnavailableError
from indexer.installation import Installation
from indexer.settings import Settings
from matcher.keys import KEY_VERSION
from tests.api.client import INTAKE, REPORT, TestClient, client_of, put
from tests.api.pages.conftest import HTML
from tests.servers.elasticsearch.indexes import new_elasticsearch_index
from tests.servers.elasticsearch.node import Node

# The discard port: nobody listens there.
AWAY = "http://127.0.0.1:9"
READY = {"status": "ready", "behind": 0, "embedder": "dlib-resnet-v1"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """A client of an app whose index is on a server that is away."""
    with client_of(tmp_path / "home", elasticsearch_url=AWAY) as client:
        yield client


def test_a_record_is_stored_read_and_withdrawn(client: TestClient) -> None:
    put(client, "shelter/1", INTAKE)
    assert client.get("/v1/records/shelter/1").json()["full_name"] == "Dara SOKH"
    loaded = client.post("/v1/records", json=[{**REPORT, "record_id": "police/1"}])
    assert (loaded.status_code, loaded.json()["created"]) == (200, 1)
    assert client.delete("/v1/records/shelter/1").status_code == 204
    assert client.get("/v1/records/shelter/1").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("POST", "/v1/search", {"full_name": "Sok Dara"}), ("GET", "/v1/records/police/1/matches", None)],
)
def test_a_search_is_503_with_what_is_missing_and_when_to_come_back(
    client: TestClient, method: str, path: str, body: dict[str, str] | None
) -> None:
    put(client, "police/1", REPORT)
    answer = client.request(method, path, json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert "Elasticsearch at http://127.0.0.1:9 cannot be used: it cannot be reached" in answer.json()["detail"]
    assert answer.headers["retry-after"] == "5"


def test_readiness_and_the_figures_say_it_and_the_process_lives(client: TestClient) -> None:
    put(client, "police/1", REPORT)
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "cannot be reached" in answer.json()["detail"]
    assert "the index is an unknown number of changes behind" in answer.json()["detail"]
    assert "elijah_ready 0.0" in client.get("/metrics").text


@pytest.mark.parametrize(("language", "words"), [("en", "Searching is not possible now"), ("km", "មិនអាចស្វែងរកបានទេ")])
def test_a_person_is_told_on_a_page_in_their_language(client: TestClient, language: str, words: str) -> None:
    answer = client.post("/search", data={"full_name": "Sok Dara"}, headers={**HTML, "accept-language": language})
    assert answer.status_code == 503
    assert words in answer.text


def test_a_night_without_its_index_fails_and_the_next_one_can_begin(client: TestClient) -> None:
    put(client, "police/1", REPORT)
    for _ in range(2):
        started = client.post("/v1/reconciliations", json={})
        assert started.status_code == 202
        client.app.state.keeper.nights.wait()  # type: ignore[attr-defined]  # a FastAPI app has a state
        run = client.get(f"/v1/reconciliations/{started.json()['id']}").json()
        assert (run["status"], run["done"]) == ("failed", 0)


@pytest.mark.real("elasticsearch node")
def test_what_was_stored_in_an_outage_is_found_when_it_is_over_without_anybody_asking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.follower._SECONDS", 0.1)
    node = Node(tmp_path / "node", **{"discovery.type": "single-node"})
    try:
        node.start()
        with client_of(tmp_path / "home", elasticsearch_url=node.url, elasticsearch_replicas=0) as client:
            put(client, "shelter/1", INTAKE)
            assert client.get("/readyz").json() == {**READY, "records": 1}
            node.kill()
            put(client, "shelter/2", INTAKE)
            assert "the index is 1 changes behind" in client.get("/readyz").json()["detail"]
            text = client.get("/metrics").text
            assert "elijah_ready 0.0" in text
            assert "elijah_index_behind 1.0" in text
            node.start()
            identity = client.app.state.keeper.installation().store.identity()  # type: ignore[attr-defined]  # a FastAPI app
            watching = new_elasticsearch_index(node.url, f"elijah-{identity}-{KEY_VERSION}")
            for _ in range(300):
                watching.refresh()
                if watching.position == 2:
                    break
                threading.Event().wait(0.1)
            assert watching.position == 2
            assert client.get("/readyz").json() == {**READY, "records": 2}
    finally:
        node.kill()


# the follower


def follower_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *outcomes: Exception | None) -> list[str]:
    """What a follower logs over these steps."""
    said: list[str] = []
    steps = iter(outcomes)

    def refresh(self: Installation) -> None:
        outcome = next(steps)
        if outcome is not None:
            raise outcome

    monkeypatch.setattr(Installation, "refresh", refresh)
    monkeypatch.setattr("api.follower._log.warning", lambda text, *values: said.append(text % values))
    keeper = Keeper(Settings(home=tmp_path / "home"))
    follower = Follower(keeper)
    for _ in outcomes:
        follower._say(follower._step())
    keeper.close()
    return said


def test_the_follower_says_once_what_is_in_the_way_and_once_that_it_is_gone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    away = IndexUnavailableError("away")
    assert follower_of(monkeypatch, tmp_path, None, away, away, None, None) == [
        "the index cannot follow: away",
        "the index follows again",
    ]


def test_an_unexpected_error_of_the_follower_is_told_by_its_place_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said = follower_of(monkeypatch, tmp_path, ZeroDivisionError("Dara SOKH"), None)
    assert said[0].startswith("the index cannot follow: unexpected ZeroDivisionError at test_outage.py")
    assert "Dara" not in "".join(said)


def test_every_index_is_followed_while_nobody_asks_and_starting_or_stopping_twice_does_no_harm(tmp_path: Path) -> None:
    with client_of(tmp_path / "home"):
        assert "follower" in {thread.name for thread in threading.enumerate()}
    follower = Follower(Keeper(Settings(home=tmp_path / "home")), seconds=60)
    follower.start()
    follower.start()
    assert [thread.name for thread in threading.enumerate()].count("follower") == 1
    follower.stop()
    follower.stop()
    assert "follower" not in {thread.name for thread in threading.enumerate()}
