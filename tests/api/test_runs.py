from __future__ import annotations

import time
from typing import Any

import pytest

from indexer.installation import Installation
from indexer.reconcile import Night, only_one
from tests.api.client import INTAKE, REPORT, TestClient, put


def run(client: TestClient, **order: Any) -> dict[str, Any]:
    """Start a run and wait for its end."""
    started = client.post("/v1/reconciliations", json=order)
    assert started.status_code == 202, started.text
    for _ in range(600):
        found: dict[str, Any] = client.get(f"/v1/reconciliations/{started.json()['id']}").json()
        if found["status"] != "running":
            return found
        time.sleep(0.05)
    raise AssertionError("the run did not end")


def test_a_run_answers_at_once_with_its_id_and_finds_what_there_is(client: TestClient) -> None:
    put(client, "police/1", REPORT)
    put(client, "shelter/1", INTAKE)
    done = run(client)
    assert (done["status"], done["full"], done["report"]["new"]) == ("done", False, 1)
    assert done["done"] == done["total"] == 2
    assert done["finished_at"] >= done["started_at"]
    assert client.get("/v1/matches").json()["total"] == 1


def test_a_second_run_finds_nothing_new(client: TestClient) -> None:
    put(client, "police/1", REPORT)
    put(client, "shelter/1", INTAKE)
    run(client)
    assert run(client)["report"]["new"] == 0


def test_a_run_leaves_its_morning_report(client: TestClient, here: Installation) -> None:
    run(client)
    _wait_for_the_report(client)
    assert list(here.settings.reports_folder.glob("*/report.html"))


def test_the_runs_are_listed_the_newest_first(client: TestClient) -> None:
    first = run(client)
    second = run(client, full=True)
    listed = client.get("/v1/reconciliations").json()["reconciliations"]
    assert [one["id"] for one in listed] == [second["id"], first["id"]]
    assert [one["full"] for one in listed] == [True, False]


def test_a_run_needs_no_body(client: TestClient) -> None:
    assert client.post("/v1/reconciliations").status_code == 202


def test_while_one_runs_another_is_refused(client: TestClient, here: Installation) -> None:
    with only_one(here.settings):
        answer = client.post("/v1/reconciliations", json={})
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")


def test_a_run_that_breaks_is_failed_and_the_server_goes_on(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(self: Night, *args: object) -> None:
        raise ZeroDivisionError("Sok Dara")

    monkeypatch.setattr(Night, "_run_blocks", breaks)
    assert run(client)["status"] == "failed"
    _wait_for_the_report(client)
    assert "ZeroDivisionError" in caplog.text
    assert "Sok Dara" not in caplog.text
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("unknown", ["999", "0", "x", "9" * 30, "-1"])
def test_an_unknown_run_is_404(client: TestClient, unknown: str) -> None:
    answer = client.get(f"/v1/reconciliations/{unknown}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("body", [{"full": "yes"}, {"fast": True}, [], "x"])
def test_an_order_that_is_none_is_refused(client: TestClient, body: Any) -> None:
    assert client.post("/v1/reconciliations", json=body).status_code == 422
    assert client.get("/v1/reconciliations").json() == {"reconciliations": []}


def _wait_for_the_report(client: TestClient) -> None:
    """A run is done before its report is written."""
    client.app.state.keeper.nights.wait()  # type: ignore[attr-defined]  # a FastAPI app has a state
