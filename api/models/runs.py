"""Runs of the night job, and how the server is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class ReconciliationOrder(BaseModel):
    """How to run the night job."""

    model_config = ConfigDict(extra="forbid")

    full: bool = Field(False, strict=True, description="compare everything again, not only what changed")


class StartedReconciliation(BaseModel):
    """A run that has just begun."""

    id: int
    status: str = Field(examples=["running"])


class Reconciliation(BaseModel):
    """One run: `running`, `done`, `stopped` (a breaker, see `report.stopped`) or `failed` (the next run finishes it)."""

    id: int
    status: str = Field(examples=["done"])
    full: bool
    started_at: datetime
    finished_at: datetime | None
    done: int = Field(description="records compared so far")
    total: int = Field(description="records to compare")
    report: dict[str, Any] = Field(description="what it did, as `elijah reconcile --json` says it; empty while it runs")


class Reconciliations(BaseModel):
    """The newest runs, newest first."""

    reconciliations: list[Reconciliation]


class Health(BaseModel):
    """The process lives."""

    status: str = "ok"


class Readiness(BaseModel):
    """The database opens and the index can be used; `behind` is how many changes the index has still to follow."""

    status: str = "ready"
    records: int
    behind: int
    embedder: str = Field(description="what reads faces on photos, where that is installed")
