"""The embedded index of faces: all vectors in memory, compared exactly. The database is its file: nothing else has to be purged.

About 1 KB and 20 ns a face; filled from the database with the first question that has a face.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from indexer.index.faces.distances import Vectors, distances, nearest, read_vectors
from indexer.index.faces.protocol import Change, FaceDocument, FaceQuery, Neighbour
from indexer.index.protocol import Removal
from matcher.record import Kind

# The quick pass in 32 bits errs by less than this near the distances that count.
_SLACK: Final = 1e-2


@dataclass(frozen=True, slots=True)
class _Rows:
    """Faces as arrays, a row a face."""

    numbers: NDArray[np.int64]
    intakes: NDArray[np.bool_]
    open: NDArray[np.bool_]
    traceable: NDArray[np.bool_]
    sources: NDArray[np.object_]
    vectors: Vectors
    squares: NDArray[np.float32]

    @classmethod
    def of(cls, documents: Iterable[FaceDocument], dim: int) -> _Rows:
        kept = [(one, vector) for one in documents for vector in one.vectors if len(vector) == 4 * dim]
        vectors = read_vectors([vector for _, vector in kept], dim)
        return cls(
            np.array([one.number for one, _ in kept], dtype=np.int64),
            np.array([one.kind is Kind.INTAKE for one, _ in kept], dtype=np.bool_),
            np.array([one.open for one, _ in kept], dtype=np.bool_),
            np.array([one.traceable for one, _ in kept], dtype=np.bool_),
            np.array([one.source for one, _ in kept], dtype=np.object_),
            vectors,
            (vectors * vectors).sum(axis=1),
        )

    def without(self, numbers: NDArray[np.int64]) -> _Rows:
        """The rows of other records than these."""
        kept = ~np.isin(self.numbers, numbers)
        return _Rows(*(getattr(self, name)[kept] for name in self.__slots__))

    def beside(self, other: _Rows) -> _Rows:
        """These rows and those."""
        return _Rows(*(np.concatenate([getattr(self, name), getattr(other, name)]) for name in self.__slots__))

    def find(self, face: NDArray[np.float32], query: FaceQuery) -> Iterator[Neighbour]:
        """The visible faces within the query's bound, in no order."""
        near = self.squares - 2 * (self.vectors @ face) + face @ face <= (query.furthest + _SLACK) ** 2
        rows = np.flatnonzero(near & self.open & (self.intakes == (query.kind is Kind.INTAKE)))
        own = np.isin(self.sources[rows], [source for source in query.sources if source])
        rows = rows[self.traceable[rows] | own]
        apart = distances(self.vectors[rows], face)
        yield from map(Neighbour, self.numbers[rows].tolist(), apart.tolist())


@dataclass(frozen=True, slots=True)
class _State:
    """What a search sees, swapped as a whole."""

    rows: _Rows
    position: int


class EmbeddedFaces:
    """A `FaceIndex` in this process, for vectors of `dim` numbers."""

    def __init__(self, dim: int) -> None:
        self._dim = dim
        self._changing = threading.Lock()
        self._state: _State | None = None
        # Of every number that was ever applied, removals too.
        self._versions: dict[int, tuple[int, bool]] = {}

    @property
    def position(self) -> int:
        """The place in the change log up to which the index has followed."""
        return self._state.position if self._state else 0

    def begun(self) -> bool:
        """Whether it has been filled."""
        return self._state is not None

    def count(self) -> int:
        """How many records it holds a face of."""
        state = self._state
        return len(np.unique(state.rows.numbers)) if state else 0

    def close(self) -> None:
        """Forget the vectors."""
        self.discard()

    def discard(self) -> None:
        """Forget everything."""
        with self._changing:
            self._state = None
            self._versions.clear()

    def tidy(self) -> None:
        """Nothing is left: what is removed leaves the memory at once."""

    def rebuild(self, blocks: Iterable[Sequence[FaceDocument]], *, position: int) -> None:
        """Replace everything at once."""
        documents: dict[int, FaceDocument] = {}
        for block in blocks:
            for one in block:
                if one.number not in documents or documents[one.number].version < one.version:
                    documents[one.number] = one
        with self._changing:
            self._versions = {number: (one.version, False) for number, one in documents.items()}
            self._state = _State(_Rows.of(documents.values(), self._dim), position)

    def apply(self, changes: Sequence[Change], *, position: int) -> None:
        """Take in changes of the log up to `position`."""
        with self._changing:
            state = self._state or _State(_Rows.of((), self._dim), 0)
            if position < state.position:
                return
            news = {change.number: change for change in changes if self._is_new(change)}
            living = [change for change in news.values() if not isinstance(change, Removal) and change.vectors]
            numbers = np.fromiter(news, dtype=np.int64)
            rows = state.rows
            if living or np.isin(numbers, rows.numbers).any():
                # Laid out anew, 0.1 to 0.2 s at 100,000 faces: what is gone leaves the memory at once (rule 8).
                rows = rows.without(numbers).beside(_Rows.of(living, self._dim))
            self._state = _State(rows, position)

    def neighbours(self, query: FaceQuery) -> list[Neighbour]:
        """The records with the nearest faces."""
        state = self._state
        if state is None or query.limit < 1:
            return []
        faces = read_vectors(query.vectors, self._dim)
        found = (one for face in faces for one in state.rows.find(face, query))
        return nearest(found, limit=query.limit, furthest=query.furthest)

    def _is_new(self, change: Change) -> bool:
        """Whether it beats what is known of its number; a removal beats its own version. Notes it where it does."""
        mine = (change.version, isinstance(change, Removal))
        if mine <= self._versions.get(change.number, (-1, False)):
            return False
        self._versions[change.number] = mine
        return True
