from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from api.limits import LARGEST_BODY
from api.problems import STATUS, NoTracebacks, answer_problems, documented
from api.routes.pages import ReadableProblems
from indexer.errors import DatabaseBusyError
from matcher.errors import InputError
from tests.api.client import REPORT, TestClient


def told(answer: Any, status: int) -> dict[str, Any]:
    """The problem of an answer, which must be one."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["title"] == HTTPStatus(status).phrase
    assert problem["detail"]
    return problem


@pytest.mark.parametrize(
    "path", ["/v1", "/v1/", "/v1/nothing", "/v1/matches/", "/nothing", "/docs", "/v1/search/x", "/v1//matches"]
)
def test_an_unknown_address_is_a_404_problem(client: TestClient, path: str) -> None:
    told(client.get(path), 404)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", "/v1/records/a/1", "DELETE, GET, PUT"),
        ("POST", "/v1/records/a/1", "DELETE, GET, PUT"),
        ("GET", "/v1/search", "POST"),
        ("DELETE", "/v1/matches/1", "GET"),
        ("GET", "/v1/matches/1/decisions", "POST"),
        ("PUT", "/v1/reconciliations", "GET, POST"),
        ("POST", "/healthz", "GET"),
        ("BREW", "/v1/matches", "GET"),
    ],
)
def test_another_method_is_a_405_problem_that_lists_what_is_taken(
    client: TestClient, method: str, path: str, allowed: str
) -> None:
    answer = client.request(method, path)
    told(answer, 405)
    assert answer.headers["allow"] == allowed


def pieces(size: int) -> Any:
    for _ in range(size // 65536 + 1):
        yield b" " * 65536


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("path", ["/v1/search", "/v1/records", "/v1/records/a/1", "/v1/nothing"])
def test_a_body_that_says_it_is_too_large_is_a_413_problem(client: TestClient, method: str, path: str) -> None:
    body = b" " * (LARGEST_BODY + 1)
    told(client.request(method, path, content=body, headers={"content-type": "application/json"}), 413)


@pytest.mark.parametrize("path", ["/v1/search", "/v1/records", "/v1/matches/1/decisions", "/v1/reconciliations"])
def test_a_body_that_comes_in_pieces_is_stopped_at_the_limit(client: TestClient, path: str) -> None:
    answer = client.post(path, content=pieces(LARGEST_BODY), headers={"content-type": "application/json"})
    told(answer, 413)


def test_a_form_that_comes_in_pieces_is_stopped_at_the_limit(client: TestClient) -> None:
    def body() -> Any:
        yield b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
        yield from pieces(LARGEST_BODY)

    told(client.post("/v1/search", content=body(), headers={"content-type": "multipart/form-data; boundary=x"}), 413)


def test_a_body_within_the_limit_is_taken_in_pieces(client: TestClient) -> None:
    answer = client.post("/v1/search", content=iter([b"{", b"}"]), headers={"content-type": "application/json"})
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/v1/search", "/v1/records", "/v1/matches/1/decisions", "/v1/reconciliations"])
def test_another_content_type_is_a_415_problem(client: TestClient, path: str) -> None:
    told(client.post(path, content=b"{}", headers={"content-type": "text/xml"}), 415)


@pytest.mark.parametrize("path", ["/v1/search", "/v1/records", "/v1/matches/1/decisions", "/v1/reconciliations"])
@pytest.mark.parametrize(
    "body", [b"{", b"\xff{}", b'{"a": NaN}', b'{"a": 1e999}', b'{"a": "\\ud800"}', b"[" * 100_000, b"1" * 5000]
)
def test_what_is_no_json_is_a_422_problem(client: TestClient, path: str, body: bytes) -> None:
    answer = client.post(path, content=body, headers={"content-type": "application/json"})
    assert told(answer, 422)["errors"][0]["where"].startswith("body")


def test_a_missing_body_is_a_422_problem(client: TestClient) -> None:
    told(client.put("/v1/records/a/1"), 422)
    told(client.post("/v1/search", headers={"content-type": "application/json"}), 422)


def test_a_busy_database_is_a_503_problem_that_says_when_to_try_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*args: object, **more: object) -> None:
        raise DatabaseBusyError("the database is held by another process; wait for it to end, then try again")

    monkeypatch.setattr("indexer.store.store.Store.put", busy)
    answer = client.put("/v1/records/a/1", json=REPORT)
    assert "held by another process" in told(answer, 503)["detail"]
    assert int(answer.headers["retry-after"]) > 0


def test_an_unexpected_error_is_a_500_problem_that_tells_where_and_nothing_of_the_child(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*args: object, **more: object) -> None:
        raise ZeroDivisionError("Sok Dara")

    monkeypatch.setattr("indexer.store.store.Store.put", breaks)
    answer = client.put("/v1/records/a/1", json=REPORT)
    assert "ZeroDivisionError at test_problems.py" in told(answer, 500)["detail"]
    assert "ZeroDivisionError at test_problems.py" in caplog.text
    assert "Dara" not in answer.text + caplog.text
    assert "Traceback" not in answer.text + caplog.text
    assert client.get("/healthz").status_code == 200


def test_an_error_after_the_answer_has_begun_ends_it_without_a_second_one(caplog: pytest.LogCaptureFixture) -> None:
    async def breaks_late(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half", "more_body": False})
        raise ZeroDivisionError("Sok Dara")

    assert TestClient(NoTracebacks(breaks_late)).get("/").text == "half"
    assert "Dara" not in caplog.text


def _app() -> FastAPI:
    app = FastAPI()

    @app.get("/v1/broken")
    @app.get("/broken")
    def broken() -> None:
        raise InputError("not so", column="x")

    answer_problems(app)
    app.add_middleware(ReadableProblems)
    return app


@pytest.mark.parametrize(
    ("path", "accept", "kind"),
    [
        ("/broken", "text/html,*/*", "text/html; charset=utf-8"),
        ("/broken", "*/*", "application/problem+json"),
        ("/v1/broken", "text/html,*/*", "application/problem+json"),
    ],
)
def test_a_person_outside_the_json_interface_gets_a_page(path: str, accept: str, kind: str) -> None:
    with TestClient(_app()) as client:
        answer = client.get(path, headers={"accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (422, kind)


def test_every_documented_status_is_one_that_exists() -> None:
    assert set(documented(*STATUS.values())) == {403, 404, 409, 422, 503}


def test_the_limit_is_far_above_a_page_and_far_below_the_memory_of_a_laptop() -> None:
    assert 1_000_000 < LARGEST_BODY < 50_000_000


def test_a_problem_without_places_leaves_them_out(client: TestClient, tmp_path: Path) -> None:
    assert set(client.get("/v1/nothing").json()) == {"type", "title", "status", "detail"}
