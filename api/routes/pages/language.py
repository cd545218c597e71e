"""The language switch."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from fastapi import APIRouter
from starlette.responses import RedirectResponse

from api.pages.language import remember

router = APIRouter(include_in_schema=False)
_LONGEST_ADDRESS: Final = 1_000


class Language(StrEnum):
    """The languages of the pages."""

    EN = "en"
    KM = "km"


@router.get("/language/{language}")
def choose(language: Language, next: str = "/") -> RedirectResponse:  # noqa: A002  # the word that every site uses in its addresses
    """Keep the language and go back to where the reader was."""
    response = RedirectResponse(_own_address(next), status_code=303)
    remember(response, language.value)
    return response


def _own_address(address: str) -> str:
    """The address if it leads to a page of ours, else the first page: a link must not carry a reader off to another site."""
    ours = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if ours and len(address) <= _LONGEST_ADDRESS else "/"
