"""The size of a body: one limit for everything that is sent, kept while it arrives, so that nobody fills memory or disk."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import ProblemError, problem, problem_response

LARGEST_BODY: Final = 10 * 1024 * 1024
_TOO_LARGE: Final = (
    f"the body is larger than {LARGEST_BODY // 1024 // 1024} MB; send less at once, or load the file with `elijah load`"
)
# What is too large is still taken off the line, unread, up to this: many clients read an answer only when they have sent all.
_TAKEN_OFF: Final = 20 * LARGEST_BODY


class BodyLimit:
    """Answers 413 for a body over the limit, whether it says its length or comes in pieces."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request in, or answer 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif _declared(scope) > LARGEST_BODY:
            # Who waits for a go-ahead has not sent anything yet.
            if Headers(scope=scope).get("expect", "").lower() != "100-continue":
                await _take_off(receive)
            await problem_response(problem(413, _TOO_LARGE), {"Connection": "close"})(scope, receive, send)
        else:
            await self._app(scope, _counted(receive), send)


def _declared(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 20 else 0


def _counted(receive: Receive) -> Receive:
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > LARGEST_BODY:
            if message.get("more_body", False):
                await _take_off(receive)
            raise ProblemError(413, _TOO_LARGE)
        return message

    return counted


async def _take_off(receive: Receive) -> None:
    taken = 0
    while taken < _TAKEN_OFF:
        message = await receive()
        taken += len(message.get("body", b""))
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return
