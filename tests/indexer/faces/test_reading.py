"""The photos that a row names, beside its file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer.errors import PhotosUnavailableError
from indexer.faces import PhotoReader
from indexer.faces.embedder import MOST_BYTES
from tests.builders import intake
from tests.photos import PixelEmbedder, picture, save


class Missing(PixelEmbedder):
    """What is not installed."""

    def embed(self, photo: bytes) -> NDArray[np.float32] | None:
        self.looked_at += 1
        raise PhotosUnavailableError("not installed")


def test_every_photo_that_has_a_face_becomes_one_in_the_order_of_the_names(tmp_path: Path) -> None:
    save(tmp_path, a=picture(10), b=picture(20))
    record, problems = PhotoReader(PixelEmbedder()).read(intake(photos="b.pgm; a.pgm"), tmp_path)
    assert [face.file for face in record.faces] == ["b.pgm", "a.pgm"]
    assert problems == []


def test_a_photo_in_a_folder_beside_the_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    save(tmp_path / "photos", a=picture(10))
    record, _ = PhotoReader(PixelEmbedder()).read(intake(photos="photos/a.pgm"), tmp_path)
    assert len(record.faces) == 1


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("missing.pgm", "photo 2: there is no such file"),
        ("folder", "photo 2: there is no such file"),
        ("../outside.pgm", "photo 2: lies outside the folder"),
        ("/etc/hostname", "photo 2: lies outside the folder"),
        ("link.pgm", "photo 2: lies outside the folder"),
        ("round.pgm", "photo 2: "),
        ("https://example.org/a.jpg", "photo 2: is an address"),
        ("x" * 300, "photo 2: the file cannot be read"),
        ("text.pgm", "photo 2: it is no image"),
        ("black.pgm", "photo 2: no face can be seen"),
        ("huge.pgm", "photo 2: the photo is larger than 20 MB"),
    ],
)
def test_a_photo_that_cannot_be_used_is_told_without_its_name_and_the_others_count(
    tmp_path: Path, name: str, why: str
) -> None:
    beside = tmp_path / "beside"
    (beside / "folder").mkdir(parents=True)
    save(tmp_path, outside=picture(10))
    save(beside, good=picture(10), text=b"hello", black=picture(0))
    (beside / "link.pgm").symlink_to(tmp_path / "outside.pgm")
    (beside / "round.pgm").symlink_to(beside / "round.pgm")
    with (beside / "huge.pgm").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    record, [problem] = PhotoReader(PixelEmbedder()).read(intake(photos=["good.pgm", name]), beside)
    assert [face.file for face in record.faces if face.vector] == ["good.pgm"]
    assert problem.startswith(why)
    assert name not in problem


def test_only_the_first_five_photos_are_looked_at_and_it_says_so(tmp_path: Path) -> None:
    save(tmp_path, **{f"p{number}": picture(number) for number in range(1, 8)})
    photos = "; ".join(f"p{number}.pgm" for number in range(1, 8))
    record, problems = PhotoReader(PixelEmbedder()).read(intake(photos=photos), tmp_path)
    assert len(record.faces) == 5
    assert problems == ["only the first 5 photos of a child are compared"]


def test_a_photo_that_has_not_changed_is_not_looked_at_again(tmp_path: Path) -> None:
    save(tmp_path, a=picture(10), b=picture(20))
    embedder = PixelEmbedder()
    first, _ = PhotoReader(embedder).read(intake(photos="a.pgm; b.pgm"), tmp_path)
    save(tmp_path, b=picture(30))
    second, _ = PhotoReader(embedder).read(intake(photos="a.pgm; b.pgm"), tmp_path, first.faces)
    assert embedder.looked_at == 3
    assert second.faces[0] == first.faces[0]
    assert second.faces[1] != first.faces[1]


@pytest.mark.parametrize("now", [picture(0), b"hello"])
def test_another_picture_of_the_same_name_without_a_face_gives_a_blank_one(tmp_path: Path, now: bytes) -> None:
    save(tmp_path, a=picture(10))
    first, _ = PhotoReader(PixelEmbedder()).read(intake(photos="a.pgm"), tmp_path)
    save(tmp_path, a=now)
    second, [problem] = PhotoReader(PixelEmbedder()).read(intake(photos="a.pgm"), tmp_path, first.faces)
    assert problem.startswith("photo 1: ")
    assert [(face.file, face.vector) for face in second.faces] == [("a.pgm", b"")]


def test_a_photo_that_is_away_says_nothing_of_the_face_that_was_on_it(tmp_path: Path) -> None:
    record, [problem] = PhotoReader(PixelEmbedder()).read(intake(photos="a.pgm"), tmp_path)
    assert problem.startswith("photo 1: there is no such file")
    assert record.faces == ()


def test_a_record_without_photos_or_withdrawn_is_left_as_it_is(tmp_path: Path) -> None:
    save(tmp_path, a=picture(10))
    reader = PhotoReader(PixelEmbedder())
    for record in (intake(), intake(photos="a.pgm", status="withdrawn")):
        assert reader.read(record, tmp_path) == (record, [])


def test_where_the_embedder_is_missing_it_is_asked_once_and_says_why(tmp_path: Path) -> None:
    save(tmp_path, a=picture(10))
    embedder = Missing()
    reader = PhotoReader(embedder)
    for _ in range(3):
        record, problems = reader.read(intake(photos="a.pgm"), tmp_path)
        assert (record.faces, problems) == ((), [])
    assert embedder.looked_at == 1
    assert reader.unavailable == "not installed"
