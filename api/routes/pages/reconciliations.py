"""The nights: what the last runs of the night job did, and starting one now."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.dependencies import Here, Keeping, Now
from api.pages.language import language_of
from api.pages.messages import message
from api.pages.rendering import render
from api.routes.pages.forms import Posted
from indexer.errors import ConflictError
from indexer.installation import Installation

router = APIRouter(include_in_schema=False)
_LISTED: Final = 20


@router.get("/reconciliations")
def nights(request: Request, here: Here) -> Response:
    """The newest runs."""
    return _page(request, here)


@router.post("/reconciliations")
def start(request: Request, form: Posted, keeper: Keeping, here: Here, at: Now) -> Response:
    """Start a run; while another is under way, say so above the list."""
    try:
        run = keeper.nights.start(here, full=form.get("full") == "yes", at=at)
    except ConflictError as error:
        return _page(request, here, error=error)
    return RedirectResponse(f"/reconciliations#run-{run}", status_code=303)


def _page(request: Request, here: Installation, error: ConflictError | None = None) -> Response:
    runs = here.store.last_reconciliations(_LISTED)
    return render(
        request,
        "reconciliations.html",
        status=409 if error else 200,
        nav="nav.nights",
        runs=runs,
        running=next((run for run in runs if run.status == "running"), None),
        error=message(error.message, language_of(request)) if error else None,
    )
