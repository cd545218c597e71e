"""The four jobs with the installed command, as a user would do them; killed, twice at once, without room."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.acceptance.conftest import COMMAND, SAMPLES, Elijah, Run, Server, environment, run_elijah


def answer(done: Run) -> dict[str, Any]:
    """The JSON on standard output, and nothing else there."""
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def truth() -> set[tuple[str, str]]:
    with (SAMPLES / "truth.csv").open(encoding="utf-8", newline="") as file:
        return {(row["report_id"], row["intake_id"]) for row in csv.DictReader(file)}


def test_the_investigator_finds_a_child_by_a_khmer_name_in_a_latin_list(loaded_home: Path) -> None:
    done = run_elijah(loaded_home, "search", "--local-name", "សុខ ដារ៉ា", "--seen", "Poipet", "--birth", "2015", "--json")
    assert answer(done)["matches"][0]["record_id"] == "shelter/A24-013"
    assert done.stderr == ""


def test_the_investigator_may_ask_by_example(loaded_home: Path) -> None:
    found = answer(run_elijah(loaded_home, "search", "--example", SAMPLES / "example.json", "--json"))["matches"]
    assert found[0]["record_id"] == "shelter/A24-013"
    assert found[0]["likelihood"] == "likely"


def test_intake_staff_check_a_spreadsheet_of_arrivals_and_get_a_spreadsheet_back(
    loaded_home: Path, tmp_path: Path
) -> None:
    out = tmp_path / "matches.csv"
    done = run_elijah(loaded_home, "check", SAMPLES / "arrivals.xlsx", "--out", out)
    assert done.returncode == 0, done.stderr
    with out.open(encoding="utf-8-sig", newline="") as file:
        best = [row for row in csv.DictReader(file) if row["rank"] == "1"]
    expected = [
        "police/M24-011",
        "police/M24-004",
        "ngo/M24-008",
        "hotline/M25-010",
        "hotline/M26-012",
        "police/M25-018",
    ]
    assert [row["record_id"] for row in best][: len(expected)] == expected


def test_the_night_brings_the_known_pairs_up_and_calls_no_other_child_likely(loaded_home: Path) -> None:
    found = answer(run_elijah(loaded_home, "review", "list", "--limit", "1000", "--json"))["matches"]
    pairs = {(str(match["report_id"]), str(match["intake_id"])) for match in found}
    likely = {(str(match["report_id"]), str(match["intake_id"])) for match in found if match["likelihood"] == "likely"}
    assert len(truth() - pairs) <= 1
    assert likely <= truth()


def test_the_reviewer_decides_and_undoes(loaded_home: Path, home: Path, elijah: Elijah) -> None:
    shutil.copytree(loaded_home, home)
    match = answer(elijah("review", "list", "--limit", "1", "--json"))["matches"][0]
    decided = elijah("review", "decide", match["id"], "not_a_match", "--reason", "another mother", "--json")
    assert json.loads(decided.stdout)["status"] == "not_a_match"
    assert answer(elijah("reconcile", "--full", "--json"))["new"] == 0
    undone = elijah("review", "decide", match["id"], "undo", "--json")
    assert json.loads(undone.stdout)["status"] == "potential"


def test_loading_the_same_file_again_changes_nothing(loaded_home: Path, home: Path, elijah: Elijah) -> None:
    shutil.copytree(loaded_home, home)
    done = answer(elijah("load", SAMPLES / "reports.csv", "--json"))
    assert (done["created"], done["updated"], done["unchanged"]) == (0, 0, 60)


def test_the_demo_runs_once_and_ends(elijah: Elijah) -> None:
    done = elijah("demo", env={"DEMO_ONCE": "1"})
    assert done.returncode == 0, done.stderr
    assert "likely" in done.stdout


def test_a_broken_pipe_ends_quietly(loaded_home: Path) -> None:
    line = f'"{COMMAND}" search --sex male --limit 200 | head -1'
    done = subprocess.run(
        ["bash", "-c", line], env=environment(loaded_home), capture_output=True, text=True, check=False, timeout=120
    )
    assert done.stderr == ""


def big_file(folder: Path, rows: int) -> Path:
    path = folder / "many.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("record_id", "kind", "full_name", "date_of_birth", "home_place"))
        for number in range(rows):
            table.writerow((f"police/{number}", "report", f"Sok Dara{number % 700}", "2015-04-15", "Battambang"))
    return path


def test_a_load_killed_in_the_middle_loses_nothing_acknowledged_and_the_next_one_finishes_it(
    home: Path, elijah: Elijah, tmp_path: Path
) -> None:
    rows = 30_000
    path = big_file(tmp_path, rows)
    process = subprocess.Popen([COMMAND, "load", path], env=environment(home), stderr=subprocess.DEVNULL)
    database = home / "elijah.db"
    deadline = time.monotonic() + 60
    while not (database.exists() and _count(database) > 0) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    kept = _count(database)
    assert kept > 0
    done = answer(elijah("load", path, "--json"))
    assert (done["created"], done["unchanged"], done["rejected"]) == (rows - kept, kept, [])
    assert answer(elijah("index", "status", "--json"))["records"] == rows


def _count(database: Path) -> int:
    query = (
        "import sqlite3,sys; print(sqlite3.connect(sys.argv[1]).execute('select count(*) from records').fetchone()[0])"
    )
    done = subprocess.run([sys.executable, "-c", query, database], capture_output=True, text=True, check=False)
    return int(done.stdout) if done.returncode == 0 else 0


def test_two_loads_at_once_both_arrive_whole(home: Path, elijah: Elijah) -> None:
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda name: elijah("load", SAMPLES / name), ("reports.csv", "intakes.csv")))
    assert [run.returncode for run in runs] == [0, 0], [run.stderr for run in runs]
    assert answer(elijah("index", "status", "--json"))["records"] == 150


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to make a folder of a limited size")
def test_a_full_disk_is_said_in_words_and_leaves_nothing_half(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", small], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("this machine does not let us mount a small file system")
    try:
        done = run_elijah(small / "home", "load", big_file(tmp_path, 30_000))
        assert done.returncode == 2
        assert "full" in done.stderr or "space" in done.stderr
        assert "Traceback" not in done.stderr
    finally:
        subprocess.run(["umount", small], check=True)


def test_a_running_server_sees_what_the_command_line_loads(
    home: Path, elijah: Elijah, serve: Callable[[Path], Server]
) -> None:
    server = serve(home)
    assert _searched(server) == []
    assert elijah("load", SAMPLES / "intakes.csv").returncode == 0
    assert "shelter/A24-013" in _searched(server)
    assert elijah("withdraw", "shelter/A24-013", "--yes").returncode == 0
    assert "shelter/A24-013" not in _searched(server)


def test_a_killed_server_loses_nothing_that_it_acknowledged(
    home: Path, elijah: Elijah, serve: Callable[[Path], Server]
) -> None:
    server = serve(home)
    record = json.dumps({"kind": "report", "full_name": "សុខ ដារ៉ា"}).encode()
    put = Request(f"{server.url}/v1/records/police/1", record, {"Content-Type": "application/json"}, method="PUT")
    with urlopen(put, timeout=30) as done:
        assert done.status == 201
    server.process.kill()
    server.process.wait()
    found = answer(elijah("search", "--kind", "report", "--name", "Sok Dara", "--json"))["matches"]
    assert [match["record_id"] for match in found] == ["police/1"]


def _searched(server: Server) -> list[object]:
    body = json.dumps({"full_name": "Sok Dara", "sex": "male"}).encode()
    asked = Request(f"{server.url}/v1/search", body, {"Content-Type": "application/json"})
    with urlopen(asked, timeout=30) as done:
        return [match["record_id"] for match in json.load(done)["matches"]]
