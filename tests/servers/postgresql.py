"""A real PostgreSQL for tests, from the programs of the machine, or one that is named by ELIJAH_TEST_POSTGRESQL_URL.

That URL's user must be a superuser of a server that may be played with: databases named elijah_test_* are made and dropped.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from indexer.store import Store

_DEBIAN = Path("/usr/lib/postgresql")
_PASSWORD = "only-for-tests"  # noqa: S105  # of a server that lives as long as a test run
_START_SECONDS = 60
_names = count()


def missing() -> str | None:
    """What is missing to use PostgreSQL in tests, None where nothing is."""
    if os.environ.get("ELIJAH_TEST_POSTGRESQL_URL") or _programs():
        return None
    return "postgresql is needed and initdb cannot be found; install the package of that name"


def _programs() -> Path | None:
    """The folder of `initdb` and `postgres`: Debian keeps them off the path, the newest version wins."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    folders = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return folders[-1].parent if folders else None


class Server:
    """A server with databases for tests; `database()` makes one."""

    def __init__(self, url: URL) -> None:
        self.url = url.set(drivername="postgresql")

    def run(self, *statements: str, database: str | None = None) -> list[tuple[Any, ...]]:
        """Run statements as the superuser, each for itself; the rows of the last."""
        url = self.url.set(database=database or self.url.database)
        with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
            found: list[tuple[Any, ...]] = []
            for statement in statements:
                cursor = connection.execute(sql.SQL(statement))
                found = cursor.fetchall() if cursor.description else []
            return found

    @contextmanager
    def database(self, template: str | None = None) -> Iterator[str]:
        """The URL of a fresh database, empty or made from a template."""
        url = self.make_database(template)
        try:
            yield url
        finally:
            self.run(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def make_database(self, template: str | None = None) -> str:
        """The same, to stay for as long as the server."""
        name = f"elijah_test_{os.getpid()}_{next(_names)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template or 'template0'} ENCODING 'UTF8'")
        return self.url.set(database=name).render_as_string(hide_password=False)

    @contextmanager
    def template(self) -> Iterator[str]:
        """The name of a database with all tables, from which others are made in no time."""
        with self.database() as url:
            Store.open(url).close()
            yield make_url(url).database or ""


class OwnServer(Server):
    """A server of our own, which may be killed and started again."""

    def __init__(self, folder: Path, programs: Path, *, safe: bool) -> None:
        self.folder = folder
        self._programs = programs
        self._port = _free_port()
        # Without `safe` a power cut may cost data: tests that kill the server need it, all others are quicker without.
        self._settings = [] if safe else ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        super().__init__(URL.create("postgresql", "boss", _PASSWORD, "127.0.0.1", self._port, "postgres"))
        self._process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Make the server's files."""
        password = self.folder / "password"
        password.write_text(_PASSWORD, encoding="utf-8")
        if os.geteuid() == 0:
            for path in (self.folder, password):
                shutil.chown(path, *_account())
        made = ["--auth=scram-sha-256", f"--pwfile={password}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        command = [str(self._programs / "initdb"), "-D", str(self.folder / "data"), "-U", "boss", *made]
        done = subprocess.run(
            [*_as_nobody_special(), *command], cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    def start(self) -> None:
        """Start it and wait until it lets somebody in."""
        settings = [f"port={self._port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={self.folder}"]
        options = [part for setting in (*settings, *self._settings) for part in ("-c", setting)]
        server = [str(self._programs / "postgres"), "-D", str(self.folder / "data"), *options]
        command = [*_as_nobody_special(), *server]
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            with (self.folder / "log").open("ab") as log:
                self._process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)
            if self._wait_until_ready(deadline):
                return
            time.sleep(0.1)  # the memory of the one that was killed is not yet free
        raise AssertionError((self.folder / "log").read_text(encoding="utf-8"))

    def _wait_until_ready(self, deadline: float) -> bool:
        assert self._process is not None
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                self.run("SELECT 1")
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return True
        return False

    def kill(self) -> None:
        """End it as a power cut would, as far as its own processes go: those that serve somebody die with it."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        started = children.read_text(encoding="ascii").split() if children.exists() else []
        self._process.kill()
        for child in started:
            with suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """End it at once; what it has is not needed any more."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _account() -> tuple[int, int]:
    """PostgreSQL refuses to run as root: its own account, or nobody's."""
    try:
        account = pwd.getpwnam("postgres")
    except KeyError:
        account = pwd.getpwnam("nobody")
    return account.pw_uid, account.pw_gid


def _as_nobody_special() -> list[str]:
    """What goes before a command, so that it does not run as root and does not outlive the tests, however they die."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        assert os.geteuid() != 0, "as root setpriv is needed to start PostgreSQL as somebody else"
        return []
    user, group = _account()
    other = [f"--reuid={user}", f"--regid={group}", "--clear-groups"] if os.geteuid() == 0 else []
    return [setpriv, "--pdeathsig", "QUIT", *other]


@contextmanager
def own_server(*, safe: bool = False) -> Iterator[OwnServer]:
    """A server of our own for as long as it is needed. `safe`: it keeps what it acknowledged when it is killed."""
    programs = _programs()
    assert programs is not None, missing()
    # Not pytest's folder: the account that the server runs as may not look into that.
    with tempfile.TemporaryDirectory(prefix="elijah-postgresql-", ignore_cleanup_errors=True) as folder:
        server = OwnServer(Path(folder), programs, safe=safe)
        server.prepare()
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def any_server() -> Iterator[Server]:
    """The server that ELIJAH_TEST_POSTGRESQL_URL names, or one of our own."""
    named = os.environ.get("ELIJAH_TEST_POSTGRESQL_URL")
    if named:
        yield Server(make_url(named))
    else:
        with own_server() as server:
            yield server
