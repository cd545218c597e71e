"""The load's own rules: when what is due, what a percentile is, what counts as lost; and one short run on a real server."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import load
from bench.load_check import Checked, check
from bench.load_driver import Client, Lane, NightShift, Reply, Request
from bench.load_ledger import Ledger, Said
from bench.load_schedule import NO_ANSWER, NOT_SENT, Figures, Sample, arrivals, percentile
from bench.load_server import Usage
from bench.load_work import VERSION, Decisions, Searches, Writes
from bench.world import make_world

# The schedule


@given(st.floats(0, 200), st.floats(0.1, 100))
def test_exactly_the_rate_times_the_seconds_is_due_in_order_and_within_the_time(rate: float, seconds: float) -> None:
    due = arrivals(rate, seconds, "a")
    assert len(due) == round(rate * seconds)
    assert due == sorted(due)
    assert all(0 <= at <= seconds for at in due)


def test_the_same_seed_gives_the_same_schedule_and_another_seed_another() -> None:
    assert arrivals(9, 3, "a") == arrivals(9, 3, "a") != arrivals(9, 3, "b")


# Percentiles


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([7.0], 0.99, 7.0),
        (range(1, 101), 0.99, 99),
        (range(1, 101), 0.5, 50),
        (range(1, 21), 0.95, 19),
        ([3, 1, 2], 1, 3),
    ],
)
def test_a_percentile_is_the_smallest_value_that_the_share_does_not_exceed(
    values: list[float], share: float, expected: float
) -> None:
    assert percentile(values, share) == expected


def test_nothing_has_no_percentile() -> None:
    assert math.isnan(percentile([], 0.5))


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1))
def test_a_percentile_was_measured_and_the_share_is_at_or_below_it(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-6


# Figures


def samples(*statuses: int, seconds: float = 0.1) -> list[Sample]:
    return [Sample("search", number, number + seconds, status) for number, status in enumerate(statuses)]


def test_errors_are_counted_by_status_and_their_times_do_not_count() -> None:
    some = [*samples(200, 201, 503, 503, NO_ANSWER), Sample("search", 0, 90, NOT_SENT), Sample("write", 0, 9, 500)]
    figures = Figures.of("search", some, 5)
    assert (figures.asked, figures.answered, figures.errors) == (6, 2, {NOT_SENT: 1, NO_ANSWER: 1, 503: 2})
    assert figures.most == pytest.approx(100)
    assert "2 x 503" in str(figures)
    assert "1 x not sent" in str(figures)


def test_a_rate_is_of_the_schedule_and_of_the_longer_time_that_answers_took() -> None:
    assert Figures.of("search", samples(200, 200), 4).per_second == 0.5
    assert Figures.of("search", samples(200, 200, seconds=7), 4).per_second == 0.25


@pytest.mark.parametrize(
    ("some", "holds"),
    [
        (samples(200, 200), True),
        (samples(200, 503), False),
        (samples(200, 200, seconds=0.3), False),
        (samples(200), False),
    ],
)
def test_a_rate_is_held_without_errors_in_time_and_in_full(some: list[Sample], holds: bool) -> None:
    assert Figures.of("search", some, 2).holds(1, 250) is holds


# The ledger


def written(*versions: tuple[str, float, float, bool]) -> Ledger:
    ledger = Ledger()
    for version, began, _, _ in versions:
        ledger.begin("police/1", version, began)
    for version, _, ended, acknowledged in versions:
        ledger.end("police/1", version, ended, acknowledged=acknowledged)
    return ledger


def test_the_last_acknowledged_version_must_be_there() -> None:
    ledger = written(("a", 0, 1, True), ("b", 2, 3, True))
    assert ledger.lost_write("police/1", "b") == ""
    assert ledger.lost_write("police/1", "a") == "police/1: a is there instead of b"
    assert ledger.lost_write("police/1", None) == "police/1: nothing is there instead of b"


def test_of_two_writers_at_once_either_may_be_the_last() -> None:
    ledger = written(("a", 0, 3, True), ("b", 2, 4, True), ("old", 0, 1, True))
    assert ledger.last_versions("police/1") == {"a", "b"}


def test_what_was_refused_may_be_there_and_what_it_was_written_over_may_be_too() -> None:
    ledger = written(("a", 0, 1, True), ("b", 2, 3, False))
    assert ledger.last_versions("police/1") == {"a", "b"}
    assert (ledger.acknowledged, ledger.writes) == (["police/1"], 1)


def test_what_was_never_answered_may_come_later_than_everything() -> None:
    ledger = written(("b", 2, 3, True))
    ledger.begin("police/1", "a", 0)
    assert ledger.last_versions("police/1") == {"a", "b"}


def test_a_record_of_which_nothing_was_acknowledged_is_not_looked_for() -> None:
    assert written(("a", 0, 1, False)).acknowledged == []


def test_a_decision_must_be_in_the_history_under_its_step() -> None:
    ledger = Ledger()
    ledger.say(Said(5, 11, "not_a_match"))
    ledger.say(Said(5, 12, "undo"))
    assert ledger.lost_decisions(5, [(10, "unsure"), (11, "not_a_match"), (12, "undo")]) == []
    assert ledger.lost_decisions(5, [(11, "unsure"), (12, "undo")]) == ["match 5: not_a_match (step 11)"]


# What is sent


def test_searches_ask_from_both_sides_and_name_no_record() -> None:
    searches = Searches(make_world(10, 20, 1))
    asked = [json.loads(searches.request(number).body or b"")["example"] for number in range(20)]
    assert {example["kind"] for example in asked} == {"report", "intake"}
    assert not any("record_id" in example for example in asked)


def test_new_records_and_changes_take_turns_and_every_version_is_another() -> None:
    world, ledger = make_world(2, 6, 1), Ledger()
    writes = Writes(world.intakes, world.reports, "r", ledger)
    rows = [writes.row(number) for number in range(8)]
    assert [row["record_id"].startswith("load/") for row in rows] == [True, False] * 4
    assert len({row["record_id"] for row in rows}) == 4 + 2
    assert len({row[VERSION] for row in rows}) == 8
    writes.sent(1, 0.0)
    writes.answered(1, 1.0, Reply(200))
    writes.sent(5, 2.0)
    writes.answered(5, 3.0, Reply(503))
    assert ledger.last_versions(rows[1]["record_id"]) == {"r-1", "r-5"}


def test_a_decision_is_undone_before_the_next_match_is_taken_and_only_the_acknowledged_are_kept() -> None:
    ledger = Ledger()
    decisions = Decisions([4, 9], ledger)
    sent = [decisions.request(number) for number in range(4)]
    assert [request.path.split("/")[3] for request in sent] == ["4", "4", "9", "9"]
    assert [json.loads(request.body or b"")["decision"] for request in sent] == ["not_a_match", "undo"] * 2
    decisions.answered(0, 0.0, Reply(201, b'{"last_decision": 7}'))
    decisions.answered(1, 0.0, Reply(409))
    assert ledger.decisions == {4: [Said(4, 7, "not_a_match")]}


# The driver, on a small server of the test's own


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    answers: ClassVar[dict[str, Any]]
    pause: ClassVar[float]

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        time.sleep(self.pause)
        found = self.answers.get(f"{self.command} {self.path}")
        body = json.dumps(found[1] if found else {}).encode()
        self.send_response(found[0] if found else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_POST = _answer  # noqa: N815  # the names that http.server calls

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name in http.server
        """Quiet."""


@contextmanager
def answering(answers: dict[str, tuple[int, object]], pause: float = 0.0) -> Iterator[str]:
    handler = type("Handler", (_Handler,), {"answers": answers, "pause": pause})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class _Pings:
    kind = "search"

    def __init__(self) -> None:
        self.replies: dict[int, int] = {}

    def request(self, number: int) -> Request:
        return Request("GET", f"/{number}")

    def sent(self, number: int, at: float) -> None:
        pass

    def answered(self, number: int, at: float, reply: Reply) -> None:
        self.replies[number] = reply.status


def test_everything_is_sent_once_not_before_it_is_due_and_every_answer_is_kept() -> None:
    pings, due = _Pings(), arrivals(100, 0.3, "a")
    with answering({f"GET /{number}": (200, {}) for number in range(1, 30)}) as url:
        lane = Lane(url, pings, due, threads=8)
        lane.start(time.monotonic())
        lane.join()
    assert pings.replies == {0: 404, **dict.fromkeys(range(1, 30), 200)}
    assert sorted(sample.due for sample in lane.samples) == due
    assert all(sample.ended >= sample.due for sample in lane.samples)


def test_a_slow_server_cannot_hide_latency_counts_from_when_a_request_was_due() -> None:
    with answering({}, pause=0.1) as url:
        lane = Lane(url, _Pings(), [0.0, 0.0, 0.0, 0.0], threads=1)
        lane.start(time.monotonic())
        lane.join()
    assert max(sample.milliseconds for sample in lane.samples) >= 400


def test_what_is_still_due_when_the_run_is_broken_off_is_not_sent_and_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.load_driver._GRACE_SECONDS", 0.05)
    with answering({"GET /0": (200, {})}, pause=0.1) as url:
        lane = Lane(url, _Pings(), [0.0, 0.0], threads=1)
        lane.start(time.monotonic())
        lane.join()
    assert [sample.status for sample in lane.samples] == [200, NOT_SENT]


def test_nobody_there_is_no_answer_and_an_error() -> None:
    with answering({}) as url:
        pass
    assert Client(url).send(Request("GET", "/")).status == NO_ANSWER


def test_a_night_that_was_begun_before_is_followed_and_no_error() -> None:
    run = {"id": 3, "status": "running"}
    answers = {
        "POST /v1/reconciliations": (409, {}),
        "GET /v1/reconciliations?limit=1": (200, {"reconciliations": [run]}),
        "GET /v1/reconciliations/3": (200, {**run, "status": "done"}),
    }
    with answering(answers) as url:
        shift = NightShift(url, pause=60)
        shift.start(time.monotonic())
        shift.stop()
    assert (shift.samples, shift.runs[0]["id"]) == ([], 3)


def test_a_night_that_cannot_begin_is_an_error() -> None:
    with answering({"POST /v1/reconciliations": (503, {})}) as url:
        shift = NightShift(url, pause=60)
        shift.start(time.monotonic())
        shift.stop()
    assert [sample.status for sample in shift.samples] == [503]


# The check


def _ledger() -> Ledger:
    ledger = Ledger()
    for number in (1, 2):
        ledger.begin(f"load/{number}", f"v{number}", 0)
        ledger.end(f"load/{number}", f"v{number}", 1, acknowledged=True)
    ledger.say(Said(5, 11, "not_a_match"))
    return ledger


def _whole() -> dict[str, tuple[int, object]]:
    return {
        "GET /readyz": (200, {"behind": 0}),
        "GET /v1/records/load/1": (200, {"kind": "intake", VERSION: "v1"}),
        "GET /v1/records/load/2": (200, {"kind": "report", VERSION: "v2"}),
        "POST /v1/search": (200, {"matches": [{"record_id": "load/1"}, {"record_id": "load/2"}]}),
        "GET /v1/matches/5": (200, {"history": [{"id": 11, "decision": "not_a_match"}]}),
    }


def checked(**broken: tuple[int, object]) -> Checked:
    names = {
        "readyz": "GET /readyz",
        "record": "GET /v1/records/load/2",
        "search": "POST /v1/search",
        "match": "GET /v1/matches/5",
    }
    with answering({**_whole(), **{names[name]: answer for name, answer in broken.items()}}) as url:
        return check(url, _ledger(), patience=0)


def test_where_everything_is_there_nothing_is_lost() -> None:
    found = checked()
    assert found.lost == []
    assert (found.records, found.writes, found.decisions, found.searched, found.behind) == (2, 2, 1, 2, 0)
    assert "0 lost" in str(found)


@pytest.mark.parametrize(
    ("broken", "answer", "words"),
    [
        ("record", (200, {"kind": "report", VERSION: "v1"}), "load/2: v1 is there instead of v2"),
        ("search", (200, {"matches": [{"record_id": "load/1"}]}), "load/2: no search finds it"),
        ("match", (200, {"history": []}), "match 5: not_a_match (step 11)"),
        ("match", (404, {}), "match 5: not_a_match (step 11)"),
        ("readyz", (200, {"behind": 3}), "the index is 3 changes behind"),
        ("readyz", (503, {}), "the index is None changes behind"),
    ],
)
def test_what_is_lost_is_found_and_said(broken: str, answer: tuple[int, object], words: str) -> None:
    (lost,) = checked(**{broken: answer}).lost
    assert words in lost


def test_a_record_that_cannot_be_read_is_lost() -> None:
    assert checked(record=(404, {})).lost == ["load/2: nothing is there instead of v2", "load/2: no search finds it"]


# The real thing


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="what the server used is read from /proc")
def test_what_a_server_uses_is_what_all_its_processes_use() -> None:
    waiting = "import sys; print(flush=True); sys.stdin.read()"
    own = Usage.of(os.getpid())
    with subprocess.Popen([sys.executable, "-c", waiting], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout
        child.stdout.readline()
        together, alone = Usage.of_all(os.getpid()), Usage.of(child.pid)
        child.communicate()
    assert alone.peak_mb > 0
    assert together.peak_mb >= own.peak_mb + alone.peak_mb
    assert together.seconds >= own.seconds + alone.seconds


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="what the server used is read from /proc")
def test_a_short_run_on_a_real_server_loses_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    code = load.main(["--seconds", "2", "--records", "200", "--searches", "5", "--writes", "5", "--night"])
    said = capsys.readouterr().out
    assert code == 0, said
    assert "10 acknowledged versions" in said
    assert "4 decisions" in said
    assert "0 lost; index 0 behind" in said
    assert all(f"\n  {kind} " in said for kind in ("search", "write", "decision", "night"))
