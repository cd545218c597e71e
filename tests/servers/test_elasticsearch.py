"""The test node itself: it must never outlive the test run."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest

from tests.indexer.processes import running
from tests.servers.elasticsearch.building import OLD, build, is_whole

_STARTING = """
import sys
from pathlib import Path
from tests.servers.elasticsearch.node import Node
node = Node(Path(sys.argv[1]), **{"discovery.type": "single-node"})
node.start()
print(node.port, flush=True)
sys.stdin.read()
"""


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.real("elasticsearch node")
def test_a_node_ends_with_the_process_that_started_it_however_that_ends(tmp_path: Path) -> None:
    with running(_STARTING, tmp_path / "node") as starter:
        assert starter.stdout is not None
        port = int(starter.stdout.readline())
        assert _answers(port)
        starter.kill()
        starter.wait()
        deadline = time.monotonic() + 30
        while _answers(port) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not _answers(port)


@pytest.mark.real("elasticsearch node")
def test_what_was_built_once_is_used_again_as_long_as_it_is_whole(tmp_path: Path) -> None:
    built = build(OLD)
    assert build(OLD) == built
    assert is_whole(built.class_path)
    assert not is_whole(f"{built.class_path}:{tmp_path / 'gone.jar'}")
    assert not is_whole(":".join([str(tmp_path), *built.class_path.split(":")[1:]]))
