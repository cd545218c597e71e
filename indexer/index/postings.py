"""An inverted index over numpy arrays: sorted keys, one run of document positions per key (CSR), one accumulation per query key."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.index.block import INTAKE, OPEN, TRACEABLE, DocumentBlock, source_hash
from indexer.index.protocol import Query
from matcher.record import Kind

Found = tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Postings:
    """Documents sorted by number, and per distinct key the positions of those that have it."""

    documents: DocumentBlock
    keys: NDArray[np.uint64]
    starts: NDArray[np.int64]
    places: NDArray[np.int32]

    @classmethod
    def build(cls, documents: DocumentBlock) -> Postings:
        """Invert a block (distinct numbers, sorted)."""
        owners = np.repeat(np.arange(len(documents), dtype=np.int32), np.diff(documents.offsets))
        order = np.argsort(documents.keys, kind="stable")
        ordered = documents.keys[order]
        first = (
            np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
            if len(ordered)
            else np.zeros(0, dtype=np.int64)
        )
        return cls(documents, ordered[first], np.append(first, len(ordered)).astype(np.int64), owners[order])

    def frequencies(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Documents per key, 0 for a key that nobody has."""
        place, known = self._find(keys)
        counts = np.zeros(len(keys), dtype=np.int64)
        counts[known] = self.starts[place[known] + 1] - self.starts[place[known]]
        return counts

    def weigh(self, keys: NDArray[np.uint64], weights: NDArray[np.int64]) -> Found:
        """(positions, summed weights) of the documents that have at least one of the keys; positions ascending."""
        place, known = self._find(keys)
        runs = [self.places[self.starts[i] : self.starts[i + 1]] for i in place[known].tolist()]
        if not runs:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        touched = np.concatenate(runs)
        gained = np.repeat(weights[known], [len(run) for run in runs])
        order = np.argsort(touched, kind="stable")
        touched, gained = touched[order], gained[order]
        first = np.flatnonzero(np.concatenate(([True], touched[1:] != touched[:-1])))
        return touched[first].astype(np.int64), np.add.reduceat(gained, first)

    def visible(self, places: NDArray[np.int64], query: Query) -> NDArray[np.bool_]:
        """Which of the documents the query may see (rule 5, inside the query)."""
        flags, sources = self.documents.flags[places], self.documents.sources[places]
        wanted = OPEN | (INTAKE if query.kind is Kind.INTAKE else 0)
        right_kind = (flags & (OPEN | INTAKE)) == wanted
        seen = right_kind & (((flags & TRACEABLE) != 0) | _among(sources, query.sources))
        return seen if query.within is None else seen & _among(sources, query.within)

    def _find(self, keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        place = np.searchsorted(self.keys, keys)
        known = place < len(self.keys)
        known[known] = self.keys[place[known]] == keys[known]
        return place, known


def _among(sources: NDArray[np.uint64], names: frozenset[str]) -> NDArray[np.bool_]:
    hashes = np.array([source_hash(name) for name in names if name], dtype=np.uint64)
    found: NDArray[np.bool_] = np.isin(sources, hashes) if len(hashes) else np.zeros(len(sources), dtype=bool)
    return found


def best(numbers: NDArray[np.int64], weights: NDArray[np.int64], limit: int) -> Found:
    """The `limit` heaviest, ties by number."""
    if len(numbers) > 4 * limit:
        # Cut to everything at or above the limit-th weight first: a full sort of long lists is the slow part.
        cut = np.partition(weights, len(weights) - limit)[len(weights) - limit]
        keep = weights >= cut
        numbers, weights = numbers[keep], weights[keep]
    order = np.lexsort((numbers, -weights))[:limit]
    return numbers[order], weights[order]
