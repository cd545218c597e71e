"""Answers over HTTP. Apart from `examples`, which the command line imports: it waits for no web framework."""

from __future__ import annotations

from starlette.responses import Response

from api.models import Answer as AnswerModel
from indexer.answer import Answer


def answer_response(found: Answer) -> Response:
    """The answer as JSON, checked against the model and written once."""
    checked = AnswerModel.model_validate(found.to_json())
    return Response(checked.model_dump_json(), media_type="application/json")
