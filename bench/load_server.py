"""A real `elijah serve` in a process of its own, on a home of its own; what it uses; and the servers of the large set-up."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.load_driver import Client, Request

COMMAND: Final = Path(sys.executable).with_name("elijah")
_START_SECONDS: Final = 120
# The night is given 30 s to end its block.
_END_SECONDS: Final = 60
_TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """Processor seconds so far and peak megabytes, of one process or of several together."""

    seconds: float
    peak_mb: int

    @classmethod
    def of(cls, pid: int) -> Usage:
        """Of a process; Linux only. One that has ended and was not waited for takes no memory."""
        process = Path("/proc", str(pid))
        # The name stands in brackets and may hold blanks.
        cells = (process / "stat").read_text().rpartition(")")[2].split()
        status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
        return cls((int(cells[11]) + int(cells[12])) / _TICKS, int(status.get("VmHWM", "0").split()[0]) // 1024)

    @classmethod
    def of_all(cls, pid: int) -> Usage:
        """Of a process and of those it has started and that live."""
        used = [cls.of(one) for one in (pid, *_children(pid))]
        return cls(sum(one.seconds for one in used), sum(one.peak_mb for one in used))


def _children(pid: int) -> list[int]:
    """The children of a process, and theirs: the workers of a server and what compares for its night."""
    parents = dict(_parents())
    found, new = [], [pid]
    while new:
        new = [child for child, parent in parents.items() if parent in new]
        found += new
    return found


def _parents() -> Iterator[tuple[int, int]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            # Others come and go.
            with suppress(OSError):
                yield int(folder.name), int((folder / "stat").read_text().rpartition(")")[2].split()[1])


@dataclass(frozen=True, slots=True)
class Home:
    """Where an installation lives: its folder and the variables that say the rest."""

    folder: Path
    variables: Mapping[str, str]

    @property
    def environment(self) -> dict[str, str]:
        """This process's environment without anybody's settings, with those of this home."""
        plain = {name: value for name, value in os.environ.items() if not name.startswith("ELIJAH_")}
        return {**plain, "ELIJAH_HOME": str(self.folder), **self.variables}

    def run(self, *arguments: object) -> str:
        """What the installed command says."""
        command = [str(COMMAND), *map(str, arguments)]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode in (0, 1), done.stderr
        return done.stdout


class Server:
    """A running `elijah serve`."""

    def __init__(self, home: Home, workers: int | None = None) -> None:
        self._log = home.folder.with_name("server.log")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        command = [str(COMMAND), "serve", "--port", str(port), *(["--workers", str(workers)] if workers else [])]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, env=home.environment, stdout=log, stderr=log)

    def wait(self) -> None:
        """Until it is ready."""
        client, deadline = Client(self.url), time.monotonic() + _START_SECONDS
        while client.send(Request("GET", "/readyz")).status != 200:
            assert self._process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)
        client.close()

    def usage(self) -> Usage:
        """What all its processes have used so far; what has ended meanwhile is left out."""
        return Usage.of_all(self._process.pid)

    def said(self) -> str:
        """Its standard output and standard error: warnings and errors only."""
        return self._log.read_text(encoding="utf-8")

    def stop(self) -> float:
        """End it as a process manager does; the seconds it took."""
        started = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        return time.monotonic() - started


@contextmanager
def serving(home: Home, workers: int | None = None) -> Iterator[Server]:
    """A server that is ready, ended afterwards; without `workers` as many as it takes by itself."""
    server = Server(home, workers)
    try:
        server.wait()
        yield server
    finally:
        server.stop()


@contextmanager
def set_up(name: str, folder: Path) -> Iterator[Home]:
    """An empty home: `embedded`, or `large` with PostgreSQL and Elasticsearch of the tests (ELIJAH_TEST_*_URL: yours)."""
    home = folder / "home"
    if name == "embedded":
        yield Home(home, {})
        return
    # Only here: what the tests start needs psycopg's programs, Maven and a JDK.
    from tests.servers import postgresql  # noqa: PLC0415

    with ExitStack() as stack:
        server = stack.enter_context(postgresql.any_server())
        database = stack.enter_context(server.database())
        elasticsearch = stack.enter_context(_elasticsearch(folder))
        variables = {
            "ELIJAH_DATABASE_URL": database,
            "ELIJAH_ELASTICSEARCH_URL": elasticsearch,
            "ELIJAH_ELASTICSEARCH_REPLICAS": "0",
        }
        made = Home(home, variables)
        stack.callback(_discard_index, made)
        yield made


@contextmanager
def _elasticsearch(folder: Path) -> Iterator[str]:
    from tests.servers.elasticsearch.fixture import URL_VARIABLE  # noqa: PLC0415  # as above
    from tests.servers.elasticsearch.node import Node  # noqa: PLC0415  # as above

    if URL_VARIABLE in os.environ:
        yield os.environ[URL_VARIABLE]
        return
    node = Node(folder / "node", discovery__type="single-node")
    try:
        node.start()
        yield node.url
    finally:
        node.kill()


def _discard_index(home: Home) -> None:
    """Nothing of the bench stays on somebody's server."""
    from indexer.installation import Installation  # noqa: PLC0415  # the driver itself needs nothing of the product
    from indexer.settings import Settings  # noqa: PLC0415  # as above

    settings = Settings(
        home=home.folder,
        database_url=home.variables["ELIJAH_DATABASE_URL"],
        elasticsearch_url=home.variables["ELIJAH_ELASTICSEARCH_URL"],
    )
    with Installation.open(settings) as here:
        here.index.discard("the bench is over")
