"""From a record to the query that brings its candidates up: keys, integer weights, and who may be found by whom."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from indexer.index import CandidateIndex, Document, DocumentBlock, Query
from indexer.store import StoredRecord
from matcher.keys import FAMILIES, KeyMaker
from matcher.record import Record, Status

# A key of one document is worth 24 units, one of 2**24 next to nothing: sums stay exact in 32-bit floats (search.md 2).
_BITS: Final = 24


def document(stored: StoredRecord, keys: KeyMaker) -> Document:
    """What the candidate index keeps of a record."""
    return _document(stored, keys.keys(stored.record))


def document_block(stored: Sequence[StoredRecord], keys: KeyMaker) -> DocumentBlock:
    """What the embedded index keeps of very many records: keys become numbers without becoming texts."""
    documents = [_document(one, ()) for one in stored]
    return DocumentBlock.from_keys(documents, keys.many([one.record for one in stored]))


def _document(stored: StoredRecord, keys: tuple[str, ...]) -> Document:
    record = stored.record
    return Document(
        number=stored.number,
        version=stored.version,
        kind=record.kind,
        source=record.source,
        open=record.status is Status.OPEN,
        traceable=record.may_be_traced,
        keys=keys,
    )


def candidate_query(
    record: Record, keys: KeyMaker, index: CandidateIndex, *, sources: frozenset[str], limit: int
) -> Query:
    """The query for the records of the other kind that may be the child of this one (rule 5 goes in as `sources`)."""
    return candidate_queries([record], keys, index, sources=sources, limit=limit)[0]


def candidate_queries(
    records: Sequence[Record], keys: KeyMaker, index: CandidateIndex, *, sources: frozenset[str], limit: int
) -> list[Query]:
    """`candidate_query` for many records: the index is asked once how frequent all their keys are."""
    made = [keys.keys(record) for record in records]
    distinct = list(dict.fromkeys(key for some in made for key in some))
    weights = {
        key: _weight(key, frequency) for key, frequency in zip(distinct, index.frequencies(distinct), strict=True)
    }
    return [
        Query(tuple((key, weights[key]) for key in some), kind=record.kind.other, limit=limit, sources=sources)
        for record, some in zip(records, made, strict=True)
    ]


def bring_up(index: CandidateIndex, queries: Sequence[Query]) -> list[list[int]]:
    """The record numbers that each query brings up, best first; nothing for a record that has no keys."""
    asked = [query for query in queries if query.keys]
    found = iter(index.candidates_many(asked) if asked else ())
    return [[candidate.number for candidate in next(found)] if query.keys else [] for query in queries]


def _weight(key: str, frequency: int) -> int:
    family = FAMILIES[key.partition(":")[0]]
    return max(1, round(family * (_BITS - math.log2(frequency + 1))))
