"""The index on Elasticsearch beside the embedded one, on the same documents and queries:

    python -m bench.elasticsearch [--records 100000] [--queries 500] [--url http://127.0.0.1:9200]

Without a URL it starts the small node of the tests (512 MB of heap, on the same cores). A query is what one search asks of
an index: the frequencies of its keys, then its candidates. The two must give the same candidates, or it ends with an error.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Final

from bench.world import make_world
from indexer.index import Candidate, CandidateIndex, Document, DocumentBlock, EmbeddedIndex, Query
from indexer.index.elasticsearch import Access, ElasticsearchIndex, Layout, Server
from indexer.retrieval import candidate_query
from matcher.keys import KeyMaker
from matcher.places import Gazetteer
from matcher.record import Kind, Record, Status
from tests.servers.elasticsearch.node import Node

_BLOCK: Final = 5_000
_CHANGES: Final = 5_000
_LIMIT: Final = 200


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.elasticsearch", description="Both candidate indexes, side by side."
    )
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--url", default="", help="a server of your own; default: the small node of the tests")
    asked = parser.parse_args(arguments)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder, _server(asked.url, Path(folder)) as url:
        server = ElasticsearchIndex(Server(Access(url)), f"elijah-bench-{token_hex(6)}", layout=Layout(1, 0))
        try:
            _Run(asked.records, asked.queries).measure(EmbeddedIndex(Path(folder) / "index"), server)
        finally:
            server.discard("the bench is over")


@contextmanager
def _server(url: str, folder: Path) -> Iterator[str]:
    if url:
        yield url
        return
    node = Node(folder / "node", **{"discovery.type": "single-node"})
    try:
        node.start()
        yield node.url
    finally:
        node.kill()


class _Run:
    """The documents and queries of one world."""

    def __init__(self, records: int, queries: int) -> None:
        world = make_world(records // 10, records - records // 10, 7)
        self._keys = KeyMaker(Gazetteer.shipped())
        started = time.perf_counter()
        read = [Record.from_flat(row) for row in (*world.reports, *world.intakes)]
        documents = [self._document(number, record) for number, record in enumerate(read, start=1)]
        self._blocks = [
            DocumentBlock.from_documents(documents[start : start + _BLOCK])
            for start in range(0, len(documents), _BLOCK)
        ]
        self._asked = read[:queries]
        self._changes = [self._document(len(read) + number, read[-number]) for number in range(1, _CHANGES + 1)]
        keys = sum(len(one.keys) for one in documents) / len(documents)
        print(f"{len(documents):,} documents of {keys:.0f} keys each, made in {time.perf_counter() - started:.0f} s")

    def measure(self, *indexes: CandidateIndex) -> None:
        """Each step on each index, one after the other."""
        count = sum(map(len, self._blocks))
        self._step("build", indexes, lambda index: index.rebuild(iter(self._blocks), position=count), count)
        cold = [self._one_by_one(index) for index in indexes]
        warm = [self._one_by_one(index) for index in indexes]
        for index, first, again in zip(indexes, cold, warm, strict=True):
            print(f"  one query, {_name(index):13}  {_spread(first[1])};  keys known  {_spread(again[1])}")
        assert warm[0][0] == warm[1][0], "the two indexes differ"
        queries = [self._query(record, indexes[0]) for record in self._asked]
        self._step("queries at once", indexes, lambda index: index.candidates_many(queries), len(queries))
        self._step("follow", indexes, lambda index: index.apply(self._changes, position=count + 1), len(self._changes))
        self._step("fold in", indexes, lambda index: index.compact(force=True), len(self._changes))
        assert self._one_by_one(indexes[0])[0] == self._one_by_one(indexes[1])[0], "the two indexes differ"

    def _step(
        self, label: str, indexes: Sequence[CandidateIndex], work: Callable[[CandidateIndex], object], count: int
    ) -> None:
        for index in indexes:
            started = time.perf_counter()
            work(index)
            seconds = time.perf_counter() - started
            print(f"  {label:15} {_name(index):13}  {seconds:6.2f} s  {count / seconds:10,.0f}/s")

    def _one_by_one(self, index: CandidateIndex) -> tuple[list[list[Candidate]], list[float]]:
        answers: list[list[Candidate]] = []
        times: list[float] = []
        for record in self._asked:
            started = time.perf_counter()
            answers.append(index.candidates(self._query(record, index)))
            times.append(1_000 * (time.perf_counter() - started))
        return answers, times

    def _query(self, record: Record, index: CandidateIndex) -> Query:
        return candidate_query(record, self._keys, index, sources=frozenset(), limit=_LIMIT)

    def _document(self, number: int, record: Record) -> Document:
        return Document(
            number=number,
            version=1,
            kind=record.kind,
            source=record.source,
            open=record.status is Status.OPEN,
            traceable=record.may_be_traced or record.kind is Kind.REPORT,
            keys=self._keys.keys(record),
        )


def _name(index: CandidateIndex) -> str:
    return "embedded" if isinstance(index, EmbeddedIndex) else "elasticsearch"


def _spread(times: Sequence[float]) -> str:
    return f"median {statistics.median(times):5.1f} ms, p95 {statistics.quantiles(times, n=20)[18]:5.1f} ms"


if __name__ == "__main__":
    main()
