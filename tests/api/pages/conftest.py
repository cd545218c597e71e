"""A browser in front of the app: it asks for HTML, in a language, and reads what comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from indexer.installation import Installation
from indexer.reconcile import reconcile
from tests.api.client import INTAKE, REPORT, TestClient, client_of, put
from tests.api.conftest import AT
from tests.api.pages.reading import Page

HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
WITHHELD = "Sok Vuth"
PLACE = "Aranyaprathet"


class Browser:
    """What a person's browser sends and shows. `language` is what the browser prefers."""

    def __init__(self, client: TestClient, language: str = "en") -> None:
        self.client = client
        self.headers = {**HTML, "accept-language": language}

    def get(self, path: str, status: int = 200) -> Page:
        """Open an address."""
        answer = self.client.get(path, headers=self.headers)
        assert answer.status_code == status, Page(answer.text).text[:500]
        return Page(answer.text)

    def post(self, path: str, status: int = 200, files: Any = None, **form: str) -> Page:
        """Send a form and read the page that it answers with."""
        answer = self.client.post(path, data=form, files=files, headers=self.headers)
        assert answer.status_code == status, Page(answer.text).text[:500]
        return Page(answer.text)

    def send(self, path: str, **form: str) -> str:
        """Send a form that answers by leading to another page; its address."""
        answer = self.client.post(path, data=form, headers=self.headers)
        assert answer.status_code == 303, Page(answer.text).text[:500]
        return str(answer.headers["location"])


@pytest.fixture
def browser(client: TestClient) -> Browser:
    """An English reader's browser on an empty home."""
    return Browser(client)


@pytest.fixture
def khmer(client: TestClient) -> Browser:
    """A Khmer reader's browser."""
    return Browser(client, "km-KH,km;q=0.9,en;q=0.5")


@pytest.fixture
def held(client: TestClient, here: Installation) -> int:
    """The id of a kept match that is held: the father who is named must not learn that the child is at Aranyaprathet."""
    put(client, "police/1", REPORT)
    put(client, "shelter/1", INTAKE, withhold_from=WITHHELD, caregiver_name="Mother of House 3", phones="012999888")
    reconcile(here, at=AT)
    (only,) = client.get("/v1/matches").json()["matches"]
    return int(only["id"])


@pytest.fixture
def browser_of(tmp_path: Path) -> Iterator[Callable[..., Browser]]:
    """`browser_of(own_sources=...)`: a browser on another home with these settings."""
    clients: list[TestClient] = []

    def make(**settings: Any) -> Browser:
        client = client_of(tmp_path / f"home-{len(clients)}", **settings)
        clients.append(client)
        client.__enter__()
        return Browser(client)

    yield make
    for client in clients:
        client.__exit__(None, None, None)
