"""The back ends of the candidate index that the contract suite runs over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from indexer.index import CandidateIndex, EmbeddedIndex

NewIndex = Callable[[], CandidateIndex]

# A later back end joins the suite by its line here: how to make an empty index in (or for) a folder.
BACKENDS: dict[str, Callable[[Path], CandidateIndex]] = {
    "embedded": EmbeddedIndex,
}


@pytest.fixture(params=list(BACKENDS))
def new_index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewIndex]:
    """Makes empty indexes of one back end; closed at the end."""
    made: list[CandidateIndex] = []
    numbers = count()

    def make() -> CandidateIndex:
        made.append(BACKENDS[request.param](tmp_path / f"index-{next(numbers)}"))
        return made[-1]

    yield make
    for index in made:
        index.close()


@pytest.fixture
def index(new_index: NewIndex) -> CandidateIndex:
    """One empty index."""
    return new_index()
