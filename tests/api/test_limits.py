from __future__ import annotations

import asyncio
from typing import Any

import pytest

from api.limits import LARGEST_BODY, BodyLimit

CHUNK = b" " * 1024 * 1024


class Line:
    """A connection that sends so many chunks of a megabyte; counts those that were taken."""

    def __init__(self, chunks: int) -> None:
        self.left, self.taken = chunks, 0
        self.sent: list[dict[str, Any]] = []

    async def receive(self) -> dict[str, Any]:
        if not self.left:
            return {"type": "http.disconnect"}
        self.left, self.taken = self.left - 1, self.taken + 1
        return {"type": "http.request", "body": CHUNK, "more_body": self.left > 0}

    async def send(self, message: Any) -> None:
        self.sent.append(message)

    def ask(self, **headers: str) -> int:
        """Send a request with these headers; the status of the answer."""
        raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        asyncio.run(BodyLimit(_unasked)({"type": "http", "headers": raw}, self.receive, self.send))
        return int(self.sent[0]["status"])


async def _unasked(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})


def test_what_says_it_is_too_large_is_taken_off_the_line_before_the_answer() -> None:
    line = Line(40)
    assert line.ask(content_length=str(40 * len(CHUNK))) == 413
    assert line.taken == 40


def test_who_waits_for_a_go_ahead_is_refused_before_sending_anything() -> None:
    line = Line(40)
    assert line.ask(content_length=str(40 * len(CHUNK)), expect="100-continue") == 413
    assert line.taken == 0


def test_a_body_without_end_is_not_taken_without_end() -> None:
    line = Line(100_000)
    assert line.ask(content_length=str(10**15)) == 413
    assert line.taken < 1000


def test_a_client_that_hangs_up_while_sending_is_let_go() -> None:
    line = Line(3)
    assert line.ask(content_length=str(LARGEST_BODY + 1)) == 413


@pytest.mark.parametrize("length", ["", "x", "-5", "1e9", "९", str(LARGEST_BODY)])
def test_a_length_within_the_limit_or_none_is_let_in(length: str) -> None:
    line = Line(0)
    assert line.ask(content_length=length) == 200
