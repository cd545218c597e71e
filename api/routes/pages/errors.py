"""An error as a page a person can read, in their language: what a program gets as problem+json."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from fastapi import Request
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.models.problems import Problem
from api.pages.language import language_of
from api.pages.messages import message
from api.pages.rendering import render
from api.pages.texts import texts
from api.problems import MEDIA_TYPE

# Statuses that have a title of their own; any other is told as the one of its hundred.
_TITLED: Final = frozenset({400, 403, 404, 405, 409, 413, 422, 500, 503})
# What a client needs beside the words.
_KEPT_HEADERS: Final = ("allow", "connection", "retry-after")


def error_page(request: Request, told: Problem) -> Response:
    """The page of a problem. Its detail is shown in English where nobody has translated it yet, marked as English."""
    language = language_of(request)
    status = told.status if told.status in _TITLED else 100 * (told.status // 100)
    no_such_page = told.status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED) and "address" in told.detail
    lines = [] if no_such_page else [message(told.detail, language)]
    title = texts(language)(f"error.{status}")
    return render(request, "error.html", status=told.status, title=title, lines=lines, back="/")


class ReadableProblems:
    """Turns problem+json into a page for a browser, outside the JSON interface, whether a route answers or a wall."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; what comes back is turned where a person asked."""
        if scope["type"] == "http" and _is_for_a_person(scope):
            await self._app(scope, receive, _Turning(scope, receive, send))
        else:
            await self._app(scope, receive, send)


class _Turning:
    """Passes an answer on, but keeps a problem back until it is whole and sends its page."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._headers: Headers | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = Headers(raw=message["headers"])
            if headers.get("content-type", "").startswith(MEDIA_TYPE):
                self._headers = headers
                return
        if self._headers is None:
            await self._send(message)
            return
        self._body += message.get("body", b"")
        if not message.get("more_body", False):
            await self._page(self._headers)

    async def _page(self, headers: Headers) -> None:
        page = error_page(Request(self._scope), Problem.model_validate_json(self._body))
        page.headers.update({name: headers[name] for name in _KEPT_HEADERS if name in headers})
        await page(self._scope, self._receive, self._send)


def _is_for_a_person(scope: Scope) -> bool:
    return not scope["path"].startswith("/v1/") and "text/html" in Headers(scope=scope).get("accept", "")
