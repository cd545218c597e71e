"""A query by example, the same from the command line, over HTTP and on the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from indexer.answer import Answer
from indexer.installation import Installation, example_from_flat, says_something
from matcher.faces import Face
from matcher.record import Kind, Record


@dataclass(frozen=True, slots=True)
class Query:
    """What is known of a child, as a record that need not be stored, and how many candidates are wanted."""

    example: Record
    limit: int

    def with_faces(self, *faces: Face) -> Query:
        """The same question with the faces of photos that nobody stores."""
        files = dict.fromkeys((*self.example.photos, *(face.file for face in faces)))
        return replace(self, example=replace(self.example, faces=faces, photos=tuple(files)))


def query_of(flat: Mapping[str, object], *, sought: Kind, limit: int, today: date) -> Query:
    """Read a flat example. Its own kind comes first, else `sought` is what is looked for; an age is of today unless it says when.

    Raises `InputError` naming the column.
    """
    cells = dict(flat)
    if cells.get("age") and not cells.get("age_as_of") and not cells.get("recorded_on"):
        cells["age_as_of"] = today.isoformat()
    return Query(example_from_flat(cells, searched_kind=sought), limit)


def answer(query: Query, here: Installation) -> Answer:
    """The ranked candidates; an empty query has none."""
    if not says_something(query.example):
        return Answer(query=query.example)
    return here.search(query.example, limit=query.limit)
