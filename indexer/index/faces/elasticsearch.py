"""The index of faces on Elasticsearch: an index of its own, compared exactly there (`flat`), and once more here for the order.

A record is one document with its faces nested in it; what is gone leaves a tombstone without vectors, so that no slow writer
brings it back. Generations, notes and aliases are those of the candidate index.
"""

from __future__ import annotations

import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import inf
from typing import Any, Final

from indexer.index.block import source_hash
from indexer.index.elasticsearch.bulk import Action, write
from indexer.index.elasticsearch.freezing import forget, is_to_forget
from indexer.index.elasticsearch.generation import Generation, Generations, Layout, Note
from indexer.index.elasticsearch.lives import kind_word
from indexer.index.elasticsearch.mapping import Schema
from indexer.index.elasticsearch.reading import count
from indexer.index.elasticsearch.searches import visible
from indexer.index.elasticsearch.server import GoneError, Server
from indexer.index.elasticsearch.terms import term
from indexer.index.faces.distances import distances, nearest, read_vectors
from indexer.index.faces.protocol import Change, FaceDocument, FaceQuery, Neighbour
from indexer.index.protocol import Removal

FORMAT: Final = 1
_LIVING: Final = {"exists": {"field": "kind"}}
# The server's distances are of 32 bits: it is asked for a little more than is wanted, and the exact ones decide.
_SLACK, _MORE, _MOST = 1e-3, 10, 10_000
# How long the server keeps what was deleted for copies that were away (see freezing.py).
_FORGET_SECONDS: Final = 90.0


def schema(dim: int) -> Schema:
    """The mapping for vectors of `dim` numbers."""
    vector = {
        "type": "dense_vector",
        "dims": dim,
        "index": True,
        "similarity": "l2_norm",
        "index_options": {"type": "flat"},
    }
    return Schema(
        {
            "number": {"type": "long", "index": False},
            "at": {"type": "long"},
            "kind": {"type": "keyword"},
            "open": {"type": "boolean"},
            "traceable": {"type": "boolean"},
            "source": {"type": "keyword", "doc_values": False},
            "faces": {"type": "nested", "properties": {"v": vector}},
            # The same vectors to the bit; and what is no record (generation.py).
            "stored": {"type": "object", "enabled": False},
        },
        FORMAT,
    )


class ElasticsearchFaces:
    """A `FaceIndex` on a server that any number of processes share.

    Every method raises `IndexUnavailableError` where the server cannot be used. `family` begins the names of its own indexes: no
    other index may begin so.
    """

    def __init__(self, server: Server, alias: str, dim: int, *, family: str = "", layout: Layout | None = None) -> None:
        self._server = server
        self._dim = dim
        self._generations = Generations(server, alias, family or alias, layout or Layout(), schema(dim))
        self._seen: Generation | str | None = None
        self._changing = threading.RLock()

    @property
    def position(self) -> int:
        """The place in the change log up to which the index had followed when it was last looked at."""
        return self._seen.note.position if isinstance(self._seen, Generation) else 0

    def begun(self) -> bool:
        """Whether there is an index to follow: asks the server."""
        return isinstance(self._look(), Generation)

    def count(self) -> int:
        """How many records it holds a face of."""
        seen = self._look()
        return count(self._server, seen.name, _LIVING) if isinstance(seen, Generation) else 0

    def close(self) -> None:
        """Let go of the connections."""
        self._server.close()

    def discard(self) -> None:
        """Forget everything."""
        with self._changing:
            self._generations.drop_all()
            self._seen = None

    def rebuild(self, blocks: Iterable[Sequence[FaceDocument]], *, position: int) -> None:
        """Replace everything at once; searches go on in the old index until the new one is complete."""
        with self._changing:
            name = self._generations.create()
            try:
                documents = 0
                for block in blocks:
                    write(self._server, f"{name}-writing", (_action(one, position) for one in block if one.vectors))
                    documents += len(block)
                self._server.ask(lambda client: client.indices.refresh(index=name))
                self._generations.publish(name, Note(position, position, documents, "", 0))
            except GoneError:
                # Another process has built anew meanwhile, and removed this one: its work counts, and is followed from there.
                if isinstance(self._look(), str):
                    raise
            except BaseException:
                self._generations.drop(name)
                raise
            self._look()

    def apply(self, changes: Sequence[Change], *, position: int) -> None:
        """Take in changes of the log up to `position`: on disk at the server, and to be found, when this returns."""
        with self._changing:
            now = self._look()
            if isinstance(now, str):
                self.rebuild((), position=0)
                now = self._look()
            if isinstance(now, str) or position < now.note.position:
                return
            try:
                removed = self._take_in(now, changes, position)
                self._advance(now, position, forgetting=removed)
            except GoneError:
                # As above.
                self._look()

    def tidy(self) -> None:
        """Ask the server to rewrite its files without what was removed, a minute and a half after it was."""
        with self._changing:
            if isinstance(self._seen, Generation) and is_to_forget(self._seen.note):
                self._seen = forget(self._server, self._generations, self._seen) or self._look()

    def neighbours(self, query: FaceQuery) -> list[Neighbour]:
        """The records with the nearest faces."""
        seen = self._seen or self._look()
        if isinstance(seen, str) or query.limit < 1:
            return []
        try:
            return self._nearest(seen.name, query)
        except GoneError:
            again = self._look()
            return self._nearest(again.name, query) if isinstance(again, Generation) else []

    def _nearest(self, index: str, query: FaceQuery) -> list[Neighbour]:
        found: list[Neighbour] = []
        for vector in query.vectors:
            if len(vector) == 4 * self._dim:
                found += self._near(index, vector, query)
        return nearest(found, limit=query.limit, furthest=query.furthest)

    def _near(self, index: str, vector: bytes, query: FaceQuery) -> list[Neighbour]:
        """The neighbours of one face; asked for more while the last of them might be equalled by one that was left out."""
        wanted = min(query.limit + _MORE, _MOST)
        while True:
            hits = self._hits(index, vector, query, wanted)
            found = [one for hit in hits for one in _read(hit, vector, self._dim)]
            best = nearest(found, limit=query.limit, furthest=query.furthest)
            is_full = len(hits) == wanted < _MOST and len(best) == query.limit
            if not is_full or nearest(found, limit=wanted, furthest=inf)[-1].distance > best[-1].distance + _SLACK:
                return best
            wanted = min(4 * wanted, _MOST)

    def _hits(self, index: str, vector: bytes, query: FaceQuery, wanted: int) -> list[Mapping[str, Any]]:
        [row] = read_vectors([vector], self._dim)
        knn = {
            "field": "faces.v",
            "query_vector": row.tolist(),
            "k": wanted,
            "num_candidates": wanted,
            "similarity": query.furthest + _SLACK,
            "filter": visible(query.kind, query.sources),
        }
        body = {"knn": knn, "size": wanted, "_source": ["number", "stored"], "track_total_hits": False}
        answer = self._server.ask(
            lambda client: client.search(index=index, body=body, allow_partial_search_results=False), quick=True
        )
        hits: list[Mapping[str, Any]] = answer["hits"]["hits"]
        return hits

    def _take_in(self, now: Generation, changes: Sequence[Change], position: int) -> bool:
        """Whether something was taken away."""
        newest: dict[int, Change] = {}
        for change in changes:
            if change.number not in newest or _version(newest[change.number]) < _version(change):
                newest[change.number] = change
        there = {
            int(doc["_id"]): (doc["_version"], "kind" in doc["_source"])
            for doc in self._server.get_many(now.writing, [str(number) for number in newest])
        }
        news = [
            change
            for number, change in newest.items()
            if _version(change) > there.get(number, (-1, False))[0] and (_stays(change) or number in there)
        ]
        if news:
            write(self._server, now.writing, (_action(change, position) for change in news))
        self._server.ask(lambda client: client.indices.refresh(index=now.writing))
        return any(there.get(change.number, (0, False))[1] for change in news)

    def _advance(self, generation: Generation, position: int, *, forgetting: bool) -> None:
        now: Generation | str = generation
        while isinstance(now, Generation) and now.name == generation.name:
            later = time.time() + _FORGET_SECONDS if forgetting else now.note.forget_from
            note = replace(now.note, position=max(position, now.note.position), forget_from=later)
            moved = now if note == now.note else self._generations.advance(now, note)
            if moved is not None:
                self._seen = moved
                break
            now = self._look()

    def _look(self) -> Generation | str:
        self._seen = self._generations.look()
        return self._seen


def _stays(change: Change) -> bool:
    """Whether it is written though nothing is there: vectors, and the removal of a record that a slow writer may add."""
    return isinstance(change, Removal) or bool(change.vectors)


def _version(change: Change) -> int:
    # Odd versions are removals: one beats its document, and a document of a higher version beats it.
    return 2 * change.version + isinstance(change, Removal)


def _action(change: Change, at: int) -> Action:
    version = {"version": _version(change), "version_type": "external"}
    body = {"number": change.number, "at": at, **_told(change)}
    return {"index": {"_id": str(change.number), **version}}, body


def _told(change: Change) -> dict[str, Any]:
    if isinstance(change, Removal) or not change.vectors:
        return {}
    told: dict[str, Any] = {
        "kind": kind_word(change.kind),
        "open": change.open,
        "traceable": change.traceable,
        "faces": [{"v": read_vectors([vector], len(vector) // 4)[0].tolist()} for vector in change.vectors],
        "stored": {"vectors": [b64encode(vector).decode("ascii") for vector in change.vectors]},
    }
    if change.source:
        told["source"] = term(source_hash(change.source))
    return told


def _read(hit: Mapping[str, Any], vector: bytes, dim: int) -> Iterator[Neighbour]:
    source = hit["_source"]
    [row] = read_vectors([vector], dim)
    rows = read_vectors([b64decode(one) for one in source["stored"]["vectors"]], dim)
    yield from (Neighbour(int(source["number"]), apart) for apart in distances(rows, row).tolist())
