"""From the bytes of a photo to a face."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer.errors import PhotoError
from indexer.faces import COSINE, face_on
from indexer.faces.embedder import MOST_BYTES, photo_digest
from matcher.faces import distance
from tests.photos import PixelEmbedder, picture


class Fixed(PixelEmbedder):
    """Says the same of every photo."""

    def __init__(self, *numbers: float, dim: int = 2) -> None:
        super().__init__()
        self._numbers = numbers
        self.dim = dim

    def embed(self, photo: bytes) -> NDArray[np.float32] | None:
        return np.array(self._numbers, dtype=np.float32)


class Cosine(Fixed):
    metric = COSINE


def test_a_face_has_its_photos_name_its_embedders_and_the_files_digest() -> None:
    found = face_on(picture(30), "a.pgm", PixelEmbedder())
    assert (found.file, found.embedder, found.digest) == ("a.pgm", PixelEmbedder.name, photo_digest(picture(30)))
    assert found.numbers[:2].tolist() == pytest.approx([0.3, 0.0])


def test_faces_are_as_far_apart_as_the_embedder_says() -> None:
    one, other = (face_on(picture(grey), "a.pgm", PixelEmbedder()) for grey in (30, 90))
    assert distance(one, other) == pytest.approx(0.6)


def test_of_an_embedder_whose_angles_count_the_lengths_do_not() -> None:
    one, other = face_on(b"", "a", Cosine(3, 4)), face_on(b"", "b", Cosine(30, 40))
    assert one.numbers.tolist() == pytest.approx([0.6, 0.8])
    assert distance(one, other) == pytest.approx(0.0, abs=1e-6)


def test_a_photo_without_a_face_is_told_what_to_do() -> None:
    with pytest.raises(PhotoError, match=r"no face can be seen.*from the front"):
        face_on(picture(0), "a.pgm", PixelEmbedder())


def test_a_photo_that_is_too_large_is_not_even_looked_at() -> None:
    embedder = PixelEmbedder()
    with pytest.raises(PhotoError, match="larger than 20 MB"):
        face_on(b"x" * (MOST_BYTES + 1), "a.pgm", embedder)
    assert embedder.looked_at == 0


@pytest.mark.parametrize("numbers", [(1.0,), (1.0, 2.0, 3.0), (0.0, 0.0), (float("nan"), 1.0), (float("inf"), 1.0)])
def test_numbers_that_are_no_vector_of_the_embedder_are_refused(numbers: tuple[float, ...]) -> None:
    with pytest.raises(PhotoError, match="no usable numbers"):
        face_on(b"", "a", Fixed(*numbers))
