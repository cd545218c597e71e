from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from api.turnstile import Crowd, CrowdedError, Turnstile
from indexer.installation import Installation
from tests.api.client import INTAKE, TestClient, client_of, put

_ASKED = {"full_name": "Sok Dara"}
_SECONDS = 30


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """One searches at a time, one waits."""
    with client_of(tmp_path / "home") as client:
        put(client, "shelter/1", INTAKE)
        client.app.state.turnstile = Turnstile(1, 1)  # type: ignore[attr-defined]  # a FastAPI app has a state
        yield client


class Slowly:
    """Searches that end when they are told to."""

    def __init__(self) -> None:
        self.begun = 0
        self.go_on = threading.Event()
        self._search = Installation.search
        self._counting = threading.Lock()

    def search(self, here: Installation, *args: Any, **more: Any) -> object:
        with self._counting:
            self.begun += 1
        assert self.go_on.wait(_SECONDS)
        return self._search(here, *args, **more)


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> Slowly:
    made = Slowly()

    def search(here: Installation, *args: Any, **more: Any) -> object:
        return made.search(here, *args, **more)

    monkeypatch.setattr(Installation, "search", search)
    return made


@contextmanager
def asking(client: TestClient, slowly: Slowly, count: int) -> Iterator[list[Future[Any]]]:
    """So many have asked, the first of them is being answered; all are let go at the end."""
    with ThreadPoolExecutor(count) as pool:
        asked = [pool.submit(client.post, "/v1/search", json=_ASKED) for _ in range(count)]
        try:
            _wait(lambda: slowly.begun > 0)
            yield asked
        finally:
            slowly.go_on.set()


def _wait(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _SECONDS
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _waiting(client: TestClient) -> int:
    return int(client.app.state.turnstile._waiting)  # type: ignore[attr-defined]  # as above


def test_who_finds_too_many_waiting_is_told_when_to_come_back_and_the_others_are_answered(
    client: TestClient, slowly: Slowly
) -> None:
    with asking(client, slowly, 2) as asked:
        _wait(lambda: _waiting(client) == 1)
        refused = client.post("/v1/search", json=_ASKED)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
        assert refused.headers["content-type"] == "application/problem+json"
        assert "too many are asking at once" in refused.json()["detail"]
        assert slowly.begun == 1
    assert [one.result().status_code for one in asked] == [200, 200]
    assert client.post("/v1/search", json=_ASKED).status_code == 200


def test_while_searches_wait_records_are_stored_and_the_server_says_how_it_is(
    client: TestClient, slowly: Slowly
) -> None:
    with asking(client, slowly, 2):
        put(client, "shelter/2", INTAKE)
        assert client.get("/v1/records/shelter/2").status_code == 200
        assert client.get("/readyz").status_code == 200


def test_the_candidates_of_a_stored_record_and_the_pages_take_their_turn_too(
    client: TestClient, slowly: Slowly
) -> None:
    html = {"accept": "text/html", "accept-language": "km"}
    with asking(client, slowly, 2):
        _wait(lambda: _waiting(client) == 1)
        assert client.get("/v1/records/shelter/1/matches").status_code == 503
        page = client.post("/search", data={"full_name": "Sok Dara"}, headers=html)
        assert page.status_code == 503
        assert "មានអ្នកសួរច្រើនពេកក្នុងពេលតែមួយ" in page.text
        assert client.get("/records/shelter/1", headers=html).status_code == 503


def test_a_search_that_fails_gives_its_turn_back(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*args: object, **more: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(Installation, "search", breaks)
        assert [client.post("/v1/search", json=_ASKED).status_code for _ in range(3)] == [500, 500, 500]
    assert client.post("/v1/search", json=_ASKED).status_code == 200


def test_one_too_many_of_any_kind_is_refused_but_never_who_asks_how_the_server_is(
    client: TestClient, slowly: Slowly, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowds = list(_crowds(client))
    assert len(crowds) == 1
    monkeypatch.setattr(crowds[0], "_most", 2)
    with asking(client, slowly, 2):
        _wait(lambda: crowds[0]._inside == 2)
        refused = client.get("/v1/matches")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
        for path in ("/healthz", "/readyz", "/metrics", "/v1/healthz"):
            assert client.get(path).status_code == 200
    assert client.get("/v1/matches").status_code == 200


async def _refused_behind(turnstile: Turnstile, waiting: int) -> bool:
    """Whether one more is refused while one has the turn and so many wait."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(turnstile.turn())
        asked = [asyncio.create_task(_pass(turnstile)) for _ in range(waiting)]
        await asyncio.sleep(0)
        try:
            async with asyncio.timeout(0.05):
                await _pass(turnstile)
        except CrowdedError:
            return True
        except TimeoutError:
            return False
        finally:
            for one in asked:
                one.cancel()
    raise AssertionError("nobody had the turn")


async def _pass(turnstile: Turnstile) -> None:
    async with turnstile.turn():
        pass


@pytest.mark.parametrize(
    ("seconds", "waiting", "refused"),
    [(0.001, 30, False), (0.001, 32, True), (0.6, 4, True), (0.3, 4, False), (0.3, 8, True), (60, 3, False)],
)
def test_who_would_wait_for_too_long_is_refused_but_a_few_may_wait_whatever_it_takes(
    seconds: float, waiting: int, refused: bool
) -> None:
    turnstile = Turnstile(at_once=1)
    turnstile._seconds = seconds
    assert asyncio.run(_refused_behind(turnstile, waiting)) is refused


def test_how_long_a_turn_takes_is_learnt_from_those_before() -> None:
    async def some(turnstile: Turnstile) -> None:
        for _ in range(30):
            async with turnstile.turn():
                await asyncio.sleep(0.01)

    turnstile = Turnstile()
    asyncio.run(some(turnstile))
    assert turnstile._seconds > 0.005


def test_who_gives_up_waiting_leaves_the_line() -> None:
    turnstile = Turnstile(1, 1)
    assert not asyncio.run(_refused_behind(turnstile, 0))
    assert turnstile._waiting == 0
    asyncio.run(_pass(turnstile))


def _crowds(client: TestClient) -> Iterator[Crowd]:
    layer = client.app.middleware_stack  # type: ignore[attr-defined]  # a FastAPI app has one
    while layer is not None:
        if isinstance(layer, Crowd):
            yield layer
        layer = getattr(layer, "_app", getattr(layer, "app", None))
