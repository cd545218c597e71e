from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.client import INTAKE, TestClient, client_of, put


@pytest.mark.parametrize("prefix", ["", "/v1"])
def test_a_fresh_home_lives_and_is_ready(client: TestClient, prefix: str) -> None:
    assert client.get(f"{prefix}/healthz").json() == {"status": "ok"}
    assert client.get(f"{prefix}/readyz").json() == {
        "status": "ready",
        "records": 0,
        "behind": 0,
        "embedder": "dlib-resnet-v1",
    }


def test_readiness_counts_what_the_index_holds(client: TestClient) -> None:
    put(client, "shelter/1", INTAKE)
    assert client.get("/readyz").json()["records"] == 1


def test_readiness_says_how_far_the_index_is_behind(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.installation.Installation.refresh", lambda *args: None)
    put(client, "shelter/1", INTAKE)
    assert client.get("/readyz").json() == {"status": "ready", "records": 0, "behind": 1, "embedder": "dlib-resnet-v1"}


def test_a_server_whose_database_cannot_be_opened_lives_and_is_not_ready_until_it_can(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "elijah.db").write_bytes(b"this is no database" * 100)
    with client_of(home) as client:
        assert client.get("/healthz").status_code == 200
        for path in ("/readyz", "/v1/matches"):
            answer = client.get(path)
            assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
            assert "backup" in answer.json()["detail"]
        assert "elijah_ready 0.0" in client.get("/metrics").text
        (home / "elijah.db").unlink()
        assert client.get("/readyz").status_code == 200


def test_the_figures_count_by_endpoint_and_know_no_address(client: TestClient) -> None:
    put(client, "shelter/secret-17", INTAKE)
    client.get("/v1/records/shelter/secret-17")
    client.get("/v1/secret-name")
    client.request("SECRET", "/v1/matches")
    text = client.get("/metrics").text
    assert 'elijah_http_requests_total{endpoint="put_record",method="PUT",status="201"} 1.0' in text
    assert 'elijah_http_requests_total{endpoint="get_record",method="GET",status="200"} 1.0' in text
    assert 'elijah_http_requests_total{endpoint="none",method="GET",status="404"} 1.0' in text
    assert 'method="other",status="405"' in text
    assert "elijah_index_records 1.0" in text
    assert "secret" not in text.lower()


def test_the_figures_count_what_the_walls_refuse(client: TestClient) -> None:
    client.get("/v1/matches", headers={"host": "evil.example"})
    assert 'elijah_http_requests_total{endpoint="none",method="GET",status="403"} 1.0' in client.get("/metrics").text


def test_the_figures_of_two_apps_are_apart(client: TestClient, tmp_path: Path) -> None:
    client.get("/healthz")
    with client_of(tmp_path / "other") as other:
        assert "get_health" not in other.get("/metrics").text
