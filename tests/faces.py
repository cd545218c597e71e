"""Invented faces: vectors at known distances, no picture behind them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matcher.faces import Face

EMBEDDER, DIM = "dlib-resnet-v1", 128


def face(*numbers: float, file: str = "photo.png", embedder: str = EMBEDDER) -> Face:
    """A face whose first numbers are these, all others 0: two faces of one number each are as far apart as the numbers."""
    return Face(file, embedder, vector(numbers))


def vector(numbers: Sequence[float], dim: int = DIM) -> bytes:
    """The bytes of a vector with these first numbers."""
    return np.pad(np.array(numbers, "<f4"), (0, dim - len(numbers))).tobytes()
