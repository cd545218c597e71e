"""The server: HTTP interface and pages over one open installation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from api.keeper import Keeper
from api.limits import BodyLimit
from api.models import FlatRecord, Problem, SearchByExample
from api.monitoring import Counting, Monitoring
from api.problems import NoTracebacks, answer_problems
from api.routes import health, matches, pages, records, runs, searches
from api.security import Guard, SecurityHeaders
from api.turnstile import Crowd, Turnstile
from indexer.settings import Settings

_DESCRIPTION: Final = (
    "Finds missing children: ranked, explained candidates across Khmer and Latin spelling. The machine ranks and explains; "
    "people decide. Every error is `application/problem+json`."
)
_REFERENCE: Final = "#/components/schemas/{model}"


def create_app(settings: Settings, *, alone: bool = False) -> FastAPI:
    """A server on the installation of these settings; it is opened when the server starts, or with the first question.

    `alone`: the process does nothing else, and its memory is looked after for that.
    """
    app = FastAPI(
        title="Elijah",
        version=version("elijah"),
        description=_DESCRIPTION,
        lifespan=_life,
        # The pages that FastAPI brings load scripts from other people's servers.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_name_of,
    )
    app.state.keeper = Keeper(settings, alone=alone)
    app.state.turnstile = Turnstile()
    app.state.monitoring = Monitoring()
    app.include_router(_v1(), prefix="/v1")
    app.include_router(health.router)
    app.include_router(pages.router, include_in_schema=False)
    pages.mount_static(app)
    _add_walls(app, settings)
    answer_problems(app)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]  # FastAPI's own way to extend its page
    return app


def _v1() -> APIRouter:
    v1 = APIRouter()
    for part in (searches, records, matches, runs):
        v1.include_router(part.router)
    v1.include_router(health.router, include_in_schema=False)
    return v1


def _add_walls(app: FastAPI, settings: Settings) -> None:
    """The last added is the outermost."""
    app.add_middleware(BodyLimit)
    app.add_middleware(Crowd)
    app.add_middleware(Guard, settings=settings)
    app.add_middleware(NoTracebacks)
    app.add_middleware(pages.ReadableProblems)
    app.add_middleware(Counting, monitoring=app.state.monitoring)
    app.add_middleware(SecurityHeaders)


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    keeper: Keeper = app.state.keeper
    await run_in_threadpool(keeper.warm_up)
    yield
    await run_in_threadpool(keeper.close)


def _name_of(route: APIRoute) -> str:
    return route.name


def _openapi(app: FastAPI) -> dict[str, Any]:
    """FastAPI's page, with the models that only `$ref`s name, and without its own shape of a 422, which is never sent."""
    if app.openapi_schema is None:
        page = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        schemas = page.setdefault("components", {}).setdefault("schemas", {})
        for model in (FlatRecord, Problem, SearchByExample):
            schema = model.model_json_schema(ref_template=_REFERENCE)
            schemas |= schema.pop("$defs", {}) | {model.__name__: schema}
        _drop_what_is_never_sent(page)
        app.openapi_schema = page
    return app.openapi_schema


def _drop_what_is_never_sent(page: dict[str, Any]) -> None:
    for never_sent in ("HTTPValidationError", "ValidationError"):
        page["components"]["schemas"].pop(never_sent, None)
    for methods in page["paths"].values():
        for operation in methods.values():
            if "application/json" in operation["responses"].get("422", {}).get("content", {}):
                del operation["responses"]["422"]
