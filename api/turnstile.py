"""How many may come in at once: beyond that, whoever asks is told when to come back instead of waiting for ever.

Searching keeps a processor busy: more threads at it than there is processor make everybody wait for the slowest. So a few search
at a time, in the order they came, and a bounded number waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Final

from fastapi import Depends, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import LATER, problem, problem_response
from indexer.errors import StoreError

# One that computes and one that waits for the database, in each process.
_AT_ONCE: Final = 2
# A second or two of waiting.
_MOST_WAITING: Final = 32
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
        self._most = most_waiting
        self._waiting = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn and have it. Raises `CrowdedError` where too many wait already."""
        if self._waiting >= self._most:
            raise CrowdedError(_CROWDED)
        self._waiting += 1
        try:
            await self._turns.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._turns.release()


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
