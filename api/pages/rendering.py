"""From a template and its values to a page in the reader's language."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.pages import formats
from api.pages.language import chosen, language_of, remember
from api.pages.messages import message
from api.pages.texts import LANGUAGES, texts

_KHMER: Final = re.compile("[\u1780-\u17ff]")


def render(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page. What a page shows is about children: no cache may keep it."""
    language = language_of(request)
    page = (
        _environment()
        .get_template(template)
        .render(t=texts(language), here=request.url.path, language=language, **{"resubmit": "", **values})
    )
    response = HTMLResponse(page, status_code=status, headers={"Cache-Control": "no-store"})
    if chosen(request) in LANGUAGES:
        remember(response, language)
    return response


def script_of(text: object) -> str:
    """`km` for a text with Khmer in it, else blank: what a browser needs to choose a font and a screen reader a voice."""
    return "km" if _KHMER.search(str(text)) else ""


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("api.pages", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "bits": formats.bits, "percent": formats.percent, "day": formats.day, "moment": formats.moment, "script_of": script_of,
    }  # fmt: skip
    environment.globals |= {"message": message}
    return environment
