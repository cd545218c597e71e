"""What every endpoint may ask for: the open installation, the clock, the background night."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request

from api.keeper import Keeper
from indexer.installation import Installation


def keeper(request: Request) -> Keeper:
    """The one object that opens the installation for this process."""
    kept = request.app.state.keeper
    assert isinstance(kept, Keeper)  # noqa: S101  # `create_app` puts it there
    return kept


def installation(request: Request) -> Installation:
    """The open installation. Raises `StoreError` (answered as 503) while it cannot be opened."""
    return keeper(request).installation()


def now() -> datetime:
    """The clock: the only place where an endpoint reads it."""
    return datetime.now(UTC)


# For the signatures of endpoints: `here: Here`, `at: Now`.
Here = Annotated[Installation, Depends(installation)]
Keeping = Annotated[Keeper, Depends(keeper)]
Now = Annotated[datetime, Depends(now)]
