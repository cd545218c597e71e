"""Sends a schedule to a server from threads, in a process other than the server's."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from bench.load_schedule import NO_ANSWER, NOT_SENT, Sample

_TIMEOUT_SECONDS: Final = 60.0
# After the schedule is over, what is still due is sent for so long; then the run is broken off.
_GRACE_SECONDS: Final = 30.0
# The server closes what is idle for 5 s; a connection must not be used at that very moment.
_IDLE_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent; `body` is JSON already, so that making it does not count."""

    method: str
    path: str
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; status `NO_ANSWER` where nothing did."""

    status: int
    body: bytes = b""

    def json(self) -> Any:
        """The body read."""
        return json.loads(self.body)


class Client:
    """One connection, kept open, opened again when it was idle. For one thread."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_TIMEOUT_SECONDS)
        self._used = 0.0

    def send(self, request: Request) -> Reply:
        """The answer, whatever its status."""
        if time.monotonic() - self._used > _IDLE_SECONDS:
            self._connection.close()
        headers = {"Content-Type": "application/json"} if request.body is not None else {}
        try:
            self._connection.request(request.method, request.path, request.body, headers)
            answer = self._connection.getresponse()
            reply = Reply(answer.status, answer.read())
        except (OSError, http.client.HTTPException):
            self._connection.close()
            reply = Reply(NO_ANSWER)
        self._used = time.monotonic()
        return reply

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()


class Work(Protocol):
    """One kind of request, numbered from 0. Its methods are called from several threads."""

    kind: str

    def request(self, number: int) -> Request:
        """What to send under this number."""

    def sent(self, number: int, at: float) -> None:
        """It is being sent."""

    def answered(self, number: int, at: float, reply: Reply) -> None:
        """It was answered, or not."""


class Lane:
    """Some threads that send one kind when it is due, each the next that nobody has taken."""

    def __init__(self, url: str, work: Work, due: Sequence[float], *, threads: int) -> None:
        self._url = url
        self._work = work
        self._due = due
        self._requests = [work.request(number) for number in range(len(due))]
        self._next = 0
        self._taking = threading.Lock()
        self.samples: list[Sample] = []
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(min(threads, len(due)))]
        self._start = 0.0

    def start(self, at: float) -> None:
        """Begin; `at` is second 0 of the schedule on the monotonic clock."""
        self._start = at
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        """Wait for the last answer."""
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        client = Client(self._url)
        while (number := self._take()) is not None:
            self.samples.append(self._one(client, number))
        client.close()

    def _take(self) -> int | None:
        with self._taking:
            number = self._next
            self._next += 1
        return number if number < len(self._due) else None

    def _one(self, client: Client, number: int) -> Sample:
        due, kind = self._due[number], self._work.kind
        time.sleep(max(due - self._now(), 0))
        if self._now() > self._due[-1] + _GRACE_SECONDS:
            return Sample(kind, due, self._now(), NOT_SENT)
        self._work.sent(number, self._now())
        reply = client.send(self._requests[number])
        ended = self._now()
        self._work.answered(number, ended, reply)
        return Sample(kind, due, ended, reply.status)

    def _now(self) -> float:
        return time.monotonic() - self._start


class NightShift:
    """One night after another over HTTP for as long as it is asked to."""

    def __init__(self, url: str, *, pause: float = 1.0) -> None:
        self._client = Client(url)
        self._pause = pause
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._start = 0.0
        self.samples: list[Sample] = []
        self.runs: list[dict[str, Any]] = []

    def start(self, at: float) -> None:
        """Begin the first."""
        self._start = at
        self._thread.start()

    def stop(self) -> None:
        """Begin no more; the one under way goes on in the server."""
        self._ending.set()
        self._thread.join()
        self._client.close()

    def _run(self) -> None:
        run = self._begin()
        while not self._ending.wait(self._pause):
            if run is None or not self._is_running(run):
                run = self._begin()

    def _begin(self) -> int | None:
        due = time.monotonic() - self._start
        reply = self._client.send(Request("POST", "/v1/reconciliations"))
        if reply.status == 409 and (run := self._under_way()):
            # Begun before this shift: a night may take longer than one.
            self.runs.append(run)
            return int(run["id"])
        self.samples.append(Sample("night", due, time.monotonic() - self._start, reply.status))
        if reply.status != 202:
            return None
        self.runs.append(reply.json())
        return int(reply.json()["id"])

    def _under_way(self) -> dict[str, Any] | None:
        reply = self._client.send(Request("GET", "/v1/reconciliations?limit=1"))
        newest = reply.json()["reconciliations"] if reply.status == 200 else []
        return next((run for run in newest if run["status"] == "running"), None)

    def _is_running(self, run: int) -> bool:
        reply = self._client.send(Request("GET", f"/v1/reconciliations/{run}"))
        if reply.status == 200:
            self.runs[-1] = reply.json()
        else:
            now = time.monotonic() - self._start
            self.samples.append(Sample("night", now, now, reply.status))
        with suppress(KeyError):
            return bool(self.runs[-1]["status"] == "running")
        return True
