"""The back ends of the index of faces that the contract suite runs over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from secrets import token_hex

import pytest

from indexer.index.elasticsearch import Access, Server
from indexer.index.faces import EmbeddedFaces, FaceIndex
from indexer.index.faces.elasticsearch import ElasticsearchFaces
from tests.indexer.index.faces.builders import DIM
from tests.servers.elasticsearch.indexes import ONE_COPY

NewIndex = Callable[[], FaceIndex]


def new_elasticsearch_faces(url: str, alias: str) -> ElasticsearchFaces:
    return ElasticsearchFaces(Server(Access(url)), alias, DIM, layout=ONE_COPY)


def _on_elasticsearch(request: pytest.FixtureRequest) -> FaceIndex:
    url, alias = request.getfixturevalue("elasticsearch_url"), f"elijah-faces-test-{token_hex(8)}"
    request.addfinalizer(lambda: new_elasticsearch_faces(url, alias).discard())
    return new_elasticsearch_faces(url, alias)


BACKENDS: dict[str, Callable[[pytest.FixtureRequest], FaceIndex]] = {
    "embedded": lambda _: EmbeddedFaces(DIM),
    "elasticsearch": _on_elasticsearch,
}


@pytest.fixture(params=["embedded", pytest.param("elasticsearch", marks=pytest.mark.real("elasticsearch"))])
def backend(request: pytest.FixtureRequest) -> str:
    """The name of a back end."""
    name: str = request.param
    return name


@pytest.fixture
def index(request: pytest.FixtureRequest, backend: str) -> Iterator[FaceIndex]:
    """One empty index."""
    made = BACKENDS[backend](request)
    yield made
    made.close()
