"""The candidate index as every back end offers it. The embedded one is here; Elasticsearch takes the same keys and weights later.

A document is found by the keys it shares with a query; its weight is the sum of the query's integer weights of those keys. Order:
weight descending, then record number ascending, so that two back ends give the same list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from matcher.record import Kind

if TYPE_CHECKING:
    from indexer.index.block import DocumentBlock


@dataclass(frozen=True, slots=True)
class Document:
    """What the index keeps of a record: no text, only keys and what decides who may find it. A key given twice counts once."""

    number: int
    version: int
    kind: Kind
    source: str
    open: bool
    traceable: bool
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Removal:
    """A record is gone. It beats documents of the same or an older version."""

    number: int
    version: int


@dataclass(frozen=True, slots=True)
class Query:
    """Keys with integer weights >= 1 (a key given twice counts with both); only open documents of `kind`.

    A document is visible when it is traceable or its source is one of `sources`, and, when `within` is given, only when its
    source is one of those. A blank source belongs to nobody.
    """

    keys: tuple[tuple[str, int], ...]
    kind: Kind
    limit: int = 200
    sources: frozenset[str] = frozenset()
    within: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record number and the summed weight that brought it up."""

    number: int
    weight: int


class CandidateIndex(Protocol):
    """What the rest of Elijah may ask of an index. Safe for threads; several processes may have it open at once."""

    @property
    def position(self) -> int:
        """The place in the change log up to which the index has followed."""

    @property
    def needs_rebuild(self) -> str:
        """Why the index cannot be followed from where it is, in words; blank where it can."""

    def count(self) -> int:
        """How many documents it holds."""

    def refresh(self) -> None:
        """Take over what other processes have built since; cheap when there is nothing. `position` may go back: searches see the
        old state until that has been followed as far again, or `settle` is called.
        """

    def settle(self) -> None:
        """All that is in the change log has been applied: let it be seen."""

    def apply(self, changes: Sequence[Document | Removal], *, position: int) -> None:
        """Take in changes of the log up to `position`. Idempotent: an older version never replaces a newer one, and changes up to
        a position that has been passed already are left alone.
        """

    def compact(self, *, force: bool = False) -> None:
        """Fold what was applied into what is on disk where that is due: many changes, or a removal that a file still holds
        (rule 8); `force`: whatever there is. Raises `StoreError`; the index can be searched all the same.
        """

    def fold_apart(self) -> None:
        """From now on somebody calls `fold` every few seconds: `compact` only does what it is forced to."""

    def fold(self) -> None:
        """What `compact` does where it is due, while others go on searching and applying; seen with the next `refresh`."""

    def rebuild(self, blocks: Iterable[DocumentBlock], *, position: int) -> None:
        """Replace everything at once; searches go on with the old state meanwhile. Raises `StoreError`."""

    def discard(self, reason: str) -> None:
        """Forget everything: it belongs to another history of the database. `needs_rebuild` is then the reason."""

    def candidates(self, query: Query) -> list[Candidate]:
        """The best `query.limit` visible documents that share a key with the query."""

    def candidates_many(self, queries: Sequence[Query]) -> list[list[Candidate]]:
        """One answer a query, in order."""

    def frequencies(self, keys: Sequence[str]) -> list[int]:
        """How many documents had each key when the index was last built as a whole: frozen between, so that back ends agree."""

    def close(self) -> None:
        """Let go of files and connections."""
