"""How the server is: for a process manager, a container's health check and a monitoring system. Under `/` and under `/v1`."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.dependencies import Here, Keeping
from api.models import Health, Readiness
from api.monitoring import MEDIA_TYPE, Monitoring
from api.problems import documented
from indexer.errors import IndexUnavailableError

router = APIRouter(tags=["health"])


@router.get("/healthz", responses=documented(403))
async def get_health() -> Health:
    """The process lives, however many threads are busy."""
    return Health()


@router.get("/readyz", responses=documented(403, 503))
def get_readiness(here: Here) -> Readiness:
    """The database opens, and how far the index is behind it; 503 where one of them cannot be used."""
    status = here.index_status()
    if "problem" in status:
        behind = "an unknown number of" if status["behind"] is None else status["behind"]
        raise IndexUnavailableError(f"{status['problem']}; the index is {behind} changes behind")
    return Readiness.model_validate(status)


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **documented(403)},
)
def get_metrics(request: Request, keeper: Keeping) -> Response:
    """Counts and times in Prometheus' text format; no names, no ids."""
    monitoring = request.app.state.monitoring
    assert isinstance(monitoring, Monitoring)  # noqa: S101  # `create_app` puts it there
    return Response(monitoring.page(keeper), media_type=MEDIA_TYPE)
