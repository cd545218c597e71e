"""What a search sees: one immutable view of the embedded index, swapped as a whole, so that searches never wait for writers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from indexer.index.block import DocumentBlock, Numbers, key_hashes
from indexer.index.postings import Postings, best
from indexer.index.protocol import Candidate, Document, Query, Removal

Change = Document | Removal
# So many times the documents that are asked for are looked at before all others are.
_SPARE: Final = 4


@dataclass(frozen=True, slots=True)
class State:
    """A snapshot and the changes since. `dead` marks documents of the snapshot that a change has replaced or removed.

    `versions` has the version of every number that changed, removals too; `lost` says that a removed one is in the snapshot.
    """

    base: Postings
    delta: Postings
    dead: NDArray[np.bool_]
    versions: Mapping[int, int]
    lost: bool
    position: int

    @classmethod
    def of(cls, base: Postings, position: int) -> State:
        """A snapshot with no changes yet."""
        return cls(base, Postings.empty(), np.zeros(len(base.documents), dtype=np.bool_), {}, False, position)

    def count(self) -> int:
        """How many documents can be seen."""
        return len(self.base.documents) - int(self.dead.sum()) + len(self.delta.documents)

    def candidates(self, query: Query) -> list[Candidate]:
        """The best visible documents that share a key with the query."""
        keys = key_hashes(key for key, _ in query.keys)
        weights = np.array([weight for _, weight in query.keys], dtype=np.int64)
        numbers, scores = [], []
        for postings, dead in ((self.base, self.dead), (self.delta, None)):
            places, gained = _seen(postings, dead, *postings.weigh(keys, weights), query)
            numbers.append(postings.documents.numbers[places])
            scores.append(gained)
        found = best(np.concatenate(numbers), np.concatenate(scores), query.limit)
        return [Candidate(number, weight) for number, weight in zip(found[0].tolist(), found[1].tolist(), strict=True)]

    def followed(self, changes: Sequence[Change], position: int) -> State:
        """The view after these changes of the log up to `position`."""
        if position < self.position:
            # Passed already: a record that was removed since, and whose removal has been folded in, must not come back.
            return self
        newest = self._news(changes)
        if not newest:
            return replace(self, position=position)
        versions = {**self.versions, **{number: change.version for number, change in newest.items()}}
        dead = self.dead.copy()
        dead[self.base.documents.places_of(_array(newest))] = True
        removed = _array(number for number, change in newest.items() if isinstance(change, Removal))
        lost = self.lost or len(self.base.documents.places_of(removed)) > 0
        delta = self._delta(newest)
        return replace(self, delta=delta, dead=dead, versions=versions, lost=lost, position=position)

    def living(self) -> DocumentBlock:
        """Everything that can be seen, as one block."""
        living = self.base.documents.select(np.flatnonzero(~self.dead))
        return DocumentBlock.join([living, self.delta.documents]).newest()

    def _news(self, changes: Sequence[Change]) -> dict[int, Change]:
        """The newest change of each number that is newer than what is known; a removal beats its own version."""
        newest: dict[int, Change] = {}
        for change in changes:
            known = newest.get(change.number)
            last = known.version if known else self._version(change.number)
            beats = change.version >= last if isinstance(change, Removal) else change.version > last
            if beats:
                newest[change.number] = change
        return newest

    def _version(self, number: int) -> int:
        if number in self.versions:
            return self.versions[number]
        documents = self.base.documents
        place = int(np.searchsorted(documents.numbers, number))
        known = place < len(documents) and documents.numbers[place] == number
        return int(documents.versions[place]) if known else -1

    def _delta(self, newest: Mapping[int, Change]) -> Postings:
        old = self.delta.documents
        kept = old.select(np.flatnonzero(~np.isin(old.numbers, _array(newest))))
        new = DocumentBlock.from_documents(change for change in newest.values() if isinstance(change, Document))
        return Postings.build(DocumentBlock.join([kept, new]).newest())


def _seen(
    postings: Postings, dead: NDArray[np.bool_] | None, places: Numbers, gained: Numbers, query: Query
) -> tuple[Numbers, Numbers]:
    """Those of the places that the query may see; of many places no more than hold the heaviest that it asks for."""
    most = _SPARE * query.limit
    if 0 < most < len(places) // 2:
        heavy = np.flatnonzero(gained >= np.partition(gained, len(gained) - most)[len(gained) - most])
        found = _seen(postings, dead, places[heavy], gained[heavy], replace(query, limit=0))
        if len(found[0]) >= query.limit:
            return found
    seen = postings.visible(places, query)
    if dead is not None:
        seen &= ~dead[places]
    return places[seen], gained[seen]


def _array(numbers: Iterable[int]) -> Numbers:
    return np.fromiter(numbers, dtype=np.int64)
