"""A store of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.store import Store
from tests.indexer.store.builders import url


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(url(tmp_path)) as opened:
        yield opened
