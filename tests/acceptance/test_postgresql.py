"""The installed command on PostgreSQL, as an administrator of several offices would run it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psycopg
import pytest
from sqlalchemy import make_url

from tests.acceptance.conftest import COMMAND, SAMPLES, Run, Server, environment, run_elijah
from tests.acceptance.test_main_job import answer, big_file
from tests.servers.postgresql import own_server

PASSWORD = "never-to-be-shown"  # noqa: S105  # what must not appear
pytestmark = pytest.mark.real("postgresql")


def the_main_job(home: Path, out: Path, **env: str) -> list[str]:
    """What each command says, from the first load to a withdrawal."""

    def run(*args: str | Path) -> Run:
        done = run_elijah(home, *args, env=env)
        assert done.returncode == 0, done.stderr
        return done

    said = [run("load", SAMPLES / "reports.csv", SAMPLES / "intakes.csv", "--json").stdout]
    said.append(run("search", "--local-name", "សុខ ដារ៉ា", "--seen", "Poipet", "--birth", "2015", "--json").stdout)
    run("check", SAMPLES / "arrivals.xlsx", "--out", out)
    said.append(out.read_text(encoding="utf-8-sig"))
    said.append(run("reconcile", "--json").stdout.replace(str(home), "HOME"))
    best = answer(run("review", "list", "--limit", "1", "--json"))["matches"][0]["id"]
    for decision in ("confirmed", "undo"):
        run("review", "decide", best, decision, "--by", "Bopha")
    run("withdraw", "shelter/A24-013", "--yes")
    said.append(run("reconcile", "--full", "--json").stdout.replace(str(home), "HOME"))
    listed = answer(run("review", "list", "--limit", "1000", "--json"))["matches"]
    # When each match was kept is this run's own clock.
    timeless = [{name: cell for name, cell in match.items() if not name.endswith("_at")} for match in listed]
    said.append(json.dumps(timeless, ensure_ascii=False))
    run("export", out.with_name(f"all-{out.name}"))
    said.append(out.with_name(f"all-{out.name}").read_text(encoding="utf-8-sig"))
    return said


def test_the_main_job_says_the_same_word_for_word(tmp_path: Path, postgresql_url: str) -> None:
    small = the_main_job(tmp_path / "small", tmp_path / "small.csv")
    large = the_main_job(tmp_path / "large", tmp_path / "large.csv", ELIJAH_DATABASE_URL=postgresql_url)
    assert small == large
    assert not (tmp_path / "large" / "elijah.db").exists()


def test_a_load_killed_in_the_middle_loses_nothing_acknowledged_and_the_next_one_finishes_it(
    tmp_path: Path, postgresql_url: str
) -> None:
    rows, env = 20_000, {"ELIJAH_DATABASE_URL": postgresql_url}
    home, path = tmp_path / "home", big_file(tmp_path, rows)
    with psycopg.connect(postgresql_url, autocommit=True) as database:
        process = subprocess.Popen([COMMAND, "load", path], env=environment(home, **env), stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while not _count(database) and time.monotonic() < deadline:
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        # The server may still be ending the last step of the process that is gone: nothing of it is kept.
        database.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = 'elijah'"
        )
        kept = _count(database)
    assert 0 < kept < rows
    assert kept % 2_000 == 0
    done = answer(run_elijah(home, "load", path, "--json", env=env))
    assert (done["created"], done["unchanged"], done["rejected"]) == (rows - kept, kept, [])


def _count(database: psycopg.Connection[tuple[int]]) -> int:
    row = database.execute("SELECT count(*) FROM records").fetchone()
    assert row is not None
    return row[0]


def test_what_cannot_be_used_is_said_in_one_line_without_the_password(tmp_path: Path, postgresql_url: str) -> None:
    wrong = make_url(postgresql_url).set(password=PASSWORD).render_as_string(hide_password=False)
    done = run_elijah(tmp_path / "home", "index", "status", env={"ELIJAH_DATABASE_URL": wrong})
    assert done.returncode == 2
    assert "refuses this user or password; check both in ELIJAH_DATABASE_URL" in done.stderr
    assert PASSWORD not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_a_server_whose_database_goes_away_says_so_and_goes_on_when_it_is_back(
    tmp_path: Path, serve: Callable[..., Server]
) -> None:
    record = {"record_id": "police/1", "kind": "report", "full_name": "Sok Dara"}
    with own_server(safe=True) as database:
        server = serve(tmp_path / "home", ELIJAH_DATABASE_URL=database.make_database())
        with httpx.Client(base_url=server.url, timeout=30) as client:
            assert client.put("/v1/records/police/1", json=record).status_code in (200, 201)
            database.kill()
            for answer_while_away in (client.get("/readyz"), client.get("/v1/records/police/1")):
                assert answer_while_away.status_code == 503
                assert "Sok Dara" not in answer_while_away.text
                assert str(database.url.password) not in answer_while_away.text
            assert client.get("/healthz").status_code == 200
            database.start()
            assert client.get("/readyz").status_code == 200
            assert client.get("/v1/records/police/1").json()["full_name"] == "Sok Dara"
            found = client.post("/v1/search", json={"full_name": "Sok Dara", "kind": "intake"})
            assert found.status_code == 200
