"""The embedder: whatever turns the photo of a face into numbers. A plug-in behind one small protocol; dlib's is the default."""

from __future__ import annotations

import hashlib
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.errors import PhotoError
from matcher.faces import Face

EUCLIDEAN: Final = "euclidean"
COSINE: Final = "cosine"
# A telephone's photo has 3 to 12 MB.
MOST_BYTES: Final = 20_000_000
_NO_FACE: Final = "no face can be seen on it; take a photo from the front, with light on the face"


class Embedder(Protocol):
    """Turns photos into vectors. What its distances are worth stands under its `name` in `matcher/data/face_bands.csv`.

    `metric` says which distance of two vectors counts: `EUCLIDEAN`, or `COSINE`, whose vectors are stored with length 1.
    """

    name: str
    dim: int
    metric: str

    def embed(self, photo: bytes) -> NDArray[np.float32] | None:
        """The vector, shape (dim,), of the largest face on a photo, given as the bytes of its file; None where there is no face.

        Raises `PhotoError` for what is no image, `PhotosUnavailableError` where a part is not installed. Safe for threads.
        """


def open_embedder() -> Embedder:
    """The embedder of this version. Nothing is loaded before the first photo: an installation opens without it."""
    # Imported late: whoever has no photos pays nothing.
    from indexer.faces.dlib_embedder import DlibEmbedder  # noqa: PLC0415

    return DlibEmbedder()


def face_on(photo: bytes, file: str, embedder: Embedder) -> Face:
    """The face on a photo; `file` is what the photo is called. Raises `PhotoError`, `PhotosUnavailableError`."""
    if len(photo) > MOST_BYTES:
        raise PhotoError(f"the photo is larger than {MOST_BYTES // 1_000_000} MB; make it smaller")
    found = embedder.embed(photo)
    if found is None:
        raise PhotoError(_NO_FACE)
    vector = np.asarray(found, dtype=np.float64).reshape(-1)
    length = float(np.linalg.norm(vector))
    if len(vector) != embedder.dim or not np.isfinite(length) or length == 0.0:
        raise PhotoError("the embedder gave no usable numbers for it; leave the photo out")
    stored = vector / length if embedder.metric == COSINE else vector
    return Face(file, embedder.name, stored.astype("<f4").tobytes(), photo_digest(photo))


def photo_digest(photo: bytes) -> bytes:
    """What tells whether a file is still the same photo."""
    return hashlib.blake2b(photo, digest_size=16).digest()
