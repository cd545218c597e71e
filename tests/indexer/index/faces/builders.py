"""Small documents of faces: a face is a few numbers, all others 0."""

from __future__ import annotations

from typing import Any

from indexer.index.faces import FaceDocument, FaceIndex, FaceQuery
from matcher.record import Kind
from tests.faces import vector

DIM = 4
Face = float | tuple[float, ...]


def document(number: int, *faces: Face, **changed: Any) -> FaceDocument:
    """An open intake with consent, of version 1, with these faces."""
    plain = {"version": 1, "kind": Kind.INTAKE, "source": "shelter", "open": True, "traceable": True}
    return FaceDocument(number=number, vectors=tuple(map(face, faces)), **{**plain, **changed})


def face(numbers: Face) -> bytes:
    return vector(numbers if isinstance(numbers, tuple) else (numbers,), DIM)


def query(*faces: Face, **changed: Any) -> FaceQuery:
    """A query for intakes within a distance of 1."""
    return FaceQuery(tuple(map(face, faces)), **{"kind": Kind.INTAKE, "furthest": 1.0, **changed})


def found(index: FaceIndex, *faces: Face, **changed: Any) -> list[int]:
    """The numbers of the neighbours, in order."""
    return [one.number for one in index.neighbours(query(*faces, **changed))]
