"""The index of faces as every back end offers it: the records with the nearest faces, by distance and then by number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from indexer.index.protocol import Removal
from indexer.store import Photographed
from matcher.record import Kind

# A record as the index keeps it: number, version, who may find it, and the vectors of its faces (little-endian 32-bit floats).
FaceDocument = Photographed
Change = FaceDocument | Removal
NEIGHBOURS: Final = 50


def without_faces(number: int, version: int) -> FaceDocument:
    """A record that has no photo, or none any more."""
    return FaceDocument(number, version, Kind.REPORT, "", open=False, traceable=False, vectors=())


@dataclass(frozen=True, slots=True)
class FaceQuery:
    """The faces of one record, and which records may be found by it: open ones of `kind`, traceable or of one of `sources`.

    `furthest` is the largest Euclidean distance that counts; of a record's faces the nearest does.
    """

    vectors: tuple[bytes, ...]
    kind: Kind
    furthest: float
    limit: int = NEIGHBOURS
    sources: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A record number, and the distance of its nearest face."""

    number: int
    distance: float


class FaceIndex(Protocol):
    """What the rest of Elijah may ask of an index of faces. Safe for threads."""

    @property
    def position(self) -> int:
        """The place in the change log up to which the index has followed."""

    def begun(self) -> bool:
        """Whether it holds anything that would have to follow: one that has not begun is filled by `rebuild`."""

    def count(self) -> int:
        """How many records it holds a face of."""

    def apply(self, changes: Sequence[Change], *, position: int) -> None:
        """Take in changes of the log up to `position`. A document without vectors, or a removal, takes the record's faces away.

        Idempotent: an older version never replaces a newer one, and a position that has been passed is left alone.
        """

    def tidy(self) -> None:
        """Let go of what was removed, where that could not be done at once (rule 8); cheap where there is nothing."""

    def rebuild(self, blocks: Iterable[Sequence[FaceDocument]], *, position: int) -> None:
        """Replace everything at once; searches go on with the old state meanwhile."""

    def discard(self) -> None:
        """Forget everything."""

    def neighbours(self, query: FaceQuery) -> list[Neighbour]:
        """The `query.limit` visible records with the nearest faces, none farther than `query.furthest`."""

    def close(self) -> None:
        """Let go of memory and connections."""
