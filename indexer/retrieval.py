"""From a record to the query that brings its candidates up: keys, integer weights, and who may be found by whom."""

from __future__ import annotations

import math
from typing import Final

from indexer.index import CandidateIndex, Document, Query
from indexer.store import StoredRecord
from matcher.keys import FAMILIES, KeyMaker
from matcher.record import Record, Status

# A key of one document is worth 24 units, one of 2**24 next to nothing: sums stay exact in 32-bit floats (search.md 2).
_BITS: Final = 24


def document(stored: StoredRecord, keys: KeyMaker) -> Document:
    """What the candidate index keeps of a record."""
    record = stored.record
    return Document(
        number=stored.number,
        version=stored.version,
        kind=record.kind,
        source=record.source,
        open=record.status is Status.OPEN,
        traceable=record.may_be_traced,
        keys=keys.keys(record),
    )


def candidate_query(
    record: Record, keys: KeyMaker, index: CandidateIndex, *, sources: frozenset[str], limit: int
) -> Query:
    """The query for the records of the other kind that may be the child of this one (rule 5 goes in as `sources`)."""
    made = keys.keys(record)
    weights = tuple(
        (key, _weight(key, frequency)) for key, frequency in zip(made, index.frequencies(made), strict=True)
    )
    return Query(keys=weights, kind=record.kind.other, limit=limit, sources=sources)


def _weight(key: str, frequency: int) -> int:
    family = FAMILIES[key.partition(":")[0]]
    return max(1, round(family * (_BITS - math.log2(frequency + 1))))
