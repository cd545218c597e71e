"""dlib's face embedder with the model files of `face_recognition_models`: the optional extra `photos`.

dlib is called directly, so that `face_recognition` itself, which builds dlib for ten minutes, is not needed. The five-point model
places the eyes: that of 68 points was trained on pictures that may not be used commercially.
"""

from __future__ import annotations

import threading
import warnings
from functools import cached_property
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.errors import PhotoError, PhotosUnavailableError
from indexer.faces.embedder import EUCLIDEAN

_MISSING: Final = (
    "photos cannot be looked at on this machine: the optional part for them is not installed; "
    "install it (`make photos`, or `pip install -r requirements-photos.txt`), or leave the photo out"
)
_NO_IMAGE: Final = "it is no image that can be read; save it as JPEG or PNG"
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
# Finding a face in a whole telephone's photo takes ten times as long, and finds the same one.
_LONGEST_SIDE: Final = 800
# A small file can hold an image that fills the memory. JPEG is read small at once, other formats as a whole.
_MOST_PIXELS: Final = 80_000_000
_MOST_PIXELS_AT_ONCE: Final = 25_000_000
# The tag of EXIF, and what makes each of its values upright.
_ORIENTATION: Final = 0x0112
_TURNS: Final[dict[object, str]] = {
    2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE", 6: "ROTATE_270", 7: "TRANSVERSE",
    8: "ROTATE_90",
}  # fmt: skip


class _TooLargeError(Exception):
    """More pixels than are looked at."""


class _Models(NamedTuple):
    detector: Any
    landmarks: Any
    network: Any


class DlibEmbedder:
    """dlib's ResNet of 2017: 128 numbers, trained on adults; weak on children and across years: see matcher/faces.py."""

    name = "dlib-resnet-v1"
    dim = 128
    metric = EUCLIDEAN

    def __init__(self) -> None:
        # dlib's detectors keep their working memory in themselves.
        self._alone = threading.Lock()

    def embed(self, photo: bytes) -> NDArray[np.float32] | None:
        """The largest face's numbers. About 0.15 s; the first call loads 32 MB of models."""
        with self._alone:
            models, pixels = self._models, _pixels(photo)
            # Faces smaller than 80 pixels are looked for only where no larger one is: that takes four times as long.
            found = _seen(models, pixels, 0) or _seen(models, pixels, 1)
            if not found:
                return None
            shape = models.landmarks(pixels, max(found, key=lambda rectangle: rectangle.area()))
            return np.array(models.network.compute_face_descriptor(pixels, shape), dtype=np.float32)

    @cached_property
    def _models(self) -> _Models:
        try:
            import dlib  # noqa: PLC0415  # optional, and slow to import
        except ImportError as error:
            raise PhotosUnavailableError(_MISSING) from error
        folder = _models_folder()
        return _Models(
            dlib.get_frontal_face_detector(),
            dlib.shape_predictor(str(folder / "shape_predictor_5_face_landmarks.dat")),
            dlib.face_recognition_model_v1(str(folder / "dlib_face_recognition_resnet_model_v1.dat")),
        )


def _seen(models: _Models, pixels: NDArray[np.uint8], doublings: int) -> list[Any]:
    """The rectangles of faces. What is half as sure as the surest is none: a fold of a dress can be the larger "face"."""
    rectangles, sureness, _ = models.detector.run(pixels, doublings, 0.0)
    surest = max(sureness, default=0.0)
    return [one for one, sure in zip(rectangles, sureness, strict=True) if sure >= surest / 2]


def _models_folder() -> Path:
    # Found and not imported: the package imports `pkg_resources`, which new Pythons do not have.
    spec = find_spec("face_recognition_models")
    if spec is None or spec.origin is None:
        raise PhotosUnavailableError(_MISSING)
    return Path(spec.origin).parent / "models"


def _pixels(photo: bytes) -> NDArray[np.uint8]:
    """The image the right way up, at most 800 pixels long, shape (height, width, 3)."""
    try:
        from PIL import Image  # noqa: PLC0415  # optional
    except ImportError as error:
        raise PhotosUnavailableError(_MISSING) from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(BytesIO(photo), formats=_FORMATS)
        with image:
            if image.width * image.height > _most_pixels(image.format):
                raise _TooLargeError
            turn = _TURNS.get(_orientation(image))
            # Made small first: everything else would be done to all pixels.
            image.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
            upright = image.transpose(Image.Transpose[turn]) if turn else image
            return np.array(upright.convert("RGB"), dtype=np.uint8)
    except (_TooLargeError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PhotoError("the photo has too many pixels; make it smaller, or save it as JPEG") from error
    except Exception as error:  # a damaged file makes Pillow trip over anything, and one photo must not end a load
        raise PhotoError(_NO_IMAGE) from error


def _most_pixels(written_as: str | None) -> int:
    return _MOST_PIXELS if written_as == "JPEG" else _MOST_PIXELS_AT_ONCE


def _orientation(image: Any) -> object:
    """How a telephone was held. A tag that cannot be read is none: the picture may be good."""
    try:
        return image.getexif().get(_ORIENTATION)
    except Exception:  # noqa: BLE001  # as below
        return None
