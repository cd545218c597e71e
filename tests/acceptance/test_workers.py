"""A server of two processes: to those who ask it is one, whatever happens to one of them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.acceptance.conftest import COMMAND, Elijah, Server, environment
from tests.acceptance.workers import Caller, calling, linux_only, workers_of
from tests.api.client import INTAKE, REPORT

pytestmark = linux_only
Serve = Callable[..., Server]
_SECONDS = 60
_CHILD = {"kind": "intake", "full_name": "Dara SOKH", "consent_for_tracing": True}
# Each is found by its own number and by nothing else.
_NUMBERED = "test:{}"


@pytest.fixture
def server(home: Path, serve: Serve) -> Server:
    """Two workers on an empty home."""
    return serve(home, ELIJAH_WORKERS="2")


@pytest.fixture
def both(server: Server) -> Iterator[list[Caller]]:
    """A connection to each of them."""
    with calling(server) as found:
        yield found


@pytest.fixture
def loaded_both(home: Path, loaded_home: Path, serve: Serve) -> Iterator[list[Caller]]:
    """The same on the samples."""
    shutil.copytree(loaded_home, home)
    with calling(serve(home, ELIJAH_WORKERS="2")) as found:
        yield found


def _wait(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _SECONDS
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_what_is_written_through_one_worker_is_found_at_once_through_the_other(both: list[Caller]) -> None:
    for number in range(10):
        writer, reader = both[number % 2], both[1 - number % 2]
        numbered = {"identifiers": _NUMBERED.format(number)}
        assert writer.ask("PUT", f"/v1/records/shelter/{number}", {**_CHILD, **numbered})[0] == 201
        assert reader.searched(numbered) == [f"shelter/{number}"]


def test_what_is_changed_or_withdrawn_through_one_worker_is_so_for_the_other(both: list[Caller]) -> None:
    writer, reader = both
    old, new = {"identifiers": "test:1"}, {"identifiers": "test:2"}
    writer.ask("PUT", "/v1/records/shelter/1", {**_CHILD, **old})
    assert reader.searched(old) == ["shelter/1"]
    assert writer.ask("PUT", "/v1/records/shelter/1", {**_CHILD, **new})[0] == 200
    assert reader.searched(old) == []
    assert reader.searched(new) == ["shelter/1"]
    assert reader.ask("DELETE", "/v1/records/shelter/1")[0] == 204
    assert writer.searched(new) == []
    assert writer.ask("GET", "/v1/records/shelter/1")[0] == 404


def test_both_give_the_same_answer_to_the_letter(loaded_both: list[Caller]) -> None:
    one, other = loaded_both
    assert one.ask("POST", "/v1/search", REPORT) == other.ask("POST", "/v1/search", REPORT)


def test_whichever_worker_is_asked_the_figures_are_those_of_all(both: list[Caller]) -> None:
    for number, caller in enumerate(both):
        caller.ask("PUT", f"/v1/records/shelter/{number}", INTAKE)
    for caller in both:
        # Each follows what the other stored within seconds, also where nobody asks it for anything.
        _wait(lambda: "elijah_index_records 2.0" in caller.ask("GET", "/metrics")[1])  # noqa: B023  # called in its turn
        text = caller.ask("GET", "/metrics")[1]
        assert 'elijah_http_requests_total{endpoint="put_record",method="PUT",status="201"} 2.0' in text
        assert 'elijah_http_request_seconds_count{endpoint="put_record"} 2.0' in text
        assert "elijah_index_behind 0.0" in text
        assert "elijah_ready 1.0" in text


def test_a_night_that_one_worker_started_is_seen_by_the_other_and_is_the_only_one(
    loaded_both: list[Caller],
) -> None:
    starter, other = loaded_both
    status, started = starter.ask("POST", "/v1/reconciliations", {"full": True})
    assert status == 202
    address = f"/v1/reconciliations/{started['id']}"
    assert other.ask("GET", address)[1]["status"] == "running"
    assert other.ask("POST", "/v1/reconciliations", {})[0] == 409
    _wait(lambda: other.ask("GET", address)[1]["status"] != "running")
    done = other.ask("GET", address)[1]
    assert (done["status"], done["done"], done["report"]["new"]) == ("done", 143, 0)
    # Whoever has read that it is done may start the next one, wherever the report of this one is being written.
    assert other.ask("POST", "/v1/reconciliations", {})[0] == 202


def test_a_night_whose_worker_is_killed_is_done_by_the_next_one(loaded_both: list[Caller]) -> None:
    starter, other = loaded_both
    killed = starter.ask("POST", "/v1/reconciliations", {"full": True})[1]["id"]
    os.kill(starter.worker, signal.SIGKILL)
    run: list[int] = []

    def begun() -> bool:
        status, answer = other.ask("POST", "/v1/reconciliations", {"full": True})
        run.extend([answer["id"]] if status == 202 else [])
        return status == 202

    _wait(begun)
    assert other.ask("GET", f"/v1/reconciliations/{killed}")[1]["status"] == "failed"
    _wait(lambda: other.ask("GET", f"/v1/reconciliations/{run[0]}")[1]["status"] == "done")


def test_a_worker_that_is_killed_while_people_write_is_replaced_and_nothing_acknowledged_is_lost(
    server: Server, tmp_path: Path
) -> None:
    with calling(server) as before_it:
        killed = before_it[0].worker
    stored: list[int] = []
    ending = threading.Event()

    def write(start: int) -> None:
        for number in range(start, start + 1000):
            if ending.is_set():
                return
            body = json.dumps({**_CHILD, "identifiers": _NUMBERED.format(number)}).encode()
            address = f"{server.url}/v1/records/shelter/{number}"
            try:
                with urlopen(Request(address, body, {"Content-Type": "application/json"}, method="PUT"), timeout=30):
                    stored.append(number)
            except OSError:
                # Whoever was with the worker that ended gets no answer: nothing was promised.
                continue

    writers = [threading.Thread(target=write, args=(start,)) for start in (0, 10_000, 20_000)]
    for writer in writers:
        writer.start()
    _wait(lambda: len(stored) > 20)
    os.kill(killed, signal.SIGKILL)
    _wait(lambda: killed not in workers_of(server) and len(workers_of(server)) == 2)
    [log] = tmp_path.glob("server-*.log")
    assert f"worker {killed} ended" in log.read_text(encoding="utf-8")
    before = len(stored)
    _wait(lambda: len(stored) > before + 20)
    ending.set()
    for writer in writers:
        writer.join()
    with calling(server) as after:
        assert killed not in {caller.worker for caller in after}
        for number in stored:
            assert after[0].ask("GET", f"/v1/records/shelter/{number}")[0] == 200
        for number in stored[:: len(stored) // 10]:
            for caller in after:
                assert caller.searched({"identifiers": _NUMBERED.format(number)}) == [f"shelter/{number}"]


def test_a_server_that_is_told_to_end_ends_with_all_its_workers(server: Server) -> None:
    workers = workers_of(server)
    assert len(workers) == 2
    server.process.terminate()
    assert server.process.wait(timeout=_SECONDS) == 0
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)


def test_workers_do_not_outlive_a_server_that_is_killed(server: Server) -> None:
    workers = workers_of(server)
    server.process.kill()
    server.process.wait()
    _wait(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))


@pytest.mark.parametrize("workers", ["0", "-1", "1000", "two"])
def test_a_number_of_workers_that_cannot_be_is_refused(elijah: Elijah, workers: str) -> None:
    for done, name in (
        (elijah("serve", "--workers", workers), "--workers"),
        (elijah("serve", env={"ELIJAH_WORKERS": workers}), "ELIJAH_WORKERS"),
    ):
        assert done.returncode == 2
        assert name in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_port_in_use_is_said_and_nothing_is_started(elijah: Elijah, workers: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = elijah("serve", "--workers", workers, "--port", str(port))
    assert done.returncode == 2
    assert f"--port {port}" in done.stderr
    assert "in use" in done.stderr


def test_a_host_that_is_none_of_this_machine_is_named(elijah: Elijah) -> None:
    done = elijah("serve", "--host", "no.such.host.invalid", env={"ELIJAH_TRUST_NETWORK": "true"})
    assert done.returncode == 2
    assert "--host no.such.host.invalid" in done.stderr


def test_one_worker_serves_from_the_process_itself(home: Path, serve: Serve) -> None:
    server = serve(home, ELIJAH_WORKERS="1")
    assert workers_of(server) == set()
    with urlopen(f"{server.url}/metrics", timeout=30) as answer:
        assert b"elijah_ready 1.0" in answer.read()


def test_by_default_there_are_as_many_workers_as_processors(home: Path, tmp_path: Path) -> None:
    one_processor = {min(os.sched_getaffinity(0))}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [COMMAND, "serve", "--port", str(port)],
        env=environment(home),
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, one_processor),  # noqa: PLW1509  # this process runs one thread
    )
    try:
        server = Server(f"http://127.0.0.1:{port}", process, home)
        _wait(lambda: _answers(server))
        assert workers_of(server) == set()
    finally:
        process.terminate()
        process.wait(timeout=_SECONDS)


def _answers(server: Server) -> bool:
    try:
        with urlopen(f"{server.url}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
