from __future__ import annotations

from pathlib import Path

import pytest
from starlette.datastructures import Headers

from api.security import host_name, is_same_origin, is_this_machine
from tests.api.client import BASE, REPORT, TestClient, client_of

FAR = ("192.0.2.7", 4000)


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("127.0.0.1", True), ("127.1.2.3", True), ("::1", True), ("::ffff:127.0.0.1", True),
        ("192.168.1.4", False), ("10.0.0.1", False), ("203.0.113.9", False), ("::", False), ("::ffff:10.0.0.1", False),
        ("fe80::1", False), ("localhost", False), ("", False), ("testclient", False),
    ],
)  # fmt: skip
def test_this_machine_is_a_loopback_address(address: str, here: bool) -> None:
    assert is_this_machine((address, 1)) is here


def test_a_connection_without_an_address_is_not_this_machine() -> None:
    assert not is_this_machine(None)


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("localhost", "localhost"), ("LOCALHOST:8000", "localhost"), ("127.0.0.1:8000", "127.0.0.1"), ("[::1]:8000", "::1"),
        ("evil.example", "evil.example"), ("localhost.evil.example", "localhost.evil.example"), ("evil@localhost", "localhost"),
        ("", ""), ("[", ""), ("localhost:8000:9", "localhost"),
    ],
)  # fmt: skip
def test_the_name_in_a_host_header(host: str, name: str) -> None:
    assert host_name(host) == name


@pytest.mark.parametrize("path", ["/v1/matches", "/healthz", "/", "/static/style.css", "/nothing"])
def test_another_machine_is_refused_everywhere(tmp_path: Path, path: str) -> None:
    with client_of(tmp_path, client=FAR) as client:
        answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")
    assert "only this machine" in answer.json()["detail"]


def test_another_machine_comes_in_where_the_network_is_trusted(tmp_path: Path) -> None:
    with client_of(tmp_path, client=FAR, base="http://elijah.example", trust_network=True) as client:
        assert client.get("/v1/matches").status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "localhost.evil.example", "", "192.168.1.4:8000"]
)
def test_a_strangers_name_for_this_machine_is_refused(client: TestClient, host: str) -> None:
    assert client.get("/v1/matches", headers={"host": host}).status_code == 403


@pytest.mark.parametrize("host", ["localhost:8000", "LocalHost", "127.0.0.1", "[::1]:8000"])
def test_the_own_names_of_this_machine_are_taken(client: TestClient, host: str) -> None:
    assert client.get("/v1/matches", headers={"host": host}).status_code == 200


def test_the_name_that_was_configured_is_taken(tmp_path: Path) -> None:
    with client_of(tmp_path, host="elijah.local") as client:
        assert client.get("/v1/matches", headers={"host": "elijah.local:8000"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": BASE},
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1:3000"},
        {"origin": "http://localhost:8000"},
        {"origin": "null"},
        {"origin": "http://["},
    ],
)
def test_another_website_changes_nothing(client: TestClient, headers: dict[str, str]) -> None:
    for method, path in (
        ("PUT", "/v1/records/a/1"),
        ("POST", "/v1/records"),
        ("POST", "/v1/search"),
        ("DELETE", "/v1/records/a/1"),
    ):
        answer = client.request(method, path, json=REPORT, headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")
    assert client.get("/v1/records/a/1").status_code == 404


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "same-origin", "origin": BASE}, {"sec-fetch-site": "none"}, {"origin": BASE}, {}]
)
def test_our_own_page_and_programs_may(client: TestClient, headers: dict[str, str]) -> None:
    assert client.put("/v1/records/a/1", json=REPORT, headers=headers).status_code == 201


def test_another_website_changes_nothing_on_a_trusted_network_either(tmp_path: Path) -> None:
    with client_of(tmp_path, client=FAR, base="https://elijah.example", trust_network=True) as client:
        assert client.put("/v1/records/a/1", json=REPORT, headers={"sec-fetch-site": "cross-site"}).status_code == 403
        assert (
            client.put("/v1/records/a/1", json=REPORT, headers={"origin": "https://elijah.example"}).status_code == 201
        )


def test_an_origin_is_compared_with_its_port() -> None:
    assert is_same_origin(Headers({"host": "localhost:8000", "origin": "http://LOCALHOST:8000"}))
    assert not is_same_origin(Headers({"host": "localhost:8000", "origin": "http://localhost"}))


@pytest.mark.parametrize("path", ["/v1/matches", "/v1/records/a/1", "/", "/nothing", "/openapi.json", "/healthz"])
def test_every_answer_tells_the_browser_to_keep_it_to_itself(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "unsafe-inline" not in headers["content-security-policy"]
    assert "access-control-allow-origin" not in headers
    assert "server" not in headers


def test_a_refused_answer_has_the_headers_too(tmp_path: Path) -> None:
    with client_of(tmp_path, client=FAR) as client:
        assert client.get("/").headers["x-frame-options"] == "DENY"
