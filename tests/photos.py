"""Photos for tests: tiny generated pictures, and an embedder that takes their pixels for a face. Nobody is on them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from indexer.errors import PhotoError
from indexer.faces import EUCLIDEAN
from tests.faces import DIM, EMBEDDER

_HEAD: Final = b"P5 4 1 255\n"


class PixelEmbedder:
    """The four grey values of a picture, as numbers from 0 to 2.55, are the face; a black picture has none."""

    name = EMBEDDER
    dim = DIM
    metric = EUCLIDEAN

    def __init__(self) -> None:
        self.looked_at = 0

    def embed(self, photo: bytes) -> NDArray[np.float32] | None:
        self.looked_at += 1
        if not photo.startswith(_HEAD) or len(photo) != len(_HEAD) + 4:
            raise PhotoError("it is no image that can be read; save it as JPEG or PNG")
        grey = np.frombuffer(photo[len(_HEAD) :], dtype=np.uint8).astype(np.float32) / 100
        return np.pad(grey, (0, DIM - 4)) if grey.any() else None


def picture(*hundredths: int) -> bytes:
    """A picture with these grey values: two of one value each are as many hundredths apart as the values."""
    return _HEAD + bytes(hundredths).ljust(4, b"\0")


def save(folder: Path, **pictures: bytes) -> None:
    """Put pictures into a folder, each under its name with `.pgm`."""
    for name, content in pictures.items():
        (folder / f"{name}.pgm").write_bytes(content)
