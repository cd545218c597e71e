"""How many may come in at once: beyond that, whoever asks is told when to come back instead of waiting for ever.

Searching keeps a processor busy: more threads at it than there is processor make everybody wait for the slowest. So a few search
at a time, in the order they came, and a bounded number waits.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Final

from fastapi import Depends, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import LATER, problem, problem_response
from indexer.errors import StoreError

# One that computes and one that waits for the database, in each process.
_AT_ONCE: Final = 2
# Who would wait longer than this, as it goes now, is told to come back; so few wait whatever it takes, so many never.
_PATIENCE_SECONDS: Final = 2.0
_FEW: Final = 4
_MOST_WAITING: Final = 32
# How much the last one says of how long the next one takes.
_LAST: Final = 0.1
# Requests of all kinds in one process: forty threads work, the rest waits.
_MOST: Final = 256
# A process manager asks these, and must not take a busy server for a dead one.
_ALWAYS_OPEN: Final = ("/healthz", "/readyz", "/metrics", "/v1/healthz", "/v1/readyz", "/v1/metrics")
_CROWDED: Final = "too many are asking at once; wait a moment, then try again"


class CrowdedError(StoreError):
    """More ask than can be answered in time; nothing was done."""


class Turnstile:
    """Lets some in at a time and some wait; of one event loop."""

    def __init__(self, at_once: int = _AT_ONCE, most_waiting: int = _MOST_WAITING) -> None:
        self._turns = asyncio.Semaphore(at_once)
        self._at_once = at_once
        self._most = most_waiting
        self._waiting = 0
        self._seconds = 0.0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn and have it. Raises `CrowdedError` where too many wait already."""
        if self._is_full():
            raise CrowdedError(_CROWDED)
        self._waiting += 1
        try:
            await self._turns.acquire()
        finally:
            self._waiting -= 1
        began = time.monotonic()
        try:
            yield
        finally:
            self._turns.release()
            self._seconds += _LAST * (time.monotonic() - began - self._seconds)

    def _is_full(self) -> bool:
        would_wait = self._waiting * self._seconds / self._at_once
        return self._waiting >= self._most or (self._waiting >= _FEW and would_wait > _PATIENCE_SECONDS)


async def _turn(request: Request) -> AsyncIterator[None]:
    turnstile = request.app.state.turnstile
    assert isinstance(turnstile, Turnstile)  # noqa: S101  # `create_app` puts it there
    async with turnstile.turn():
        yield


# The last parameter of an endpoint that searches: whoever is slow at sending a body or at reading an answer holds nobody up.
Turn = Annotated[None, Depends(_turn, scope="function")]


class Crowd:
    """Answers 503 to whoever is one too many, whatever they ask for."""

    def __init__(self, app: ASGIApp, most: int = _MOST) -> None:
        self._app = app
        self._most = most
        self._inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request in, or say when to come back."""
        if scope["type"] != "http" or scope["path"] in _ALWAYS_OPEN:
            await self._app(scope, receive, send)
        elif self._inside >= self._most:
            await problem_response(problem(503, _CROWDED), LATER)(scope, receive, send)
        else:
            self._inside += 1
            try:
                await self._app(scope, receive, send)
            finally:
                self._inside -= 1
