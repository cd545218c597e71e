"""Documents read back: those of some numbers, and those that changed since the freeze."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from indexer.index.elasticsearch.lives import Life
from indexer.index.elasticsearch.server import Server

_AT_ONCE: Final = 1_000
LIVING: Final = {"exists": {"field": "kind"}}


def lives_of(server: Server, index: str, numbers: Sequence[int]) -> dict[int, Life]:
    """What is kept of these records, tombstones too, as it was last written (searchable or not)."""
    kept = map(Life.read, server.get_many(index, [str(number) for number in numbers]))
    return {life.number: life for life in kept}


def changed_since(server: Server, index: str, freeze: int, *, lost_only: bool = False) -> Iterator[Life]:
    """Every document that was written after the freeze, by number; `lost_only`: tombstones that still have a past."""
    lost = [{"term": {"lost": True}}] if lost_only else []
    asked: dict[str, Any] = {
        "query": {"bool": {"filter": [after(freeze), *lost]}},
        "sort": [{"number": "asc"}],
        "size": _AT_ONCE,
        "version": True,
        "track_total_hits": False,
    }
    while True:
        hits = server.ask(lambda client: client.search(index=index, body=asked, allow_partial_search_results=False))[
            "hits"
        ]["hits"]
        yield from map(Life.read, hits)
        if len(hits) < _AT_ONCE:
            return
        asked["search_after"] = hits[-1]["sort"]


def count(server: Server, index: str, query: dict[str, Any]) -> int:
    """How many documents answer to a query."""
    return int(server.ask(lambda client: client.count(index=index, query=query), quick=True)["count"])


def after(freeze: int) -> dict[str, Any]:
    """The query for what was written after the freeze."""
    return {"range": {"at": {"gt": freeze}}}
