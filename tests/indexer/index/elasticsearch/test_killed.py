"""kill -9, each while something is being written: nothing that was acknowledged is lost, nothing is there twice, no ghost."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

import pytest

from indexer.errors import IndexUnavailableError
from indexer.index.elasticsearch import ElasticsearchIndex, Layout
from tests.indexer.index.builders import found
from tests.indexer.processes import running, wait_for
from tests.servers.elasticsearch.indexes import new_elasticsearch_index
from tests.servers.elasticsearch.logs import Change, assert_whole, follow, follow_through, make_log
from tests.servers.elasticsearch.node import Node, cluster

pytestmark = pytest.mark.real("elasticsearch node")

_FOLLOWING = """
import sys
from tests.servers.elasticsearch.indexes import new_elasticsearch_index
from tests.servers.elasticsearch.logs import follow, make_log
index = new_elasticsearch_index(sys.argv[1], sys.argv[2])
print("following", flush=True)
follow(index, make_log(), step=25)
print("done", flush=True)
"""


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node that tests may kill."""
    made = Node(tmp_path_factory.mktemp("killed") / "node", discovery__type="single-node")
    try:
        made.start()
        yield made
    finally:
        made.kill()


@pytest.fixture
def alias() -> str:
    return f"elijah-test-{token_hex(8)}"


def test_a_follower_that_is_killed_again_and_again_is_followed_by_the_next(node: Node, alias: str) -> None:
    log = make_log()
    here = new_elasticsearch_index(node.url, alias)
    for until in (60, 400, 700):
        with running(_FOLLOWING, node.url, alias) as follower:
            wait_for(follower, "following")
            deadline = time.monotonic() + 60
            while here.position < until and time.monotonic() < deadline:
                here.refresh()
            assert until <= here.position < len(log)
            follower.kill()
            follower.wait()
    follow(here, log)
    assert_whole(here, log)


def test_a_node_that_is_killed_while_it_is_written_to_has_everything_it_acknowledged(node: Node, alias: str) -> None:
    log = make_log()
    index = new_elasticsearch_index(node.url, alias)
    for cut in (200, 600):
        follow(index, log[:cut], step=50)
        killing = threading.Timer(0.02, node.kill)
        killing.start()
        with pytest.raises(IndexUnavailableError, match="cannot be reached"):
            _write_for_ever(index, log)
        killing.join()
        acknowledged = index.position
        node.start()
        back = new_elasticsearch_index(node.url, alias)
        _wait_for(back)
        assert cut <= acknowledged <= back.position
    follow_through(index, log)
    assert_whole(index, log)


def test_a_server_that_was_away_is_used_again_by_the_same_process(node: Node, alias: str) -> None:
    index = new_elasticsearch_index(node.url, alias)
    log = make_log()[:100]
    follow(index, log)
    node.kill()
    for _ in range(3):
        with pytest.raises(IndexUnavailableError, match="cannot be reached; check that it runs"):
            found(index, "all")
    node.start()
    assert len(found(index, "all", limit=1_000)) == 100


def test_one_of_three_nodes_is_killed_while_it_is_written_to(tmp_path: Path, alias: str) -> None:
    log = make_log()
    nodes = cluster(tmp_path, 3)
    try:
        urls = ",".join(node.url for node in nodes)
        index = new_elasticsearch_index(urls, alias, Layout(shards=3, replicas=1))
        index.rebuild([], position=0)
        follow(index, log[:200], step=100)
        killing = threading.Timer(0.3, nodes[1].kill)
        killing.start()
        follow_through(index, log, step=20)
        killing.join()
        assert_whole(index, log)
        nodes[1].start()
        assert_whole(new_elasticsearch_index(urls, alias), log)
    finally:
        for node in nodes:
            node.kill()


def _write_for_ever(index: ElasticsearchIndex, log: list[Change]) -> None:
    while True:
        follow(index, log, step=5)
        index.refresh()


def _wait_for(index: ElasticsearchIndex) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            index.refresh()
        except IndexUnavailableError:
            time.sleep(0.2)
        else:
            return
