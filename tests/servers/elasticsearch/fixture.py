"""The Elasticsearch that tests share: the one of ELIJAH_TEST_ELASTICSEARCH_URL, or a node of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.servers.elasticsearch.node import Node

URL_VARIABLE = "ELIJAH_TEST_ELASTICSEARCH_URL"


@pytest.fixture(scope="session")
def elasticsearch_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server answers; started with the first test that asks for it, shared by all, each with index names of its own."""
    if URL_VARIABLE in os.environ:
        yield os.environ[URL_VARIABLE]
        return
    node = Node(tmp_path_factory.mktemp("elasticsearch") / "node", discovery__type="single-node")
    try:
        node.start()
        yield node.url
    finally:
        node.kill()
