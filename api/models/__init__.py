"""The objects of the HTTP interface, as pydantic models: they check what comes in, and `/openapi.json` is made from them."""

from api.models.answers import Answer, Evidence, Likelihood, Match, MatchOutcome
from api.models.matches import DecisionOrder, ListedMatch, MatchPage, MatchQuery, ReviewedMatch, Step
from api.models.problems import Problem, Wrong
from api.models.records import FlatRecord, Loaded, RejectedRecord, ShownRecord
from api.models.runs import (
    Health,
    Readiness,
    Reconciliation,
    ReconciliationOrder,
    Reconciliations,
    StartedReconciliation,
)
from api.models.searches import SearchByExample

__all__ = [
    "Answer", "DecisionOrder", "Evidence", "FlatRecord", "Health", "Likelihood", "ListedMatch", "Loaded", "Match", "MatchOutcome",
    "MatchPage", "MatchQuery", "Problem", "Readiness", "Reconciliation", "ReconciliationOrder", "Reconciliations",
    "RejectedRecord", "ReviewedMatch", "SearchByExample", "ShownRecord", "StartedReconciliation", "Step", "Wrong",
]  # fmt: skip
