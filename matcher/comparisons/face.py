"""Faces on photos: how near the two nearest are, weighed by the ages on them and the years between them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from matcher.comparisons.base import SILENT, Compared, Comparison, each
from matcher.comparisons.birth import BirthComparison, ordinals, read_birth, try_date
from matcher.faces import NAME, Face, Taken, band, closest, declared_bits, level, pair_of
from matcher.record import Record


@dataclass(frozen=True, slots=True)
class Photographed:
    """A record's faces, and when they were taken where that is known."""

    faces: tuple[Face, ...]
    taken: Taken | None


class FaceComparison(Comparison[Photographed]):
    """The nearest faces of the two records; silent where one has none, or an embedder without declared bands made them."""

    name = NAME
    levels = tuple(declared_bits())
    is_derived = True

    def __init__(self) -> None:
        super().__init__()
        # Nothing is remembered: faces are as good as the photo, and gone with the record (rule 8).
        self.said = self._said
        self._birth = BirthComparison()
        self._places = {name: place for place, name in enumerate(self.levels)}

    def text(self, record: Record) -> Hashable:
        """(faces, date of the photos, birth as `BirthComparison` has it)."""
        return (record.faces, record.photo_date, self._birth.text(record)) if record.faces else ()

    def compared(self, text: Hashable) -> Hashable:
        """The numbers of the faces, whatever their files are called, with what dates them."""
        assert isinstance(text, tuple)  # noqa: S101  # `text` above gives tuples only
        faces, day, birth = text
        return tuple(sorted((face.embedder, face.vector) for face in faces)), day, birth

    def _read(self, text: Hashable) -> Photographed | None:
        assert isinstance(text, tuple)  # noqa: S101  # `text` above gives tuples only
        faces, day, birth = text
        return Photographed(faces, _taken(day, birth))

    def compare(self, reports: Sequence[Photographed], intakes: Sequence[Photographed]) -> Compared:
        """The band of the smallest distance, for the class of the two records' photos."""
        return each(self._level, reports, intakes)

    def show(self, text: Hashable) -> str:
        """The photos' file names."""
        assert isinstance(text, tuple)  # noqa: S101  # `text` above gives tuples only
        return ", ".join(face.file for face in text[0])

    def show_both(self, mine: Hashable, other: Hashable) -> tuple[str, str]:
        """The two photos whose faces are nearest, each with the distance."""
        assert isinstance(mine, tuple)  # noqa: S101  # `text` above gives tuples only
        assert isinstance(other, tuple)  # noqa: S101  # `text` above gives tuples only
        found = closest(mine[0], other[0])
        if found is None:
            return super().show_both(mine, other)
        first, second = (f"{face.file} (distance {found.distance:.2f})" for face in (found.first, found.second))
        return first, second

    def _level(self, report: Photographed, intake: Photographed) -> int:
        found = closest(report.faces, intake.faces)
        if found is None:
            return SILENT
        pair = pair_of(report.taken, intake.taken)
        return self._places[level(pair, band(found.first.embedder, found.distance))]


def _taken(day: str, birth: Hashable) -> Taken | None:
    photo = try_date(day, None)
    born = read_birth(*(*birth, "", "")[:3]) if isinstance(birth, tuple) and birth else None
    if photo is None:
        return None
    days = [ordinals(interval) for interval in photo.intervals]
    first, last = min(days)[0], max(one[1] for one in days)
    return Taken(first, last, max(interval[1] for interval in born.intervals) if born else None)
