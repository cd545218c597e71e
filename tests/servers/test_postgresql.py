"""The tests' own server goes with the tests, however they end, and is missed in words where its programs are missing."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.indexer.processes import running
from tests.servers import postgresql

_STARTING = """
import sys
from tests.servers.postgresql import own_server
with own_server() as server:
    print(server.url.render_as_string(hide_password=False), server.folder, flush=True)
    sys.stdin.readline()
"""


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.mark.real("postgresql")
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="only setpriv ties a server to the life of its tests")
def test_the_server_does_not_outlive_tests_that_were_killed() -> None:
    with running(_STARTING) as process:
        assert process.stdout is not None
        url, folder = process.stdout.readline().split()
        assert _answers(url)
        process.kill()
        process.wait()
        assert _comes_true(lambda: not _answers(url))
        # Its last act: until then it still tidies up its own files.
        assert _comes_true(lambda: not (Path(folder) / "data" / "postmaster.pid").exists())
    shutil.rmtree(folder)


def _comes_true(what: Callable[[], bool]) -> bool:
    for _ in range(3_000):
        if what():
            return True
        time.sleep(0.01)
    return False


def test_where_its_programs_are_missing_that_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(postgresql, "_DEBIAN", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("ELIJAH_TEST_POSTGRESQL_URL", raising=False)
    assert postgresql.missing() == "postgresql is needed and initdb cannot be found; install the package of that name"
    monkeypatch.setenv("ELIJAH_TEST_POSTGRESQL_URL", "postgresql://boss@db/postgres")
    assert postgresql.missing() is None


def test_the_newest_of_several_versions_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for version in ("9", "15", "17"):
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin" / "initdb").touch()
    monkeypatch.setattr(postgresql, "_DEBIAN", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert postgresql._programs() == tmp_path / "17" / "bin"
