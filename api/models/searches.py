"""What may be asked: a flat record alone, or one with a limit and a kind beside it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from api.models.records import FlatRecord
from matcher.record import Kind

MOST_CANDIDATES = 1_000
CANDIDATES = 20


class SearchByExample(BaseModel):
    """A query by example."""

    model_config = ConfigDict(extra="forbid")

    example: FlatRecord = Field(description="what is known of the child; needs no record_id and no kind")
    limit: int = Field(CANDIDATES, strict=True, ge=1, le=MOST_CANDIDATES, description="at most so many candidates")
    kind: Kind | None = Field(
        None, description="what to look for: `intake` (default) or `report`; the example's own kind comes first"
    )
