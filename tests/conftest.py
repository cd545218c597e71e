"""What all tests share: real components are used where they are there, and missed loudly in CI."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.servers import postgresql
from tests.servers.elasticsearch import building
from tests.servers.elasticsearch.fixture import URL_VARIABLE, elasticsearch_url

__all__ = ["elasticsearch_url"]


def _programs(component: str, missing: list[str]) -> str | None:
    if not missing:
        return None
    return f"{component} is needed and {' and '.join(missing)} cannot be found; install the package of that name"


def _browser() -> str | None:
    return _programs("chromium", [name for name in ("chromium", "chromedriver") if shutil.which(name) is None])


def _node() -> str | None:
    """A server that a test may kill is always one of our own."""
    return _programs("elasticsearch", building.missing_for(building.OLD))


def _elasticsearch() -> str | None:
    return None if URL_VARIABLE in os.environ else _node()


# What is missing of each real component, None where nothing is. A later issue adds its own line.
_MISSING: dict[str, Callable[[], str | None]] = {
    "chromium": _browser,
    "postgresql": postgresql.missing,
    "elasticsearch": _elasticsearch,
    "elasticsearch node": _node,
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that needs a missing component is skipped with its reason, or fails where every component is required."""
    for mark in item.iter_markers("real"):
        reason = _MISSING[mark.args[0]]()
        if reason is None:
            continue
        if os.environ.get("ELIJAH_TEST_REQUIRE_REAL") == "1":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody's own ELIJAH_* reaches a test, and no test writes into a real home."""
    for name in list(os.environ):
        if name.startswith("ELIJAH_") and not name.startswith("ELIJAH_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("ELIJAH_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    """A PostgreSQL server; a test that uses it is marked `real("postgresql")`."""
    with postgresql.any_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: postgresql.Server) -> Iterator[str]:
    """A database with all tables and nothing in them, to make others from."""
    with postgresql_server.template() as name:
        yield name


@pytest.fixture
def postgresql_url(postgresql_server: postgresql.Server, postgresql_template: str) -> Iterator[str]:
    """The URL of a database of its own, with all tables and nothing in them."""
    with postgresql_server.database(postgresql_template) as url:
        yield url


@pytest.fixture
def empty_postgresql_url(postgresql_server: postgresql.Server) -> Iterator[str]:
    """The URL of a database of its own without tables."""
    with postgresql_server.database() as url:
        yield url
