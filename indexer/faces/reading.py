"""The photos that rows of a file name, read beside it: what can be used becomes faces, what cannot is told, nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from indexer.errors import PhotoError, PhotosUnavailableError
from indexer.faces.embedder import MOST_BYTES, Embedder, face_on, photo_digest
from matcher.faces import MOST_PHOTOS, Face
from matcher.record import Record, Status

Problems = list[str]


class PhotoReader:
    """Reads the photos of records, one at a time. Messages number a record's photos: a file's name may be a child's."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        # Why no photo can be looked at here, in words; blank as far as is known.
        self.unavailable = ""

    def read(self, record: Record, folder: Path, known: Sequence[Face] = ()) -> tuple[Record, Problems]:
        """The record with the faces on its photos, and what is wrong with some of them.

        `folder` is that of the file which names them. `known` are faces that are stored already: a photo that has not changed is
        not looked at again. A photo without a face gives a blank one, which takes the place of what its file showed before.
        """
        if not record.photos or record.status is Status.WITHDRAWN or self.unavailable:
            return record, []
        before, faces, problems = {face.file: face for face in known}, [], []
        for place, name in enumerate(record.photos[:MOST_PHOTOS], start=1):
            photo = b""
            try:
                photo = read_photo(folder, name)
                faces.append(self._face(name, photo, before))
            except PhotosUnavailableError as error:
                self.unavailable = error.message
                return record, []
            except PhotoError as error:
                problems.append(f"photo {place}: {error.message}")
                if photo:
                    # Another picture of the same name: the face that was seen on the one before counts no longer.
                    faces.append(Face(name, self._embedder.name, b"", photo_digest(photo)))
        if len(record.photos) > MOST_PHOTOS:
            problems.append(f"only the first {MOST_PHOTOS} photos of a child are compared")
        return replace(record, faces=tuple(faces)), problems

    def _face(self, name: str, photo: bytes, before: Mapping[str, Face]) -> Face:
        known = before.get(name)
        if known and known.embedder == self._embedder.name and known.digest == photo_digest(photo):
            return known
        return face_on(photo, name, self._embedder)


def read_photo(folder: Path, name: str) -> bytes:
    """The bytes of a photo that lies in this folder or below it. Raises `PhotoError`."""
    if "://" in name:
        raise PhotoError("is an address; save the photo beside the file and write its file name")
    try:
        path = (folder / name).resolve()
        is_inside, is_there = path.is_relative_to(folder.resolve()), path.is_file()
        # Read at most as much as is looked at, whatever the file's size is said to be.
        photo = _start_of(path) if is_inside and is_there else b""
    except (OSError, RuntimeError, ValueError) as error:
        # RuntimeError: a link that leads round in a circle. ValueError: a name that no file can have.
        raise PhotoError("the file cannot be read; check its name and rights") from error
    if not is_inside:
        raise PhotoError("lies outside the folder of the file; put it beside the file")
    if not is_there:
        raise PhotoError("there is no such file beside the table; put it there under this name")
    return photo


def _start_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)
