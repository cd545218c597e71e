"""The candidate index as every back end offers it. The embedded one is here; Elasticsearch takes the same keys and weights later.

A document is found by the keys it shares with a query; its weight is the sum of the query's integer weights of those keys. Order:
weight descending, then record number ascending, so that two back ends give the same list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from matcher.record import Kind


@dataclass(frozen=True, slots=True)
class Document:
    """What the index keeps of a record: no text, only keys and what decides who may find it. `keys` are distinct."""

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
    """Distinct keys with integer weights >= 1; only open documents of `kind`.

    A document is visible when it is traceable or its source is one of `sources`, and, when `within` is given, only when its source is
    one of those. A blank source belongs to nobody.
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
    """What the rest of Elijah may ask of an index."""

    @property
    def position(self) -> int:
        """The place in the change log up to which the index has followed."""

    def count(self) -> int:
        """How many documents it holds."""

    def apply(self, changes: Sequence[Document | Removal], *, position: int) -> None:
        """Take changes in. Idempotent; an older version never replaces a newer one."""

    def rebuild(self, documents: Iterable[Document], *, position: int) -> None:
        """Replace everything at once; searches go on with the old state meanwhile."""

    def candidates(self, query: Query) -> list[Candidate]:
        """The best `query.limit` documents that share a key with the query."""

    def candidates_many(self, queries: Sequence[Query]) -> list[list[Candidate]]:
        """One answer a query, in order."""

    def frequencies(self, keys: Sequence[str]) -> list[int]:
        """How many documents had each key when the index was last built as a whole: frozen between, so that back ends agree."""

    def close(self) -> None:
        """Let go of files and connections."""
