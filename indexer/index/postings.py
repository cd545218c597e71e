"""An inverted index over numpy arrays: sorted keys, one run of document positions per key (CSR), one addition per query key."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from indexer.index.block import INTAKE, OPEN, TRACEABLE, DocumentBlock, Hashes, Numbers, source_hash
from indexer.index.protocol import Query
from matcher.record import Kind

Found = tuple[Numbers, Numbers]


@dataclass(frozen=True, slots=True)
class Postings:
    """Documents sorted by number, and per distinct key the positions of those that have it."""

    documents: DocumentBlock
    keys: Hashes
    starts: Numbers
    places: NDArray[np.int32]

    @classmethod
    def build(cls, documents: DocumentBlock) -> Postings:
        """Invert a block (distinct numbers, sorted)."""
        owners = np.repeat(np.arange(len(documents), dtype=np.int32), np.diff(documents.offsets))
        order = np.argsort(documents.keys, kind="stable")
        ordered = documents.keys[order]
        first = np.flatnonzero(np.diff(ordered, prepend=~ordered[:1]))
        return cls(documents, ordered[first], np.append(first, len(ordered)).astype(np.int64), owners[order])

    @classmethod
    def empty(cls) -> Postings:
        """Postings of no document."""
        return cls.build(DocumentBlock.from_documents(()))

    def frequencies(self, keys: Hashes) -> Numbers:
        """Documents per key, 0 for a key that nobody has."""
        place, known = self._find(keys)
        counts = np.zeros(len(keys), dtype=np.int64)
        counts[known] = self.starts[place[known] + 1] - self.starts[place[known]]
        return counts

    def weigh(self, keys: Hashes, weights: Numbers) -> Found:
        """(positions, summed weights) of the documents that have at least one of the keys; positions ascending."""
        place, known = self._find(keys)
        with _zeros(len(self.documents)) as gained:
            for run, weight in zip(place[known].tolist(), weights[known].tolist(), strict=True):
                gained[self.places[self.starts[run] : self.starts[run + 1]]] += weight
            touched = np.flatnonzero(gained)
            summed = gained[touched].astype(np.int64)
            gained[touched] = 0
        return touched, summed

    def visible(self, places: Numbers, query: Query) -> NDArray[np.bool_]:
        """Which of the documents the query may see (rule 5, inside the query)."""
        flags = self.documents.flags[places]
        wanted = OPEN | (INTAKE if query.kind is Kind.INTAKE else 0)
        seen: NDArray[np.bool_] = (flags & (OPEN | INTAKE)) == wanted
        traceable = (flags & TRACEABLE) != 0
        if not (query.sources or query.within):
            return seen & traceable if query.within is None else np.zeros_like(seen)
        sources = self.documents.sources[places]
        seen &= traceable | _among(sources, query.sources)
        return seen if query.within is None else seen & _among(sources, query.within)

    def _find(self, keys: Hashes) -> tuple[Numbers, NDArray[np.bool_]]:
        place = np.searchsorted(self.keys, keys)
        known = place < len(self.keys)
        known[known] = self.keys[place[known]] == keys[known]
        return place, known


class _Scratch(threading.local):
    """One thread's array of zeros: a new one for each query would be as long as the index, and touched for the first time."""

    def __init__(self) -> None:
        self.zeros = np.zeros(0, dtype=np.int32)


_scratch: Final = _Scratch()


@contextmanager
def _zeros(length: int) -> Iterator[NDArray[np.int32]]:
    """So many zeros, to be left as zeros; what a failure has left otherwise is not used again."""
    zeros, _scratch.zeros = _scratch.zeros, np.zeros(0, dtype=np.int32)
    if len(zeros) < length:
        zeros = np.zeros(length, dtype=np.int32)
    yield zeros[:length]
    _scratch.zeros = zeros


def _among(sources: Hashes, names: frozenset[str]) -> NDArray[np.bool_]:
    hashes = np.array([source_hash(name) for name in names if name], dtype=np.uint64)
    found: NDArray[np.bool_] = np.isin(sources, hashes)
    return found


def best(numbers: Numbers, weights: Numbers, limit: int) -> Found:
    """The `limit` heaviest, ties by number."""
    if 0 < 4 * limit < len(numbers):
        # Cut to everything at or above the limit-th weight first: a full sort of long lists is the slow part.
        keep = weights >= np.partition(weights, len(weights) - limit)[len(weights) - limit]
        numbers, weights = numbers[keep], weights[keep]
    order = np.lexsort((numbers, -weights))[:limit]
    return numbers[order], weights[order]
