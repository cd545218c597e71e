"""dlib's embedder: the words where it is missing; the real thing where it is installed."""

from __future__ import annotations

import struct
import sys
import zlib
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import pytest

from indexer.errors import PhotoError, PhotosUnavailableError
from indexer.faces import face_on, open_embedder
from indexer.faces.dlib_embedder import DlibEmbedder
from matcher.faces import farthest_neighbour
from tests.photos import picture

IS_INSTALLED = all(map(find_spec, ("dlib", "face_recognition_models", "PIL")))
installed = pytest.mark.skipif(not IS_INSTALLED, reason="the extra `photos` is not installed: make photos")


def test_the_default_embedder_has_declared_bands() -> None:
    assert farthest_neighbour(open_embedder().name) > 0


@pytest.mark.parametrize("module", ["dlib", "PIL"])
def test_a_missing_part_is_told_with_what_installs_it(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(PhotosUnavailableError, match=r"not installed.*make photos"):
        DlibEmbedder().embed(b"\xff\xd8\xff")


def _png(width: int, height: int, grey: int = 128) -> bytes:
    from PIL import Image  # noqa: PLC0415  # optional

    file = BytesIO()
    Image.new("RGB", (width, height), (grey, grey, grey)).save(file, "PNG")
    return file.getvalue()


def _resized(png: bytes, side: int) -> bytes:
    """The same file with another size in its header."""
    header = b"IHDR" + struct.pack(">II", side, side) + png[24:29]
    return png[:12] + header + struct.pack(">I", zlib.crc32(header)) + png[33:]


@installed
@pytest.mark.parametrize("photo", [b"", b"hello", b"\xff\xd8\xff", b"<svg/>", picture(10)])
def test_what_is_no_image_is_told_so(photo: bytes) -> None:
    with pytest.raises(PhotoError, match="no image"):
        DlibEmbedder().embed(photo)


@installed
def test_half_an_image_is_told_so() -> None:
    photo = _png(300, 300)
    with pytest.raises(PhotoError, match="no image"):
        DlibEmbedder().embed(photo[: len(photo) // 2])


@installed
@pytest.mark.parametrize("side", [9_000, 10_000, 14_000])
def test_an_image_that_would_fill_the_memory_is_refused_before_it_does(side: int) -> None:
    # The size stands in the first bytes of a PNG; nothing after them is read.
    photo = _png(8, 8)
    with pytest.raises(PhotoError, match="million pixels"):
        DlibEmbedder().embed(_resized(photo, side))


@installed
def test_on_a_plain_wall_there_is_no_face() -> None:
    with pytest.raises(PhotoError, match="no face"):
        face_on(_png(1_600, 1_200), "wall.png", DlibEmbedder())


@installed
def test_a_drawn_face_if_one_is_seen_has_128_numbers(tmp_path: Path) -> None:
    """No picture of a person is in this repository; what the detector takes for a face is another question."""
    found = DlibEmbedder().embed(_png(64, 64))
    assert found is None or found.shape == (128,)
