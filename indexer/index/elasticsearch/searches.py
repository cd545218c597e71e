"""Queries as Elasticsearch takes them, and its answers as candidates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from indexer.index.block import key_hashes, source_hash
from indexer.index.elasticsearch.lives import kind_word
from indexer.index.elasticsearch.server import Server
from indexer.index.elasticsearch.terms import term, terms
from indexer.index.protocol import Candidate, Query
from matcher.record import Kind

Weights = Mapping[str, int]
Asked = dict[str, Any]
# How many hits one request may bring (index.max_result_window); what is more is asked for in pages.
_PAGE: Final = 10_000
_MANY: Final = 50
# Scores are 32-bit floats: sums below this are exact integers.
_EXACT: Final = 1 << 24
# Servers take at least 1,024 clauses; some are the filters'.
_MOST_CLAUSES: Final = 1_000
_ANSWER: Final = "hits.hits.sort"
_SORT: Final = ("_score", {"number": "asc"})


def search_many(server: Server, index: str, queries: Sequence[Query]) -> list[list[Candidate]]:
    """One answer a query, in order. Raises `GoneError` where the index is not there."""
    found: list[list[Candidate]] = [[] for _ in queries]
    together: list[tuple[int, Asked]] = []
    for place, query in enumerate(queries):
        weights = _weights_of(query)
        if not weights or query.limit < 1 or (query.within is not None and not _terms_of(query.within)):
            continue
        if sum(weights.values()) >= _EXACT or len(weights) > _MOST_CLAUSES:
            found[place] = _added_up_here(server, index, query, weights)
        elif query.limit > _PAGE:
            found[place] = _in_pages(server, index, _body(query, weights), query.limit)
        else:
            together.append((place, _body(query, weights)))
    for start in range(0, len(together), _MANY):
        places, asked = zip(*together[start : start + _MANY], strict=True)
        for place, answer in zip(places, _together(server, index, asked), strict=True):
            found[place] = answer
    return found


def _weights_of(query: Query) -> Weights:
    """The weight of each distinct key."""
    weights: defaultdict[str, int] = defaultdict(int)
    for written, (_, weight) in zip(terms(key_hashes(key for key, _ in query.keys)), query.keys, strict=True):
        weights[written] += weight
    return weights


def _body(query: Query, weights: Weights) -> Asked:
    """The best documents by summed weight, then by number."""
    should = [{"term": {"keys": {"value": key, "boost": weight}}} for key, weight in weights.items()]
    return {
        "query": {"bool": {"filter": _visible(query), "should": should, "minimum_should_match": 1}},
        "sort": _SORT,
        "size": min(query.limit, _PAGE),
        "track_total_hits": False,
        "_source": False,
    }


def _visible(query: Query) -> list[dict[str, Any]]:
    filters = visible(query.kind, query.sources)
    return filters if query.within is None else [*filters, {"terms": {"source": _terms_of(query.within)}}]


def visible(kind: Kind, sources: Iterable[str]) -> list[dict[str, Any]]:
    """Rule 5, inside the query: open records of a kind that are traceable, or of one of these sources."""
    own = _terms_of(sources)
    permitted: dict[str, Any] = {"term": {"traceable": True}}
    if own:
        permitted = {"bool": {"should": [permitted, {"terms": {"source": own}}]}}
    return [{"term": {"kind": kind_word(kind)}}, {"term": {"open": True}}, permitted]


def _terms_of(sources: Iterable[str]) -> list[str]:
    return [term(source_hash(source)) for source in sorted(sources) if source]


def _together(server: Server, index: str, bodies: Sequence[Asked]) -> list[list[Candidate]]:
    if len(bodies) == 1:
        return [_read(_search(server, index, bodies[0]))]
    lines: list[dict[str, Any]] = []
    for asked in bodies:
        lines += [{"index": index, "allow_partial_search_results": False}, asked]
    path = f"responses.status,responses.error,responses.{_ANSWER}"
    answers = server.ask_many(lambda client: client.msearch(searches=lines, filter_path=path).body)
    return [_read(answer) for answer in answers]


def _search(server: Server, index: str, asked: Mapping[str, Any], path: str = _ANSWER) -> Mapping[str, Any]:
    return server.ask(
        lambda client: (
            client.search(index=index, body=dict(asked), allow_partial_search_results=False, filter_path=path).body
        ),
        quick=True,
    )


def _read(answer: Mapping[str, Any]) -> list[Candidate]:
    return [Candidate(int(hit["sort"][1]), int(hit["sort"][0])) for hit in _hits(answer)]


def _hits(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    # Where there is nothing the filtered answer is empty.
    hits: list[Mapping[str, Any]] = answer.get("hits", {}).get("hits", [])
    return hits


def _in_pages(server: Server, index: str, asked: Asked, limit: int) -> list[Candidate]:
    found: list[Candidate] = []
    while len(found) < limit:
        page = _read(_search(server, index, asked))
        found += page
        if len(page) < _PAGE:
            break
        asked["search_after"] = [page[-1].weight, page[-1].number]
    return found[:limit]


def _added_up_here(server: Server, index: str, query: Query, weights: Weights) -> list[Candidate]:
    """For weights beyond what a float holds, or more keys than a query may have: every document that shares a key is read."""
    asked: dict[str, Any] = {
        "query": {"bool": {"filter": [*_visible(query), {"terms": {"keys": list(weights)}}]}},
        "sort": [{"number": "asc"}],
        "size": 1_000,
        "track_total_hits": False,
        "_source": ["keys"],
    }
    found: list[Candidate] = []
    while hits := _hits(_search(server, index, asked, "hits.hits.sort,hits.hits._source")):
        for hit in hits:
            gained = sum(weights.get(key, 0) for key in set(hit["_source"]["keys"]))
            found.append(Candidate(int(hit["sort"][0]), gained))
        asked["search_after"] = hits[-1]["sort"]
    return sorted(found, key=lambda one: (-one.weight, one.number))[: query.limit]
