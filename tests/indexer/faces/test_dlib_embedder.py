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
from indexer.faces.dlib_embedder import DlibEmbedder, _pixels
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
    with pytest.raises(PhotoError, match="too many pixels"):
        DlibEmbedder().embed(_resized(photo, side))


def _turned(value: object, *, side: int = 300) -> bytes:
    """A photo whose EXIF says this of how the telephone was held."""
    from PIL import Image  # noqa: PLC0415  # optional

    file, exif = BytesIO(), Image.Exif()
    exif[0x0112] = value
    Image.new("RGB", (side, 2 * side)).save(file, "JPEG", exif=exif)
    return file.getvalue()


@installed
@pytest.mark.parametrize("value", [1, 2, 3, 4, 5, 6, 7, 8])
def test_however_the_telephone_was_held_the_picture_is_put_upright(value: int) -> None:
    height, width, _ = _pixels(_turned(value)).shape
    assert (height > width) == (value < 5)


@installed
@pytest.mark.parametrize("noise", [b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x12\x34\x56\x78"])
def test_a_good_photo_with_a_damaged_tag_is_a_good_photo_or_none_but_never_the_end_of_a_load(noise: bytes) -> None:
    photo = _turned(6)
    begin = photo.index(b"Exif")
    for at in range(begin + 4, begin + 40):
        try:
            assert _pixels(photo[:at] + noise + photo[at + 4 :]).ndim == 3
        except PhotoError:
            continue


@installed
def test_on_a_plain_wall_there_is_no_face() -> None:
    with pytest.raises(PhotoError, match="no face"):
        face_on(_png(1_600, 1_200), "wall.png", DlibEmbedder())


@installed
def test_a_drawn_face_if_one_is_seen_has_128_numbers(tmp_path: Path) -> None:
    """No picture of a person is in this repository; what the detector takes for a face is another question."""
    found = DlibEmbedder().embed(_png(64, 64))
    assert found is None or found.shape == (128,)
