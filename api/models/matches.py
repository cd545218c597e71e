"""Kept matches and what people say of them."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from api.models.answers import Evidence, Likelihood, MatchOutcome
from api.models.records import ShownRecord
from indexer.store import Decision, MatchStatus

# Further than any installation reaches, and still a number that every database takes.
_FURTHEST: Final = 10**12


class MatchQuery(BaseModel):
    """Which matches to list; what is left out is not asked for. A filter of another name is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")

    status: MatchStatus | None = Field(None, description="where a match stands")
    likelihood: Likelihood | None = None
    outcome: MatchOutcome | None = Field(None, description="what the machine takes the pair for")
    held: bool | None = Field(None, description="held for a senior reviewer")
    record: str | None = Field(None, max_length=200, description="only the matches of this record_id")
    limit: int = Field(50, ge=1, le=1_000)
    offset: int = Field(0, ge=0, le=_FURTHEST)


class ListedMatch(BaseModel):
    """A (report, intake) pair kept for review. `score` is the one that people saw, `latest_score` the machine's newest."""

    id: int
    report_id: str
    intake_id: str
    status: MatchStatus
    likelihood: Likelihood
    probability: float
    score: float
    coverage: float
    outcome: MatchOutcome
    held: bool
    latest_score: float
    latest_probability: float
    model: str
    created_at: datetime
    updated_at: datetime


class MatchPage(BaseModel):
    """A page of matches, most probable first."""

    matches: list[ListedMatch]
    total: int = Field(description="how many there are on all pages")
    limit: int
    offset: int


class Step(BaseModel):
    """One step of a match's history. `decision` is one of the decisions, or what followed: `reopened`, `reunited_elsewhere`."""

    id: int
    decision: str
    reason: str
    by: str
    at: datetime
    status_before: MatchStatus
    status_after: MatchStatus
    undone: bool = Field(description="taken back by a later step")


class ReviewedMatch(ListedMatch):
    """One match whole: evidence, both records as they may be shown, and everything that was said of it, oldest first."""

    evidence: list[Evidence]
    caps: list[str]
    prior: float
    held_reasons: list[str]
    report: ShownRecord
    intake: ShownRecord
    last_decision: int = Field(
        description="the id of the last step, 0 before the first: send it back as `seen_decision`"
    )
    history: list[Step]


class DecisionOrder(BaseModel):
    """What a person says of a match. Kept for ever; `undo` takes the last decision back and is kept too."""

    model_config = ConfigDict(extra="forbid")

    decision: Decision
    reason: str = Field("", max_length=4_000, description="why")
    by: str = Field("", max_length=200, description="who decides (default: the user who runs the server)")
    senior: bool = Field(False, strict=True, description="a senior reviewer decides: needed to confirm a held match")
    seen_decision: int | None = Field(
        None,
        strict=True,
        ge=0,
        le=2**53,
        description="`last_decision` of the match as it was shown: 409 when somebody decided since",
    )
