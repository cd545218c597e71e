"""The HTML pages: `router` has them all, `mount_static` serves their style sheet, `ReadableProblems` shows a
problem to a person."""

from __future__ import annotations

from importlib.resources import files

from fastapi import APIRouter, FastAPI
from starlette.staticfiles import StaticFiles

from api.routes.pages import check, intake, language, matches, reconciliations, records, search
from api.routes.pages.errors import ReadableProblems

__all__ = ["ReadableProblems", "mount_static", "router"]

router = APIRouter(include_in_schema=False)
for module in (search, intake, check, matches, records, reconciliations, language):
    router.include_router(module.router)


def mount_static(app: FastAPI) -> None:
    """Serve `api/pages/static` under `/static`."""
    app.mount("/static", StaticFiles(directory=str(files("api.pages").joinpath("static"))), name="static")
