"""The embedded candidate index: a memory-mapped snapshot and, beside it in memory, the changes since.

What readers see is one immutable state that is swapped as a whole: searches never wait for writers. Several processes share the
snapshot; each follows the change log on its own, and one at a time writes the next snapshot.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from indexer.folders import private_folder
from indexer.index.block import DocumentBlock, key_hash
from indexer.index.postings import Postings, best
from indexer.index.protocol import Candidate, Document, Query, Removal
from indexer.index.snapshot import SnapshotError, identify, read_snapshot, snapshot_position, write_snapshot

_SNAPSHOT: Final = "candidates.snapshot"
# The changes are folded into a new snapshot when they are more than this, and more than a share of the documents.
_MANY: Final = 2_000
_SHARE: Final = 0.05
_BLOCK: Final = 5_000


@dataclass(frozen=True, slots=True)
class _State:
    """One consistent view. `dead` marks documents of the snapshot that a change has replaced or removed; `versions` is of the changes."""

    base: Postings
    delta: Postings
    dead: NDArray[np.bool_]
    versions: dict[int, int]
    position: int
    identity: tuple[int, int, int]


def _empty() -> Postings:
    return Postings.build(DocumentBlock.from_documents(()))


class EmbeddedIndex:
    """A `CandidateIndex` in this process, with its snapshot in `folder`. Thread-safe. `needs_rebuild` says, in words, why it is empty."""

    def __init__(self, folder: Path) -> None:
        self._folder = private_folder(folder)
        self._writing = threading.Lock()
        self.needs_rebuild = ""
        self._state = _State(_empty(), _empty(), np.zeros(0, dtype=bool), {}, 0, (0, 0, 0))
        self._open_snapshot()

    @property
    def position(self) -> int:
        """The place in the change log up to which the index has followed."""
        return self._state.position

    def count(self) -> int:
        """How many documents it holds."""
        state = self._state
        return len(state.base.documents) - int(state.dead.sum()) + len(state.delta.documents)

    def close(self) -> None:
        """Forget the snapshot's mapping."""
        self._state = _State(_empty(), _empty(), np.zeros(0, dtype=bool), {}, 0, (0, 0, 0))

    def refresh(self) -> None:
        """Use a newer snapshot where another process has put one in place; cheap when there is none."""
        if identify(self._folder / _SNAPSHOT) != self._state.identity:
            with self._writing:
                self._open_snapshot()

    # searching

    def candidates(self, query: Query) -> list[Candidate]:
        """The best `query.limit` visible documents that share a key with the query."""
        state = self._state
        keys = np.array([key_hash(key) for key, _ in query.keys], dtype=np.uint64)
        weights = np.array([weight for _, weight in query.keys], dtype=np.int64)
        numbers, scores = [], []
        for postings, dead in ((state.base, state.dead), (state.delta, None)):
            places, gained = postings.weigh(keys, weights)
            seen = postings.visible(places, query)
            if dead is not None and state.versions:
                seen &= ~dead[places]
            numbers.append(postings.documents.numbers[places[seen]])
            scores.append(gained[seen])
        found = best(np.concatenate(numbers), np.concatenate(scores), query.limit)
        return [Candidate(number, weight) for number, weight in zip(found[0].tolist(), found[1].tolist(), strict=True)]

    def candidates_many(self, queries: Sequence[Query]) -> list[list[Candidate]]:
        """One answer a query, in order."""
        return [self.candidates(query) for query in queries]

    def frequencies(self, keys: Sequence[str]) -> list[int]:
        """Documents per key in the snapshot: frozen until the next one."""
        frequencies: list[int] = self._state.base.frequencies(
            np.array([key_hash(key) for key in keys], dtype=np.uint64)
        ).tolist()
        return frequencies

    # following

    def apply(self, changes: Sequence[Document | Removal], *, position: int) -> None:
        """Take changes in. Idempotent; an older version never replaces a newer one, a removal beats its own version."""
        with self._writing:
            self._apply(changes, position)

    def compact(self, *, force: bool = False, purge: bool = False) -> None:
        """Fold the changes into a new snapshot when they are many, or at once: `force`, or `purge` after a withdrawal (rule 8)."""
        with self._writing:
            state = self._state
            many = len(state.versions) > max(_MANY, _SHARE * len(state.base.documents))
            if not state.versions or not (many or force or purge):
                return
            self._publish(self._living(state), state.position, over_newer=False)

    def rebuild(self, documents: Iterable[Document], *, position: int) -> None:
        """Replace everything by these documents."""
        self.rebuild_from_blocks(_in_blocks(documents), position=position)

    def rebuild_from_blocks(self, blocks: Iterable[DocumentBlock], *, position: int) -> None:
        """Replace everything by these blocks; searches go on with the old state until the new snapshot is in place."""
        documents = DocumentBlock.join(list(blocks)).newest()
        with self._writing:
            self._publish(documents, position, over_newer=True)

    def _apply(self, changes: Sequence[Document | Removal], position: int) -> None:
        state = self._state
        versions, dead = dict(state.versions), state.dead.copy()
        newest: dict[int, Document | Removal] = {}
        for change in sorted(changes, key=lambda one: (one.version, isinstance(one, Removal))):
            if self._is_news(state, versions, change):
                versions[change.number] = change.version
                newest[change.number] = change
        self._bury(state.base.documents, dead, versions)
        old = state.delta.documents
        kept = old.select(np.flatnonzero(~np.isin(old.numbers, np.fromiter(newest, dtype=np.int64))))
        new = DocumentBlock.from_documents(change for change in newest.values() if isinstance(change, Document))
        delta = Postings.build(DocumentBlock.join([kept, new]).newest())
        self._state = replace(state, delta=delta, dead=dead, versions=versions, position=max(position, state.position))

    def _is_news(self, state: _State, versions: dict[int, int], change: Document | Removal) -> bool:
        known = versions.get(change.number)
        if known is None:
            place = int(np.searchsorted(state.base.documents.numbers, change.number))
            documents = state.base.documents
            if place < len(documents) and documents.numbers[place] == change.number:
                known = int(documents.versions[place])
        if known is None:
            return True
        return change.version > known or (isinstance(change, Removal) and change.version == known)

    def _bury(self, documents: DocumentBlock, dead: NDArray[np.bool_], versions: dict[int, int]) -> None:
        if not len(documents) or not versions:
            return
        changed = np.fromiter(versions, dtype=np.int64)
        places = np.searchsorted(documents.numbers, changed)
        inside = places < len(documents)
        hit = places[inside][documents.numbers[places[inside]] == changed[inside]]
        dead[hit] = True

    def _living(self, state: _State) -> DocumentBlock:
        living = state.base.documents.select(np.flatnonzero(~state.dead))
        return DocumentBlock.join([living, state.delta.documents]).newest()

    def _publish(self, documents: DocumentBlock, position: int, *, over_newer: bool) -> None:
        path = self._folder / _SNAPSHOT
        with FileLock(self._folder / "writing.lock", mode=0o600):
            # Another process may have followed further and written meanwhile: what it purged must not come back.
            if over_newer or snapshot_position(path) <= position:
                write_snapshot(path, Postings.build(documents), position)
        self._open_snapshot()

    def _open_snapshot(self) -> None:
        try:
            snapshot = read_snapshot(self._folder / _SNAPSHOT)
        except SnapshotError as error:
            self.needs_rebuild = str(error)
            self._state = _State(_empty(), _empty(), np.zeros(0, dtype=bool), {}, 0, identify(self._folder / _SNAPSHOT))
            return
        self.needs_rebuild = ""
        dead = np.zeros(len(snapshot.postings.documents), dtype=bool)
        self._state = _State(snapshot.postings, _empty(), dead, {}, snapshot.position, snapshot.identity)


def _in_blocks(documents: Iterable[Document]) -> Iterable[DocumentBlock]:
    part: list[Document] = []
    for document in documents:
        part.append(document)
        if len(part) == _BLOCK:
            yield DocumentBlock.from_documents(part)
            part = []
    yield DocumentBlock.from_documents(part)
