"""Kept matches: the queue, one match whole, and what people say of it."""

from __future__ import annotations

import getpass
from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.bodies import StrictRoute
from api.dependencies import Here, Now
from api.models import DecisionOrder, MatchPage, MatchQuery, ReviewedMatch
from api.problems import documented
from indexer.reviewing import decide, listed_json, match_json
from indexer.store import MatchFilter

router = APIRouter(tags=["matches"], route_class=StrictRoute)

MatchId = Annotated[str, Path(description="the `id` of a match, a whole number")]


@router.get("/matches", responses=documented(403, 422, 503))
def list_matches(here: Here, asked: Annotated[MatchQuery, Query()]) -> MatchPage:
    """The matches that are kept for review, most probable first. Children without consent for tracing are left out."""
    wanted = MatchFilter(
        status=asked.status,
        likelihood=asked.likelihood,
        held=asked.held,
        outcome=asked.outcome,
        record_id=asked.record,
    )
    return MatchPage.model_validate(listed_json(here, wanted, limit=asked.limit, offset=asked.offset))


@router.get("/matches/{match_id}", responses=documented(403, 404, 503))
def get_match(match_id: MatchId, here: Here) -> ReviewedMatch:
    """One match: its evidence, both records as they may be shown, and its whole history."""
    return ReviewedMatch.model_validate(match_json(here, match_id))


@router.post("/matches/{match_id}/decisions", status_code=201, responses=documented(403, 404, 409, 413, 415, 422, 503))
def decide_match(match_id: MatchId, body: DecisionOrder, here: Here, at: Now) -> ReviewedMatch:
    """Say what a match is; `undo` takes the last decision back. Answers with the match as it is now.

    409 when somebody decided since `seen_decision`, or when the match cannot become that from where it stands; 403 when it is
    held and `senior` is not said.
    """
    decide(
        here,
        match_id,
        body.decision,
        reason=body.reason,
        by=body.by.strip() or getpass.getuser(),
        senior=body.senior,
        seen_decision=body.seen_decision,
        at=at,
    )
    return ReviewedMatch.model_validate(match_json(here, match_id))
