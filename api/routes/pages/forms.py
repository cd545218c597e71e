"""Reading what a page's form sends: text only, bounded, and the language that its button may ask for."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Depends, Request

from api.pages.texts import LANGUAGES

_MOST_FIELDS: Final = 100
# The rows of a checked spreadsheet travel in one field; nothing else comes near.
_LONGEST_FIELD: Final = 8 * 1024 * 1024


async def posted(request: Request) -> dict[str, str]:
    """The fields of a form by name, the last of a name; files are refused."""
    async with request.form(max_files=0, max_fields=_MOST_FIELDS, max_part_size=_LONGEST_FIELD) as form:
        typed = {name: value for name, value in form.items() if isinstance(value, str)}
    ask_for_language(request, typed.get("lang"))
    return typed


def ask_for_language(request: Request, language: str | None) -> None:
    """A form that is sent again by a language's button is answered in that language from then on."""
    if language in LANGUAGES:
        request.state.language = language


Posted = Annotated[dict[str, str], Depends(posted)]
