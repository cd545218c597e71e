"""The night job over HTTP: start it, see how far it is."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.bodies import StrictRoute
from api.dependencies import Here, Keeping, Now
from api.models import Reconciliation, ReconciliationOrder, Reconciliations, StartedReconciliation
from api.problems import documented
from indexer.errors import NotFoundError
from indexer.store import Reconciliation as Run

router = APIRouter(tags=["reconciliations"], route_class=StrictRoute)

# More digits than any run's number has, and still a number that every database takes.
_MOST_DIGITS = 15


@router.post("/reconciliations", status_code=202, responses=documented(403, 409, 413, 415, 422, 503))
def start_reconciliation(
    here: Here, keeper: Keeping, at: Now, body: ReconciliationOrder | None = None
) -> StartedReconciliation:
    """Compare everything that changed with everything that is open, behind this answer. 409 while a run is under way."""
    run = keeper.nights.start(here, full=body is not None and body.full, at=at)
    return StartedReconciliation(id=run, status="running")


@router.get("/reconciliations", responses=documented(403, 422, 503))
def list_reconciliations(here: Here, limit: Annotated[int, Query(ge=1, le=1000)] = 20) -> Reconciliations:
    """The newest runs, newest first."""
    return Reconciliations(reconciliations=[_shown(run) for run in here.store.last_reconciliations(limit)])


@router.get("/reconciliations/{run_id}", responses=documented(403, 404, 503))
def get_reconciliation(
    run_id: Annotated[str, Path(description="the `id` of a run, a whole number")], here: Here
) -> Reconciliation:
    """One run: how far it is, and what it did."""
    is_number = run_id.isascii() and run_id.isdigit() and len(run_id) <= _MOST_DIGITS
    run = here.store.get_reconciliation(int(run_id)) if is_number else None
    if run is None:
        raise NotFoundError("there is no such run; GET /v1/reconciliations lists them")
    return _shown(run)


def _shown(run: Run) -> Reconciliation:
    return Reconciliation(
        id=run.id,
        status=run.status,
        full=run.full,
        started_at=run.started_at,
        finished_at=run.finished_at,
        done=run.done,
        total=run.total,
        report=dict(run.summary),
    )
