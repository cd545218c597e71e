"""Faces of an installation: reading photos, following the change log, and the records with a face like it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

from indexer.faces.embedder import MOST_BYTES, Embedder, face_on, open_embedder
from indexer.faces.reading import PhotoReader
from indexer.index import Removal
from indexer.index.faces import EmbeddedFaces, FaceDocument, FaceIndex, FaceQuery
from indexer.index.faces.protocol import NEIGHBOURS, without_faces
from indexer.index.faces.protocol import Change as FaceChange
from indexer.settings import Settings
from indexer.store import Change, Store
from matcher.errors import InputError
from matcher.faces import Face, farthest_neighbour
from matcher.record import Record

_BATCH: Final = 5_000


class FaceFinder:
    """Safe for the threads of a server. An installation without photos pays one small question a write for it."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._identity = store.identity()
        # Until the index was first looked at: later, new changes would hide that a restored backup has undone what it followed.
        self._opened_with: int | None = store.last_change()
        self._following = threading.Lock()

    @cached_property
    def embedder(self) -> Embedder:
        """What reads the photos here."""
        return open_embedder()

    @cached_property
    def index(self) -> FaceIndex:
        """The index of this database's faces, opened with the first question for it."""
        return open_faces(self._settings, self._identity, self.embedder)

    def face_on(self, photo: bytes, file: str) -> Face:
        """The face on one photo. Raises `PhotoError`, `PhotosUnavailableError`."""
        return face_on(photo, file, self.embedder)

    def face_in(self, path: Path) -> Face:
        """The face on the photo in a file. Raises `InputError`, naming the file that the user named."""
        try:
            if path.stat().st_size > MOST_BYTES:
                raise InputError(f"{path}: the photo is larger than {MOST_BYTES // 1_000_000} MB; make it smaller")
            photo = path.read_bytes()
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({error.strerror}); give the path of a photo") from error
        return self.face_on(photo, path.name)

    def reader(self) -> PhotoReader:
        """A reader of the photos that a file's rows name."""
        return PhotoReader(self.embedder)

    def neighbours(
        self, records: Sequence[Record], *, sources: frozenset[str], limit: int = NEIGHBOURS
    ) -> list[list[int]]:
        """Per record, the numbers of at most `limit` records of the other kind with a face like one of its own, nearest first.

        Brings the index up first. Raises `IndexUnavailableError`.
        """
        furthest = farthest_neighbour(self.embedder.name)
        queries = [self._query(record, furthest, sources, limit) if record.faces else None for record in records]
        if any(queries):
            self._catch_up()
        return [[one.number for one in self.index.neighbours(query)] if query else [] for query in queries]

    def follow(self, *, purge: bool = False) -> None:
        """Take in what was stored or removed, where the index holds anything. Raises `IndexUnavailableError`.

        The embedded index of a process that was never asked for a face is empty, and stays so.
        """
        if "index" not in self.__dict__ and not self._settings.elasticsearch_url:
            return
        # A shared index may hold what this process has not looked at: the first time, and a removal, ask it always.
        if purge or self._opened_with is not None or self.index.position or self._store.has_faces():
            self._catch_up(begin=False)

    def rebuild(self) -> None:
        """Build the index anew from the database, where there is one or should be."""
        if self.index.begun() or self._store.has_faces():
            with self._following:
                self._build()

    def status(self) -> dict[str, object]:
        """What reads photos here, for an administrator: its name."""
        return {"embedder": self.embedder.name}

    def close(self) -> None:
        """Let go of memory and connections."""
        if "index" in self.__dict__:
            self.index.close()

    def _query(self, record: Record, furthest: float, sources: frozenset[str], limit: int) -> FaceQuery:
        vectors = tuple(face.vector for face in record.faces if face.embedder == self.embedder.name)
        return FaceQuery(vectors, record.kind.other, furthest, limit=limit, sources=sources)

    def _catch_up(self, *, begin: bool = True) -> None:
        """Bring the index to the end of the log; `begin`: also where there is none yet."""
        with self._following:
            has_begun = self.index.begun()
            last = self._store.last_change() if self._opened_with is None else self._opened_with
            self._opened_with = None
            if not has_begun and not begin:
                return
            if not has_begun or self.index.position > last:
                self._build()
            while changes := self._store.changes(after=self.index.position, limit=_BATCH):
                numbers = [change.number for change in changes]
                faces = {one.number: one for one in self._store.photographed(numbers, embedder=self.embedder.name)}
                applied = [_applied(change, faces.get(change.number)) for change in changes]
                self.index.apply(applied, position=changes[-1].position)
            self.index.tidy()

    def _build(self) -> None:
        position = self._store.last_change()
        self.index.rebuild(self._store.all_photographed(embedder=self.embedder.name), position=position)


def _applied(change: Change, found: FaceDocument | None) -> FaceChange:
    if found:
        return found
    return Removal(change.number, change.version) if change.removed else without_faces(change.number, change.version)


def open_faces(settings: Settings, identity: str, embedder: Embedder) -> FaceIndex:
    """The index of the faces that this embedder made, of the database of this identity. Nothing is asked of a server yet."""
    if not settings.elasticsearch_url:
        return EmbeddedFaces(embedder.dim)
    # The client takes a third of a second to import, and only installations with a server need it.
    from indexer.index.elasticsearch import Layout  # noqa: PLC0415
    from indexer.index.faces.elasticsearch import FORMAT, ElasticsearchFaces  # noqa: PLC0415
    from indexer.index.opening import open_server  # noqa: PLC0415

    layout = Layout(settings.elasticsearch_shards, settings.elasticsearch_replicas)
    # Not the beginning of the candidate index's names: it removes what begins so when it is built anew.
    family = f"elijah-faces-{identity}-"
    alias = f"{family}{FORMAT}-{embedder.name}"
    return ElasticsearchFaces(open_server(settings), alias, embedder.dim, family=family, layout=layout)
