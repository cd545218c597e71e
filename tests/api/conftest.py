"""An app on an empty home, and one with a kept match."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from indexer.installation import Installation
from indexer.reconcile import reconcile
from tests.api.client import INTAKE, REPORT, TestClient, client_of, put

AT = datetime(2026, 1, 10, 3, 0, tzinfo=UTC)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """A client of an app on an empty home."""
    with client_of(tmp_path / "home") as client:
        yield client


@pytest.fixture
def here(client: TestClient) -> Installation:
    """The installation behind the client."""
    kept: Installation = client.app.state.keeper.installation()  # type: ignore[attr-defined]  # a FastAPI app has a state
    return kept


@pytest.fixture
def match(client: TestClient, here: Installation) -> int:
    """The id of a kept match of police/1 and shelter/1."""
    put(client, "police/1", REPORT)
    put(client, "shelter/1", INTAKE)
    reconcile(here, at=AT)
    (only,) = client.get("/v1/matches").json()["matches"]
    return int(only["id"])
