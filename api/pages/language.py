"""Which language a reader gets: asked for in the address, else chosen before, else what the browser prefers, else English."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from api.pages.texts import LANGUAGES

COOKIE: Final = "elijah_language"
_A_YEAR: Final = 365 * 24 * 3600


def language_of(request: Request) -> str:
    """`en` or `km`."""
    for wanted in (chosen(request), request.cookies.get(COOKIE)):
        if wanted in LANGUAGES:
            return str(wanted)
    return _preferred(request.headers.get("accept-language", ""))


def chosen(request: Request) -> str | None:
    """The language that this very request asks for with `?lang=`, or that a form asked for with its button."""
    return getattr(request.state, "language", None) or request.query_params.get("lang")


def remember(response: Response, language: str) -> None:
    """Keep the choice in a cookie: nothing but the two letters."""
    response.set_cookie(COOKIE, language, max_age=_A_YEAR, samesite="lax", httponly=True)


def _preferred(header: str) -> str:
    weighted = (_weighted(part) for part in header.split(","))
    for _, language in sorted(weighted, key=lambda pair: -pair[0]):
        if language in LANGUAGES:
            return language
    return "en"


def _weighted(part: str) -> tuple[float, str]:
    tag, _, parameter = part.strip().partition(";")
    try:
        weight = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
    except ValueError:
        weight = 0.0
    return weight, tag.split("-")[0].lower()
