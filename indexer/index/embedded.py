"""The embedded candidate index: a memory-mapped snapshot and, beside it in memory, the changes since.

Several processes share the snapshot; each follows the change log on its own, and one at a time writes the next snapshot.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from indexer.errors import IndexBusyError, StoreError
from indexer.folders import private_folder
from indexer.index.block import DocumentBlock, key_hashes
from indexer.index.postings import Postings
from indexer.index.protocol import Candidate, Document, Query, Removal
from indexer.index.snapshot import (
    NO_FILE,
    Identity,
    SnapshotError,
    identify,
    read_snapshot,
    snapshot_position,
    write_snapshot,
)
from indexer.index.state import State

SNAPSHOT: Final = "candidates.snapshot"
# The changes are folded into a new snapshot when they are more than this, and more than a share of the documents.
_MANY: Final = 200
_SHARE: Final = 0.05
# After a snapshot could not be written (a full disk), the next attempt waits: a search must not pay for it every time.
_PAUSE_SECONDS: Final = 30.0
# How long to wait for another process that writes a snapshot, which takes about 1 s for 100,000 records.
_WAIT_SECONDS: Final = 60.0


class EmbeddedIndex:
    """A `CandidateIndex` in this process, its snapshot in `folder`. Raises `StoreError` where there can be no such folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = private_folder(folder)
        self._path = folder / SNAPSHOT
        # Re-entrant: publishing opens what it wrote.
        self._changing = threading.RLock()
        # What has been followed, and what searches see: behind another process's snapshot, the changes since are followed first.
        self._state = self._seen = State.of(Postings.empty(), 0)
        self._identity = NO_FILE
        self._needs_rebuild = ""
        self._pause_until = 0.0
        self._folds_apart = False
        self._open_snapshot()

    @property
    def position(self) -> int:
        """The place in the change log up to which the index has followed."""
        return self._state.position

    @property
    def needs_rebuild(self) -> str:
        """Why the snapshot cannot be used, in words; blank where it can. What was there before can still be searched."""
        return self._needs_rebuild

    def count(self) -> int:
        """How many documents it holds."""
        return self._seen.count()

    def close(self) -> None:
        """Forget the snapshot's mapping."""
        self._state = self._seen = State.of(Postings.empty(), 0)

    def candidates(self, query: Query) -> list[Candidate]:
        """The best `query.limit` visible documents that share a key with the query."""
        return self._seen.candidates(query)

    def candidates_many(self, queries: Sequence[Query]) -> list[list[Candidate]]:
        """One answer a query, in order, all from one state of the index."""
        state = self._seen
        return [state.candidates(query) for query in queries]

    def frequencies(self, keys: Sequence[str]) -> list[int]:
        """Documents per key in the snapshot: frozen until the next one."""
        frequencies: list[int] = self._seen.base.frequencies(key_hashes(keys)).tolist()
        return frequencies

    def refresh(self) -> None:
        """Use a newer snapshot where another process has put one in place; cheap when there is none."""
        if identify(self._path) != self._identity:
            self._open_snapshot()

    def settle(self) -> None:
        """Let what has been followed be seen."""
        self._seen = self._state

    def apply(self, changes: Sequence[Document | Removal], *, position: int) -> None:
        """Take in changes of the log up to `position`, in memory."""
        with self._changing:
            self._follow(self._state.followed(changes, position))

    def compact(self, *, force: bool = False) -> None:
        """Fold the changes into a new snapshot: when they are many, when a removed record is in it (rule 8), or by `force`."""
        with self._changing:
            state = self._state
            if state.versions and (force or (self._is_due(state) and not self._folds_apart)):
                wait = _WAIT_SECONDS if force else 0.0
                self._publish(state.living(), state.position, over=self._identity, wait=wait)
                self._open_snapshot()

    def fold_apart(self) -> None:
        """Leave to `fold` what is due."""
        self._folds_apart = True

    def fold(self) -> None:
        """Write the next snapshot where that is due. Whoever follows the log opens it with `refresh`, between two steps."""
        with self._changing:
            state, identity = self._state, self._identity
        if state.versions and self._is_due(state):
            self._publish(state.living(), state.position, over=identity, wait=0.0)

    def rebuild(self, blocks: Iterable[DocumentBlock], *, position: int) -> None:
        """Replace everything by these blocks; searches go on with the old state until the new snapshot is in place."""
        documents = DocumentBlock.join(list(blocks)).newest()
        with self._changing:
            self._publish(documents, position, over=None, wait=_WAIT_SECONDS)
            self._open_snapshot()
            self._seen = self._state

    def discard(self, reason: str) -> None:
        """Forget everything, the file too: it belongs to another history of the database."""
        with self._changing, self._alone(_WAIT_SECONDS):
            self._path.unlink(missing_ok=True)
            self._state = self._seen = State.of(Postings.empty(), 0)
            self._identity, self._needs_rebuild = NO_FILE, reason

    def _is_due(self, state: State) -> bool:
        many = len(state.versions) > max(_MANY, _SHARE * len(state.base.documents))
        return (state.lost or many) and time.monotonic() >= self._pause_until

    def _publish(self, documents: DocumentBlock, position: int, *, over: Identity | None, wait: float) -> None:
        """Put a snapshot in place of the one that it was made from (`over`), or of any (None)."""
        self._pause_until = time.monotonic() + _PAUSE_SECONDS
        with self._alone(wait):
            # Another process may have followed as far or further and written meanwhile: what it purged must not come back.
            if over is None or identify(self._path) == over or snapshot_position(self._path) < position:
                write_snapshot(self._path, Postings.build(documents), position)
        self._pause_until = 0.0

    def _follow(self, state: State) -> None:
        self._state = state
        if state.position >= self._seen.position:
            self._seen = state

    @contextmanager
    def _alone(self, wait: float) -> Iterator[None]:
        """The right to change the file; the system lets go of it when the process dies."""
        try:
            held = FileLock(self._folder / "writing.lock", mode=0o600).acquire(timeout=wait)
        except Timeout as error:
            raise IndexBusyError("another process is writing the index; wait for it to end, then try again") from error
        except OSError as error:
            raise StoreError(
                f"the index cannot be written to {self._folder}: {error.strerror}; the old one is still in use: "
                "free some space, check the rights of the folder"
            ) from error
        with held:
            yield

    def _open_snapshot(self) -> None:
        with self._changing:
            try:
                snapshot = read_snapshot(self._path)
            except SnapshotError as error:
                self._needs_rebuild, self._identity = str(error), identify(self._path)
                return
            self._follow(State.of(snapshot.postings, snapshot.position))
            self._needs_rebuild, self._identity = "", snapshot.identity
