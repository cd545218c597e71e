"""Whatever is sent: an answer below 500, and a problem where it is an error."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.reconcile import reconcile
from indexer.store import Decision
from matcher.record import COLUMNS
from tests.api.client import INTAKE, REPORT, TestClient, client_of, put
from tests.api.conftest import AT

NASTY = st.sampled_from(
    [
        "", " ", "\0", "\ud800", "\u200b", "=1+1", "NaN", "-", ";;;", "\r\n", "\U0001f600", "a" * 3000, "9" * 60,
        "2015-02-30", "ព.ស. ២៥៥៨", "១៥", "ឆ្នាំមមែ", "សុខ ដារ៉ា", "%", "true", "0001-01-01", "9999-12-31", "\u17d2" * 20,
    ]
)  # fmt: skip
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
# What a program may send in earnest: text and numbers in every column.
PLAUSIBLE = st.dictionaries(
    st.sampled_from(sorted(set(COLUMNS) - {"record_id", "kind", "status", "sex"}))
    | WORDS.filter(lambda name: name not in COLUMNS),
    NASTY.filter(lambda text: text not in ("\0", "\ud800") and len(text) < 2000) | WORDS | st.integers(-(10**20), 10**20),
    max_size=12,
)  # fmt: skip
CELL = NASTY | st.text(max_size=12) | st.integers() | st.floats() | st.booleans() | st.none()
VALUE = st.recursive(
    CELL,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
WILD = st.dictionaries(st.sampled_from(sorted(COLUMNS)) | st.text(max_size=8), VALUE, max_size=8)
RECORD = PLAUSIBLE | WILD
BODY = (
    VALUE
    | RECORD
    | st.fixed_dictionaries({"example": PLAUSIBLE})
    | st.fixed_dictionaries({"example": RECORD | VALUE}, optional={"limit": VALUE, "kind": VALUE})
)
PATH = NASTY | st.text(max_size=12) | st.sampled_from(["police/1", "shelter/1", "a/matches", "../..", "%2e%2e", "1"])
QUIET = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """One app for all examples: what one leaves behind the next must bear."""
    with client_of(tmp_path_factory.mktemp("fuzz")) as client:
        put(client, "police/1", REPORT)
        put(client, "shelter/1", INTAKE)
        reconcile(client.app.state.keeper.installation(), at=AT)  # type: ignore[attr-defined]  # a FastAPI app has a state
        yield client


def check(answer: Any) -> None:
    assert answer.status_code < 500, (answer.status_code, answer.text)
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code


def send(app: TestClient, method: str, path: str, body: object) -> None:
    content = json.dumps(body, ensure_ascii=True)
    check(app.request(method, path, content=content, headers={"content-type": "application/json"}))


@QUIET
@given(BODY)
def test_any_search(app: TestClient, body: object) -> None:
    send(app, "POST", "/v1/search", body)


@QUIET
@given(RECORD, st.sampled_from(["report", "intake"]))
def test_any_record_with_a_kind(app: TestClient, record: dict[str, Any], kind: str) -> None:
    send(app, "PUT", "/v1/records/fuzz/1", {**record, "kind": kind, "record_id": None, "status": None})
    check(app.get("/v1/records/fuzz/1"))
    check(app.get("/v1/records/fuzz/1/matches"))


@QUIET
@given(st.lists(RECORD | BODY, max_size=4) | BODY)
def test_any_array(app: TestClient, body: object) -> None:
    send(app, "POST", "/v1/records", body)


@QUIET
@given(
    st.fixed_dictionaries({"decision": st.sampled_from([word.value for word in Decision])}, optional={"reason": CELL, "by": CELL})
    | st.dictionaries(st.sampled_from(["decision", "reason", "by", "senior", "seen_decision", "x"]), VALUE)
    | VALUE
)  # fmt: skip
def test_any_decision(app: TestClient, body: object) -> None:
    send(app, "POST", "/v1/matches/1/decisions", body)


@QUIET
@given(st.sampled_from(["GET", "PUT", "DELETE", "POST"]), PATH, PATH)
def test_any_path(app: TestClient, method: str, first: str, second: str) -> None:
    for path in (
        f"/v1/records/{_quoted(first)}/{_quoted(second)}",
        f"/v1/{_quoted(first)}",
        f"/v1/matches/{_quoted(first)}",
    ):
        check(app.request(method, path, json=REPORT))


@QUIET
@given(
    st.dictionaries(
        st.sampled_from(["status", "held", "record", "limit", "offset", "x"]), NASTY | st.integers().map(str)
    )
)
def test_any_filter(app: TestClient, query: dict[str, str]) -> None:
    check(app.get("/v1/matches?" + "&".join(f"{name}={_quoted(value)}" for name, value in query.items())))


@QUIET
@given(
    st.binary(max_size=40),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30) | st.just("application/json"),
)
def test_any_bytes_of_any_type(app: TestClient, content: bytes, kind: str) -> None:
    for path in ("/v1/search", "/v1/records"):
        check(app.post(path, content=content, headers={"content-type": kind}))
        check(
            app.post(path, content=content, headers={"content-type": "multipart/form-data; boundary=" + kind.strip()})
        )


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="/")
