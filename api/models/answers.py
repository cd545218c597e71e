"""Ranked, explained candidates: the same shape on the command line and over HTTP."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, Field

from api.models.records import ShownRecord
from matcher.match import SAME_CHILD, SAME_FAMILY


class Likelihood(StrEnum):
    """From calibrated cut-offs of the probability, never from rank."""

    LIKELY = "likely"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"


class MatchOutcome(StrEnum):
    """What the machine takes a pair for: perhaps the same child, or another child of the same family."""

    SAME_CHILD = SAME_CHILD
    SAME_FAMILY = SAME_FAMILY


class Evidence(BaseModel):
    """What one comparison found. The weights of all rows and the prior add up to the score."""

    comparison: str = Field(examples=["name"])
    level: str = Field(examples=["same sounds"])
    weight: float = Field(description="bits: above 0 for the match, below against it")
    query_value: str = Field(description="what the query, or the report of a kept match, says")
    candidate_value: str = Field(description="what the candidate, or the intake of a kept match, says")
    reason: str = Field(description="in English")
    reason_km: str = Field(description="in Khmer")


class Match(BaseModel):
    """One ranked candidate."""

    record_id: str
    rank: int
    score: float = Field(description="bits: `prior` and the weights of the evidence")
    probability: float
    likelihood: Likelihood
    coverage: float = Field(description="the share of the evidence that could be compared, 0..1")
    evidence: list[Evidence]
    caps: list[str] = Field(description="contradictions that hold the score down")
    prior: float
    model: str
    outcome: MatchOutcome
    family_probability: float = Field(description="of a brother or sister of the child instead")
    held: bool = Field(description="a senior reviewer decides; where the child is now is left out")
    held_reasons: list[str]
    record: ShownRecord = Field(description="the candidate as it may be shown")


class Answer(BaseModel):
    """The query as it was understood, and its candidates, best first."""

    query: ShownRecord
    matches: list[Match]
    notes: list[str]
