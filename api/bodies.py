"""Reading what was sent: strict JSON in UTF-8, and nothing that a database, a log or a comparison would stumble over later."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Coroutine
from email.message import Message
from typing import Any, Final, NoReturn

from fastapi import Request, Response
from fastapi.routing import APIRoute

from api.models.problems import Wrong
from api.problems import ProblemError

_DEEPEST: Final = 20


class StrictRoute(APIRoute):
    """A route whose JSON body is read strictly: 415 for another content type, 422 with the place for what is not JSON."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler that FastAPI made, given a strict request."""
        handle = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handle(StrictRequest(request.scope, request.receive))

        return strict


class StrictRequest(Request):
    """A request whose body, where there is one, is JSON."""

    async def body(self) -> bytes:
        """The bytes. Raises `ProblemError` 415 where they are said to be something else than JSON."""
        body = await super().body()
        if body and media_type(self) != "application/json":
            raise ProblemError(415, "send the body as JSON, with the header `Content-Type: application/json`")
        return body

    async def json(self) -> Any:
        """The value. Raises `ProblemError` 422."""
        return parse_json(await self.body())


def media_type(request: Request) -> str:
    """The type of the body without its parameters; blank for none, and for a character set or packing that is not read here."""
    message = Message()
    message["content-type"] = request.headers.get("content-type", "")
    charset = message.get_content_charset() or "utf-8"
    packed = request.headers.get("content-encoding", "identity") != "identity"
    if packed or charset not in ("utf-8", "utf8", "us-ascii") or not request.headers.get("content-type"):
        return ""
    return message.get_content_type()


def parse_json(body: bytes, where: str = "body") -> Any:
    """The value of a JSON text. Raises `ProblemError` 422 that says where it breaks off, never what stands there."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(where, f"is not UTF-8 text (byte {error.start})")
    try:
        value = json.loads(text, parse_constant=_not_finite, parse_float=_finite)
    except json.JSONDecodeError as error:
        _refuse(where, f"is not JSON: {_lower(error.msg)} (line {error.lineno}, column {error.colno})")
    except RecursionError:
        _refuse(where, f"is nested more than {_DEEPEST} deep")
    except ValueError as error:
        # Python's own limit on the digits of an integer, or a number that is not finite.
        _refuse(where, str(error) if isinstance(error, _NumberError) else "holds a number with too many digits")
    _check_depth(value, where)
    if "\\u" in text:
        _check_characters(value, where)
    return value


class _NumberError(ValueError):
    """A number that JSON does not have."""


def _not_finite(_constant: str) -> NoReturn:
    raise _NumberError("holds NaN or Infinity, which JSON does not have; leave the field out")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise _NumberError("holds a number that is too large")
    return number


def _refuse(where: str, message: str) -> NoReturn:
    raise ProblemError(422, f"{where} {message}", errors=[Wrong(where=where, message=message)])


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]


def _check_depth(value: Any, where: str) -> None:
    level = [value]
    for _ in range(_DEEPEST):
        level = [inner for outer in level if isinstance(outer, dict | list) for inner in _inside(outer)]
        if not level:
            return
    _refuse(where, f"is nested more than {_DEEPEST} deep")


def _inside(outer: dict[str, Any] | list[Any]) -> list[Any]:
    return list(outer.values()) if isinstance(outer, dict) else outer


def _check_characters(value: Any, where: str) -> None:
    """NUL and halves of characters can only come as escapes; no database keeps them."""
    if isinstance(value, str) and not value.isprintable() and _is_broken(value):
        _refuse(where, "holds a NUL or half a character (\\u0000, \\ud800...); take it out")
    if isinstance(value, list):
        for place, item in enumerate(value):
            _check_characters(item, f"{where}.{place}")
    if isinstance(value, dict):
        for name, item in value.items():
            _check_characters(name, where)
            _check_characters(item, where if _is_broken(name) else f"{where}.{name}")


def _is_broken(text: str) -> bool:
    return any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in text)
