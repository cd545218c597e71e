"""Writing to a server that is busy, blocked or gone: what it did not take is sent again, and nothing twice."""

from __future__ import annotations

from typing import Any

import pytest

from indexer.errors import IndexUnavailableError
from indexer.index.elasticsearch import Access, Server, bulk
from indexer.index.elasticsearch.server import GoneError
from tests.servers.stub import Said, answering


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "_PAUSES", (0.0, 0.0, 0.0))


def actions(count: int) -> list[bulk.Action]:
    return [({"index": {"_id": str(number)}}, {"number": number}) for number in range(count)]


def items(*statuses: int, kind: str = "es_rejected_execution_exception") -> Said:
    """The answer to a bulk request, a status an item."""
    told: list[dict[str, Any]] = [
        {"index": {"status": status, **({"error": {"type": kind}} if status >= 300 else {})}} for status in statuses
    ]
    return Said(200, {"errors": any(status >= 300 for status in statuses), "items": told})


def write(*answers: Said, count: int) -> int:
    """How many requests it took."""
    with answering(lambda n: answers[min(n, len(answers) - 1)]) as stub:
        bulk.write(Server(Access(stub.url)), "alias", actions(count))
    return len(stub.asked)


@pytest.mark.parametrize("busy", [429, 503])
def test_only_what_a_busy_server_did_not_take_is_sent_again(busy: int) -> None:
    assert write(items(201, busy, 200, busy), items(201, busy), items(201), count=4) == 3


def test_a_server_that_stays_busy_is_given_up_in_words() -> None:
    with pytest.raises(IndexUnavailableError, match="overloaded and did not take all changes"):
        write(items(201, 429), items(429), count=2)


def test_a_conflict_of_versions_is_no_error() -> None:
    assert write(items(409, 201, 409, kind="version_conflict_engine_exception"), count=3) == 1


def test_a_block_is_not_waited_for() -> None:
    with pytest.raises(IndexUnavailableError, match="read-only"):
        write(items(201, 429, kind="cluster_block_exception"), count=2)


def test_a_cluster_that_chooses_a_master_is_waited_for() -> None:
    assert write(items(503, kind="cluster_block_exception"), items(201), count=1) == 2


def test_an_index_that_is_gone_is_told_apart() -> None:
    with pytest.raises(GoneError):
        write(items(404, kind="index_not_found_exception"), count=1)


def test_nothing_to_write_asks_nothing() -> None:
    assert write(items(201), count=0) == 0


def test_many_documents_go_in_requests_of_a_bearable_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "_DOCUMENTS", 10)
    assert write(items(*[201] * 10), count=95) == 10
