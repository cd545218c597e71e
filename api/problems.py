"""Every error as problem+json: one table from our error classes to a status, one place where a response is made.

Nothing that was sent is repeated, and no traceback is shown or logged: both may carry a child's name.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.models.problems import Problem, Wrong
from indexer.errors import ConflictError, DatabaseBusyError, NotFoundError, NotPermittedError, StoreError
from matcher.errors import InputError

_log = logging.getLogger("elijah")
MEDIA_TYPE: Final = "application/problem+json"
_METHODS: Final = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
# When a client that met a busy database or server may try again, in seconds.
LATER: Final = {"Retry-After": "5"}

# The status of each error class; the first class of an error's own line of ancestors that stands here counts.
STATUS: Final[Mapping[type[InputError], int]] = {
    InputError: 422,
    NotPermittedError: 403,
    NotFoundError: 404,
    ConflictError: 409,
    StoreError: 503,
    DatabaseBusyError: 503,
}
# A page may answer with HTML what a program gets as problem+json.


class ProblemError(HTTPException):
    """An error that a route or a reader of bodies finds itself. `errors` names the places."""

    def __init__(self, status: int, detail: str, *, errors: Sequence[Wrong] = ()) -> None:
        super().__init__(status, detail)
        self.errors = list(errors)


def problem(status: int, detail: str, *, errors: Sequence[Wrong] = ()) -> Problem:
    """The problem of a status, its title in the status's own words."""
    return Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, errors=list(errors))


def problem_response(told: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """A problem as a response."""
    body = told.model_dump_json(exclude=None if told.errors else {"errors"})
    return Response(body, told.status, headers=headers, media_type=MEDIA_TYPE)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that an endpoint may answer with, for the OpenAPI page."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in sorted(statuses)}


def answer_problems(app: FastAPI) -> None:
    """Let every error that reaches the app become a problem; `pages.ReadableProblems` shows it to a person."""

    async def for_input(request: Request, error: Exception) -> Response:
        assert isinstance(error, InputError)  # noqa: S101  # registered for this class below
        status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
        errors = [Wrong(where=error.column, message=error.message)] if error.column else []
        return problem_response(problem(status, error.message, errors=errors), LATER if status == 503 else None)

    async def for_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101  # as above
        headers = dict(error.headers or {})
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = ", ".join(_allowed_methods(request))
        return problem_response(_of_http(error), headers)

    async def for_validation(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101  # as above
        return problem_response(invalid(error.errors()))

    app.add_exception_handler(InputError, for_input)
    app.add_exception_handler(HTTPException, for_http)
    app.add_exception_handler(RequestValidationError, for_validation)


def invalid(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """The problem of values that a pydantic model refused: where and why, each place once, never the value."""
    wrong: dict[str, str] = {}
    for error in errors:
        wrong.setdefault(_where(error["loc"]), _message(error))
    places = [Wrong(where=where, message=message) for where, message in wrong.items()]
    detail = "; ".join(f"{place.where}: {place.message}" for place in places[:3])
    return problem(422, detail + (f"; and {len(places) - 3} more" if len(places) > 3 else ""), errors=places)


class NoTracebacks:
    """The last wall: an unexpected error becomes a problem of status 500, and one line in the log that says where, not what."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; what nobody foresaw as a problem."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:  # noqa: BLE001  # the last wall before the user: a traceback may carry a child's name
            _log.error("unexpected %s", location(error))
            if not started:
                detail = f"unexpected error ({location(error)}); nothing of it was stored; report it with this line"
                await problem_response(problem(500, detail))(scope, receive, send)


def location(error: BaseException) -> str:
    """Where an unexpected error came from: its class, file and line, never its message."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(where.filename).name}:{where.lineno}"


def _of_http(error: HTTPException) -> Problem:
    known = {
        404: "there is nothing at this address; /openapi.json lists what there is",
        405: "this address does not take this method; the Allow header lists those it takes",
    }
    own_words = error.detail != HTTPStatus(error.status_code).phrase
    detail = error.detail if own_words else known.get(error.status_code, error.detail)
    return problem(error.status_code, detail, errors=error.errors if isinstance(error, ProblemError) else [])


def _allowed_methods(request: Request) -> list[str]:
    def takes(method: str) -> bool:
        scope = {**request.scope, "method": method}
        return any(route.matches(scope)[0] is Match.FULL for route in request.app.router.routes)

    return [method for method in _METHODS if takes(method)]


def _where(loc: Sequence[str | int]) -> str:
    return ".".join(str(part) for part in loc)


def _message(error: Mapping[str, Any]) -> str:
    if error["type"] == "missing":
        return "is missing"
    if error["type"] == "extra_forbidden":
        return "is not known here; check the spelling"
    message = str(error["msg"]).removeprefix("Value error, ")
    return message[0].lower() + message[1:]
