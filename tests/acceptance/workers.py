"""Which process of a server is on the other end of a connection; Linux only."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.acceptance.conftest import Server

linux_only = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="who serves is read from /proc")
_SECONDS = 60
# The server closes what is idle for 5 s; a connection must not be used at that very moment.
_IDLE_SECONDS = 2


@dataclass
class Caller:
    """Asks one worker of a server, and no other."""

    server: Server
    worker: int
    connection: http.client.HTTPConnection
    used: float = 0.0

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Status and answer."""
        if time.monotonic() - self.used > _IDLE_SECONDS:
            self._connect()
        sent = None if body is None else json.dumps(body).encode()
        self.connection.request(method, path, sent, {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        text = answer.read().decode()
        self.used = time.monotonic()
        is_json = text and "json" in answer.headers.get("content-type", "")
        return answer.status, json.loads(text) if is_json else text

    def _connect(self) -> None:
        self.connection.close()
        while (caller := _caller(self.server)).worker != self.worker:
            caller.connection.close()
        self.connection = caller.connection

    def searched(self, example: object) -> list[str]:
        """Whom a search finds."""
        status, answer = self.ask("POST", "/v1/search", example)
        assert status == 200, answer
        return [match["record_id"] for match in answer["matches"]]


def workers_of(server: Server) -> set[int]:
    """The processes that serve, without those that work for them."""
    found = set()
    for folder in Path("/proc").iterdir():
        # Processes come and go meanwhile.
        with suppress(OSError, IndexError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == server.process.pid and b"spawn_main" in (folder / "cmdline").read_bytes():
                found.add(int(folder.name))
    return found


@contextmanager
def calling(server: Server, count: int = 2) -> Iterator[list[Caller]]:
    """One who asks each worker, as soon as so many answer."""
    found: dict[int, Caller] = {}
    deadline = time.monotonic() + _SECONDS
    try:
        while len(found) < count:
            assert time.monotonic() < deadline, f"{len(found)} of {count} workers answer"
            caller = _caller(server)
            if caller.worker in found:
                caller.connection.close()
            found.setdefault(caller.worker, caller)
        yield list(found.values())
    finally:
        for caller in found.values():
            caller.connection.close()


def _caller(server: Server) -> Caller:
    parts = urlsplit(server.url)
    assert parts.hostname
    assert parts.port
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=_SECONDS)
    connection.request("GET", "/healthz")
    connection.getresponse().read()
    inode = _inode(connection.sock.getsockname()[1], parts.port)
    for worker in workers_of(server):
        if any(_is(link, f"socket:[{inode}]") for link in Path(f"/proc/{worker}/fd").iterdir()):
            return Caller(server, worker, connection)
    raise AssertionError("no worker has the connection")


def _inode(client: int, server: int) -> str:
    """Of the server's end of a connection."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        cells = line.split()
        if (_port(cells[1]), _port(cells[2])) == (server, client):
            return cells[9]
    raise AssertionError("the connection is gone")


def _port(address: str) -> int:
    return int(address.rpartition(":")[2], 16)


def _is(link: Path, target: str) -> bool:
    with suppress(OSError):
        return str(link.readlink()) == target
    return False
