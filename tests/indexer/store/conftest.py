"""A store of its own for each test, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.store import Store
from tests.indexer.store.builders import url

_BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.real("postgresql"))]


@pytest.fixture(params=_BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database that this test has for itself: every test that asks for it runs once on each."""
    return url(tmp_path) if request.param == "sqlite" else str(request.getfixturevalue("postgresql_url"))


@pytest.fixture(params=_BOTH)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The same of a database without tables."""
    return url(tmp_path) if request.param == "sqlite" else str(request.getfixturevalue("empty_postgresql_url"))


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with Store.open(database_url) as opened:
        yield opened


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    """For what is about the files of SQLite."""
    with Store.open(url(tmp_path)) as opened:
        yield opened


@pytest.fixture
def pg_store(postgresql_url: str) -> Iterator[Store]:
    """For what is PostgreSQL's own; such a test is marked `real("postgresql")`."""
    with Store.open(postgresql_url) as opened:
        yield opened
