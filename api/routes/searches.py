"""`POST /search`: who may this child be? The question stands in the body, so that no name comes into an address or a log."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, Final, TypeVar

from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from api.answers import answer_response
from api.bodies import media_type, parse_json
from api.dependencies import Here, Now
from api.examples import Query, answer, query_of
from api.models import Answer, FlatRecord, SearchByExample, Wrong
from api.models.searches import CANDIDATES, MOST_CANDIDATES
from api.problems import ProblemError, documented
from api.turnstile import Turn
from indexer.errors import PhotoError, PhotosUnavailableError
from matcher.faces import Face
from matcher.record import Kind

router = APIRouter(tags=["search"])
Model = TypeVar("Model", bound=BaseModel)

# What the evidence calls a photo that came with a question: the file's own name may be a child's.
_PHOTO: Final = "photo"
_FORM: Final = {
    "type": "object",
    "properties": {
        "example": {
            "type": "string",
            "contentMediaType": "application/json",
            "description": "the flat record as JSON; may be left out beside a photo",
        },
        "limit": {"type": "integer", "minimum": 1, "maximum": MOST_CANDIDATES, "default": CANDIDATES},
        "kind": {"type": "string", "enum": [kind.value for kind in Kind]},
        "photo": {"type": "string", "format": "binary", "description": "a photo of the child, JPEG or PNG"},
    },
}
_BODY: Final = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("FlatRecord", "SearchByExample")]
            }
        },
        "multipart/form-data": {"schema": _FORM},
    },
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the photo that came with it; empty: none."""

    query: Query
    photo: bytes = field(default=b"", repr=False)


async def asked(request: Request, at: Now) -> Asked:
    """The question, from JSON or from a form with the JSON in the field `example`. Raises `ProblemError`, `InputError`."""
    photo = b""
    kind = media_type(request)
    if kind == "multipart/form-data":
        async with request.form(max_files=2, max_fields=10) as form:
            photo = await _photo(form)
            order = await _from_form(form, has_photo=bool(photo))
    elif kind == "application/json":
        order = _from_json(parse_json(await request.body()))
    else:
        raise ProblemError(415, "send the query as JSON (`Content-Type: application/json`) or as multipart/form-data")
    flat = order.example.model_dump(exclude_unset=True)
    return Asked(query_of(flat, sought=order.kind or Kind.INTAKE, limit=order.limit, today=at.date()), photo)


@router.post(
    "/search",
    response_model=Answer,
    responses=documented(403, 413, 415, 422, 503),
    openapi_extra={"requestBody": _BODY},
)
def search(question: Annotated[Asked, Depends(asked)], here: Here, turn: Turn) -> Response:
    """Ranked, explained candidates for a flat record, or for `{"example": record, "limit": n, "kind": ...}`.

    The same candidates in the same order as `elijah search --example`. An empty query gives an empty list. A photo comes as the
    part `photo` of a form; it is not kept. Without `photo_date` in the example it says next to nothing.
    """
    query = question.query
    if question.photo:
        query = query.with_faces(_face(question.photo, here))
    return answer_response(answer(query, here))


def _from_json(value: Any) -> SearchByExample:
    if isinstance(value, dict) and "example" in value:
        return _checked(SearchByExample, value, "body")
    return SearchByExample.model_construct(example=_checked(FlatRecord, value, "body"), limit=CANDIDATES, kind=None)


def _face(photo: bytes, here: Here) -> Face:
    try:
        return here.faces.face_on(photo, _PHOTO)
    except (PhotoError, PhotosUnavailableError) as error:
        raise ProblemError(422, error.message, errors=[Wrong(where="body.photo", message=error.message)]) from error


async def _photo(form: FormData) -> bytes:
    part = form.get("photo")
    return await part.read() if isinstance(part, UploadFile) else (part or "").encode("utf-8", "replace")


async def _from_form(form: FormData, *, has_photo: bool) -> SearchByExample:
    example = form.get("example")
    if example is None and has_photo:
        return _checked(SearchByExample, {"example": {}, **_beside(form)}, "body")
    if example is None:
        raise ProblemError(422, "body.example is missing: give the flat record as JSON in the form field `example`")
    text = await example.read() if isinstance(example, UploadFile) else example.encode("utf-8", "replace")
    value = parse_json(text, "body.example")
    if isinstance(value, dict) and "example" in value:
        return _checked(SearchByExample, value, "body", "example")
    return _checked(SearchByExample, {"example": value, **_beside(form)}, "body")


def _beside(form: FormData) -> dict[str, object]:
    # A form has text only; what is no number stays text and is refused by the model.
    told = {name: str(form[name]) for name in ("limit", "kind") if form.get(name)}
    limit = told.get("limit", "")
    is_number = limit.isascii() and limit.isdigit() and len(limit) < 10
    return {**told, "limit": int(limit)} if is_number else dict(told)


def _checked(model: type[Model], value: object, *where: str) -> Model:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise RequestValidationError([{**one, "loc": (*where, *one["loc"])} for one in error.errors()]) from None
