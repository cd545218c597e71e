"""The real thing from outside: the installed command, and a real server on a port of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

COMMAND = Path(sys.executable).with_name("elijah")
SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"
# A cold start on a busy machine of two cores.
_START_SECONDS = 60
_COMMAND_SECONDS = 180

Run = subprocess.CompletedProcess[str]
Elijah = Callable[..., Run]


@dataclass(frozen=True)
class Server:
    """A running `elijah serve`: where it answers, its process, its home."""

    url: str
    process: subprocess.Popen[bytes]
    home: Path


def environment(home: Path, **more: str) -> dict[str, str]:
    """This process's environment without anybody's settings, with this home."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("ELIJAH_")}
    return {**plain, "ELIJAH_HOME": str(home), **more}


def run_elijah(home: Path, *args: str | Path, stdin: str | None = None, env: Mapping[str, str] | None = None) -> Run:
    """Run the installed command to its end; never raises for an exit code."""
    return subprocess.run(
        [COMMAND, *map(str, args)],
        env=environment(home, **(env or {})),
        cwd=home.parent,
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=_COMMAND_SECONDS,
        check=False,
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that does not exist yet."""
    return tmp_path / "home"


@pytest.fixture
def elijah(home: Path) -> Elijah:
    """`elijah("load", file)` runs the installed command on this test's home."""

    def run(*args: str | Path, stdin: str | None = None, env: Mapping[str, str] | None = None) -> Run:
        return run_elijah(home, *args, stdin=stdin, env=env)

    return run


@pytest.fixture(scope="session")
def loaded_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the samples loaded and reconciled; shared, so only read it, or copy it."""
    home = tmp_path_factory.mktemp("samples") / "home"
    for args in (("load", SAMPLES / "reports.csv", SAMPLES / "intakes.csv"), ("reconcile",)):
        done = run_elijah(home, *args)
        assert done.returncode == 0, done.stderr
    return home


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """`serve(home)` starts a real server on a home and waits until it is ready; all are ended with the test.

    More settings by their variables: `serve(home, ELIJAH_DATABASE_URL=...)`.
    """
    running: list[Server] = []

    def start(home: Path, **env: str) -> Server:
        port = free_port()
        log = tmp_path / f"server-{port}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [COMMAND, "serve", "--port", str(port)], env=environment(home, **env), stdout=output, stderr=output
            )
        server = Server(f"http://127.0.0.1:{port}", process, home)
        running.append(server)
        _wait_until_ready(server, log)
        return server

    yield start
    for server in running:
        server.process.terminate()
        server.process.wait(timeout=30)


def _wait_until_ready(server: Server, log: Path) -> None:
    for _ in range(_START_SECONDS * 10):
        assert server.process.poll() is None, log.read_text(encoding="utf-8")
        try:
            with urlopen(f"{server.url}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(0.1)
    pytest.fail(f"the server was not ready after {_START_SECONDS} s: {log.read_text(encoding='utf-8')}")
