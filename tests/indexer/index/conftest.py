"""The back ends of the candidate index that the contract suite runs over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from secrets import token_hex

import pytest

from indexer.index import CandidateIndex, EmbeddedIndex
from tests.servers.elasticsearch.indexes import new_elasticsearch_index

NewIndex = Callable[[], CandidateIndex]


def _on_elasticsearch(request: pytest.FixtureRequest, folder: Path) -> CandidateIndex:
    url, alias = request.getfixturevalue("elasticsearch_url"), f"elijah-test-{token_hex(8)}"
    # Hundreds of indexes that nobody needs any more make a small node slow.
    request.addfinalizer(lambda: new_elasticsearch_index(url, alias).discard("the test is over"))
    return new_elasticsearch_index(url, alias)


# A later back end joins the suite by its line here: how to make an empty index in (or for) a folder.
BACKENDS: dict[str, Callable[[pytest.FixtureRequest, Path], CandidateIndex]] = {
    "embedded": lambda _, folder: EmbeddedIndex(folder),
    "elasticsearch": _on_elasticsearch,
}


@pytest.fixture(params=["embedded", pytest.param("elasticsearch", marks=pytest.mark.real("elasticsearch"))])
def backend(request: pytest.FixtureRequest) -> str:
    """The name of a back end."""
    name: str = request.param
    return name


@pytest.fixture
def new_index(request: pytest.FixtureRequest, backend: str, tmp_path: Path) -> Iterator[NewIndex]:
    """Makes empty indexes of one back end; closed at the end."""
    made: list[CandidateIndex] = []
    numbers = count()

    def make() -> CandidateIndex:
        made.append(BACKENDS[backend](request, tmp_path / f"index-{next(numbers)}"))
        return made[-1]

    yield make
    for index in made:
        index.close()


@pytest.fixture
def index(new_index: NewIndex) -> CandidateIndex:
    """One empty index."""
    return new_index()
