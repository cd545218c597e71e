"""Small documents and queries; each test names only what it is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from indexer.index import CandidateIndex, Document, DocumentBlock, Query
from matcher.record import Kind


def document(number: int, *keys: str, **changed: Any) -> Document:
    """An open intake with consent, of version 1."""
    plain = {"version": 1, "kind": Kind.INTAKE, "source": "shelter", "open": True, "traceable": True}
    return Document(number=number, keys=keys, **{**plain, **changed})


def query(*keys: str | tuple[str, int], **changed: Any) -> Query:
    """A query for intakes; a key without a weight weighs 1."""
    weighed = tuple((key, 1) if isinstance(key, str) else key for key in keys)
    return Query(keys=weighed, **{"kind": Kind.INTAKE, **changed})


def found(index: CandidateIndex, *keys: str | tuple[str, int], **changed: Any) -> list[int]:
    """The numbers that a query brings up, in order."""
    return [candidate.number for candidate in index.candidates(query(*keys, **changed))]


def rebuild(index: CandidateIndex, documents: Iterable[Document], *, position: int = 1) -> None:
    """Replace everything in the index by these documents."""
    index.rebuild([DocumentBlock.from_documents(documents)], position=position)
