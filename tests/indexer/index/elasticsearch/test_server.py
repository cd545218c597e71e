"""What can go wrong between Elijah and a server, said in words that help; no password is among them."""

from __future__ import annotations

import base64
import logging
import shutil
import socket
from pathlib import Path
from typing import Any

import pytest

from indexer.errors import IndexUnavailableError, StoreError
from indexer.index.elasticsearch import Access, ElasticsearchIndex, Server
from indexer.index.elasticsearch.server import GoneError, OutdatedError, RefusedError
from matcher.errors import InputError
from tests.indexer.index.builders import document, found
from tests.servers.stub import PRODUCT, Said, answering, self_signed

PASSWORD = "hunter2"  # noqa: S105  # invented


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.index.elasticsearch.server._PAUSES", (0.0, 0.0))


def error(kind: str, **more: Any) -> dict[str, Any]:
    return {"error": {"type": kind, "root_cause": [{"type": kind, "reason": "Sok Dara"}], **more}, "status": 400}


def said_of(said: Said, **access: str) -> IndexUnavailableError:
    """The error of an index whose server answers everything in this way."""
    with answering(lambda n: said) as stub:
        index = ElasticsearchIndex(Server(Access(stub.url, **access)), "elijah-test-x")
        with pytest.raises(IndexUnavailableError) as caught:
            index.refresh()
        assert isinstance(caught.value, StoreError)
        index.close()
    return caught.value


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Said(401, error("security_exception")), "ELIJAH_ELASTICSEARCH_API_KEY"),
        (Said(403, error("security_exception")), "needs all rights on indexes called elijah-"),
        (Said(403, error("cluster_block_exception")), "read-only, as on a full disk"),
        (Said(503, error("cluster_block_exception")), "has lost a part of the index, or is just starting"),
        (Said(400, error("media_type_header_exception")), "another major version; Elijah needs Elasticsearch 8 or 9"),
        (Said(406, error("")), "another major version"),
        (Said(500, error("null_pointer_exception")), "it answered 500 (null_pointer_exception)"),
        (Said(429, error("es_rejected_execution_exception")), "it is overloaded"),
        (Said(503, error("no_shard_available_action_exception")), "has lost a part of the index, or is just starting"),
        (Said(200, {"hits": {}}, headers={}), "not Elasticsearch"),
        (Said(200, "<html>", headers={}), "not Elasticsearch"),
        (Said(200, "{not json", headers=dict(PRODUCT)), "not Elasticsearch"),
        (Said(502, "<html>Bad gateway</html>", headers={"Content-Type": "text/html"}), "it answered 502"),
    ],
)
def test_each_way_in_which_a_server_refuses_is_said_in_words(said: Said, words: str) -> None:
    message = said_of(said).message
    assert words in message
    assert "Sok Dara" not in message


def test_what_goes_on_meanwhile_is_said_too() -> None:
    assert "the database takes records all the same" in said_of(Said(401, error("security_exception"))).message


def test_no_password_and_no_key_is_shown() -> None:
    access = Access("http://127.0.0.1:9", user="elijah", password=PASSWORD, api_key="c2VjcmV0")
    assert "hunter2" not in repr(access)
    assert "c2VjcmV0" not in repr(access)
    message = said_of(Said(401, error("security_exception")), user="elijah", password=PASSWORD).message
    assert "hunter2" not in message


def test_a_server_that_nobody_runs_cannot_be_reached() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    index = ElasticsearchIndex(Server(Access(url)), "elijah-test-x")
    for ask in (index.refresh, index.count, lambda: found(index, "a"), lambda: index.frequencies(["a"])):
        with pytest.raises(IndexUnavailableError, match=r"cannot be reached; check that it runs"):
            ask()
    with pytest.raises(IndexUnavailableError, match="cannot be reached"):
        index.apply([document(1, "a")], position=1)
    with pytest.raises(IndexUnavailableError, match="cannot be reached"):
        index.rebuild([], position=1)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_a_certificate_that_is_not_trusted_is_said_and_its_file_mends_it(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    missing = Said(404, error("index_not_found_exception"))
    with answering(lambda n: missing, certificate) as stub:
        index = ElasticsearchIndex(Server(Access(stub.url)), "elijah-test-x")
        with pytest.raises(IndexUnavailableError, match="ELIJAH_ELASTICSEARCH_CA"):
            index.refresh()
        trusting = ElasticsearchIndex(Server(Access(stub.url, ca=str(certificate))), "elijah-test-x")
        trusting.refresh()
        assert trusting.needs_rebuild == "there is no index in Elasticsearch yet"


@pytest.mark.parametrize(
    "access",
    [
        Access("http://127.0.0.1:9", ca="/nowhere/ca.pem"),
        Access("https://127.0.0.1:9", ca="/nowhere/ca.pem"),
        Access("http://127.0.0.1:9", user="elijah", password=PASSWORD, api_key="c2VjcmV0"),
        Access("127.0.0.1"),
        Access(""),
    ],
)
def test_settings_that_cannot_be_used_name_the_variables(access: Access) -> None:
    with pytest.raises(InputError, match="ELIJAH_ELASTICSEARCH_URL") as caught:
        Server(access)
    assert "hunter2" not in caught.value.message


def test_user_and_password_or_the_api_key_go_with_every_request() -> None:
    missing = Said(404, error("index_not_found_exception"))
    with answering(lambda n: missing) as stub:
        for access in (Access(stub.url, user="elijah", password=PASSWORD), Access(stub.url, api_key="c2VjcmV0")):
            ElasticsearchIndex(Server(access), "elijah-test-x").refresh()
    basic = base64.b64encode(b"elijah:hunter2").decode()
    assert [headers["authorization"] for headers in stub.asked] == [f"Basic {basic}", "ApiKey c2VjcmV0"]


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again(status: int) -> None:
    busy, missing = Said(status, error("busy")), Said(404, error("index_not_found_exception"))
    with answering(lambda n: busy if n < 2 else missing) as stub:
        ElasticsearchIndex(Server(Access(stub.url)), "elijah-test-x").refresh()
    assert len(stub.asked) == 3


def test_of_several_nodes_one_that_answers_is_enough() -> None:
    missing = Said(404, error("index_not_found_exception"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{probe.getsockname()[1]}"
    with answering(lambda n: missing) as stub:
        for urls in (f"{nobody},{stub.url}", f"{stub.url}, {nobody}"):
            server = Server(Access(urls))
            for _ in range(4):
                with pytest.raises(GoneError):
                    server.ask(lambda client: client.get(index="x", id="1"))


@pytest.mark.parametrize(("status", "kind"), [(404, GoneError), (400, RefusedError), (409, OutdatedError)])
def test_what_callers_tell_apart_has_a_class_of_its_own(status: int, kind: type[Exception]) -> None:
    with answering(lambda n: Said(status, error("some_exception"))) as stub, pytest.raises(kind):
        Server(Access(stub.url)).ask(lambda client: client.get(index="x", id="1"))


def test_one_failed_search_of_several_fails_them_all() -> None:
    half = {"responses": [{"status": 200, "hits": {"hits": []}}, {"status": 503, **error("no_shard_available")}]}
    half["responses"][1]["status"] = 503
    with answering(lambda n: Said(200, half)) as stub, pytest.raises(IndexUnavailableError, match="lost a part"):
        Server(Access(stub.url)).ask_many(lambda client: client.msearch(searches=[{}, {}]).body)


def test_the_client_logs_nothing_of_its_own(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        said_of(Said(401, error("security_exception")))
        with pytest.raises(IndexUnavailableError):
            ElasticsearchIndex(Server(Access("http://127.0.0.1:9")), "elijah-test-x").refresh()
    assert caplog.records == []
