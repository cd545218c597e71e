"""An index of a test's own on the shared server, and the server itself without Elijah in between."""

from __future__ import annotations

from collections.abc import Iterator
from secrets import token_hex

import pytest
from elasticsearch import Elasticsearch

from tests.servers.elasticsearch.indexes import new_elasticsearch_index


@pytest.fixture
def alias(elasticsearch_url: str) -> Iterator[str]:
    """A name that no other test has; what was built under it is removed at the end."""
    name = f"elijah-test-{token_hex(8)}"
    yield name
    new_elasticsearch_index(elasticsearch_url, name).discard("the test is over")


@pytest.fixture
def raw(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    """The server as its administrator sees it."""
    with Elasticsearch(elasticsearch_url) as client:
        yield client
