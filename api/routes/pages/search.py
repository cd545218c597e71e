"""The first page: type what is known of a child, see who it may be. Names are posted, so they never stand in an address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.dependencies import Here, Now
from api.examples import answer, query_of
from api.models.searches import CANDIDATES
from api.pages.fields import LONGEST, SEARCH, as_flat, read_form
from api.pages.language import language_of
from api.pages.messages import message
from api.pages.rendering import render
from api.pages.views import answer_views
from api.pages.wording import Wording
from api.routes.pages.forms import Posted
from api.turnstile import Turn
from indexer.installation import says_something
from matcher.errors import InputError
from matcher.record import Kind

router = APIRouter(include_in_schema=False)
# So much of what was typed stands on the folded form above the answers.
_SHORT: Final = 8


@router.get("/")
def ask(request: Request) -> Response:
    """The empty form."""
    return _page(request, {}, Kind.INTAKE)


@router.get("/search")
def ask_again() -> RedirectResponse:
    """A reader who reloads or keeps the address of an answer gets the form: what they asked is kept nowhere."""
    return RedirectResponse("/", status_code=303)


@router.post("/search")
def search(request: Request, form: Posted, here: Here, at: Now, turn: Turn) -> Response:
    """The ranked answers, with the form as it was typed."""
    sought = Kind.REPORT if form.get("kind") == Kind.REPORT else Kind.INTAKE
    try:
        typed = read_form(SEARCH, form)
        query = query_of(as_flat(typed, sought), sought=sought, limit=CANDIDATES, today=at.date())
    except InputError as error:
        return _page(request, form, sought, error=error)
    views = answer_views(answer(query, here), Wording.of(here, language_of(request)))
    return _page(request, typed, sought, answer=views, empty=not says_something(query.example))


def _page(
    request: Request, typed: Mapping[str, str], sought: Kind, *, error: InputError | None = None, **values: Any
) -> Response:
    told = message(error.message, language_of(request)) if error else None
    values = {"answer": None, "empty": False, **values}
    return render(
        request,
        "search.html",
        status=422 if error else 200,
        nav="nav.search",
        groups=SEARCH,
        longest=LONGEST,
        typed=typed,
        sought=sought.value,
        summary=list(typed.values())[:_SHORT],
        error=told,
        wrong={error.column: told.text} if error and told else {},
        resubmit="" if values["answer"] is None else "search-form",
        back="/",
        **values,
    )
