"""A client of the app without a network: as a program on this machine would call it."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

with warnings.catch_warnings():
    # Starlette would rather have httpx2 than the httpx that is pinned; the client is the same.
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

from api.app import create_app
from indexer.settings import Settings

__all__ = ["BASE", "HERE", "INTAKE", "REPORT", "TestClient", "client_of", "put"]

BASE = "http://127.0.0.1:8000"
HERE = ("127.0.0.1", 50_000)
# In Khmer as the family tells it, in Latin letters as a shelter writes it.
REPORT: dict[str, Any] = {
    "kind": "report",
    "full_name": "សុខ ដារ៉ា",
    "sex": "male",
    "date_of_birth": "2015-04-15",
    "home_place": "បាត់ដំបង",
    "father_name": "សុខ វុទ្ធ",
    "mother_name": "Chan Sreymom",
    "inquirer_name": "Chan Sreymom",
    "inquirer_relation": "mother",
    "last_seen_place": "Poipet",
    "last_seen_date": "2025-11-02",
}
INTAKE: dict[str, Any] = {
    "kind": "intake",
    "full_name": "Dara SOKH",
    "sex": "M",
    "date_of_birth": "15/4/2015",
    "home_place": "Battambang",
    "father_name": "Sok Vuth",
    "mother_name": "Chan Sreymom",
    "found_place": "Aranyaprathet",
    "found_date": "2025-12-01",
    "consent_for_tracing": True,
}


def client_of(home: Path, *, client: tuple[str, int] = HERE, base: str = BASE, **settings: Any) -> TestClient:
    """A client of an app on this home; enter it (`with`) to start and end the app."""
    return TestClient(create_app(Settings(home=home, **settings)), base_url=base, client=client, follow_redirects=False)


def put(client: TestClient, record_id: str, record: dict[str, Any], **cells: Any) -> None:
    """Store a record over HTTP."""
    answer = client.put(f"/v1/records/{record_id}", json={**record, **cells})
    assert answer.status_code in (200, 201), answer.text
