"""Distances of many faces to one: fast to shortlist, then exact, so that every back end orders alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.index.faces.protocol import Neighbour

Vectors = NDArray[np.float32]


def read_vectors(vectors: Sequence[bytes], dim: int) -> Vectors:
    """Stored vectors as rows, shape (faces, dim); those of another length are left out."""
    fitting = [vector for vector in vectors if len(vector) == 4 * dim]
    return np.frombuffer(b"".join(fitting), dtype="<f4").reshape(-1, dim)


def distances(faces: Vectors, face: NDArray[np.float32]) -> NDArray[np.float64]:
    """The Euclidean distances of these faces to one; a row's does not depend on the rows beside it."""
    apart = faces.astype(np.float64) - face.astype(np.float64)
    found: NDArray[np.float64] = np.sqrt((apart * apart).sum(axis=1))
    return found


def nearest(found: Iterable[Neighbour], *, limit: int, furthest: float) -> list[Neighbour]:
    """The nearest face of each record counts; by distance, then by number."""
    best: dict[int, Neighbour] = {}
    for one in found:
        known = best.get(one.number)
        if one.distance <= furthest and (known is None or one.distance < known.distance):
            best[one.number] = one
    return sorted(best.values(), key=lambda one: (one.distance, one.number))[:limit]
