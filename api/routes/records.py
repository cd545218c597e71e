"""Records: put, read, withdrawn; and the candidates of a stored one."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends, Path, Query
from starlette.responses import JSONResponse, Response

from api.answers import answer_response
from api.bodies import StrictRoute
from api.dependencies import Here, Now
from api.loading import load_rows
from api.models import Answer, FlatRecord, Loaded, ShownRecord
from api.models.searches import CANDIDATES, MOST_CANDIDATES
from api.problems import ProblemError, documented
from api.turnstile import Turn
from indexer.reviewing import readable_record
from indexer.store import Outcome
from matcher.errors import InputError
from matcher.record import Record
from matcher.text import tidy

router = APIRouter(tags=["records"], route_class=StrictRoute)

_MATCHES: Final = "/matches"
_ARRAY: Final = {
    "required": True,
    "content": {
        "application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/FlatRecord"}}},
    },
}


def record_id_of(
    source: Annotated[str, Path(description="who owns the record: the part of its `record_id` before the first `/`")],
    id: Annotated[str, Path(description="the rest of its `record_id`; may hold `/`")],  # noqa: A002  # the public name of the path's part
) -> str:
    """The `record_id` that a path names. Raises `InputError` where it can be none."""
    if not tidy(source) or not tidy(id) or "\0" in source + id:
        raise InputError("the address must be /records/{source}/{id}, both in readable characters", column="record_id")
    return tidy(f"{source}/{id}")


RecordId = Annotated[str, Depends(record_id_of)]


@router.get("/records/{source}/{id:path}/matches", response_model=Answer, responses=documented(403, 404, 422, 503))
def match_record(
    record_id: RecordId,
    here: Here,
    turn: Turn,
    limit: Annotated[int, Query(ge=1, le=MOST_CANDIDATES, description="at most so many candidates")] = CANDIDATES,
) -> Response:
    """The ranked, explained candidates of a stored record, as `elijah match` gives them."""
    readable_record(here, record_id)
    return answer_response(here.match(record_id, limit=limit))


@router.get("/records/{source}/{id:path}", responses=documented(403, 404, 422, 503))
def get_record(record_id: RecordId, here: Here) -> ShownRecord:
    """One record. 403 for a child without consent for tracing whose source this installation does not own."""
    return readable_record(here, record_id).record.to_flat()


@router.put(
    "/records/{source}/{id:path}",
    response_model=ShownRecord,
    responses={
        200: {"description": "Updated, or the same as before"},
        201: {"description": "Created", "model": ShownRecord},
        204: {"description": "It came with the status `withdrawn` and is gone for good"},
        **documented(403, 410, 413, 415, 422, 503),
    },
)
def put_record(record_id: RecordId, body: FlatRecord, here: Here, at: Now) -> Response:
    """Store a record; the same id again is an update. It can be read and is found at once.

    `record_id` in the body may be left out. 410 for a record that was withdrawn: it stays gone.
    """
    if record_id.endswith(_MATCHES):
        raise InputError(f"an id that ends in {_MATCHES} could not be read back; choose another", column="record_id")
    row = body.to_row()
    if tidy(str(row.get("record_id", ""))) not in ("", record_id):
        raise InputError("body.record_id is another one than the address has; leave it out", column="body.record_id")
    row["record_id"] = record_id
    outcome = here.put([row], at=at)[0]
    if outcome is Outcome.WITHDRAWN_BEFORE:
        raise ProblemError(
            HTTPStatus.GONE, "this record was withdrawn and stays gone; a child who comes back gets a new id"
        )
    if outcome is Outcome.WITHDRAWN_NOW:
        return Response(status_code=HTTPStatus.NO_CONTENT)
    created = outcome is Outcome.CREATED
    return JSONResponse(Record.from_flat(row).to_flat(), HTTPStatus.CREATED if created else HTTPStatus.OK)


@router.delete("/records/{source}/{id:path}", status_code=204, responses=documented(403, 404, 422, 503))
def withdraw_record(record_id: RecordId, here: Here, at: Now) -> None:
    """Withdraw a record for good: from the database, the index and the files, with its matches and decisions."""
    here.withdraw(record_id, at=at)


@router.post("/records", openapi_extra={"requestBody": _ARRAY}, responses=documented(403, 413, 415, 422, 503))
def load_records(rows: Annotated[list[Any], Body()], here: Here, at: Now) -> Loaded:
    """Store many records. What cannot be read is listed with its place; the rest goes in, as `elijah load` does it."""
    return load_rows(here, rows, at=at)
