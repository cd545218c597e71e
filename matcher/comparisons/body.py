"""What a body looks like: measures that only grow, weak words for hair, eyes, complexion; clothing while it may be worn."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from matcher.comparisons.base import SILENT, Compared, Comparison, each
from matcher.comparisons.birth import own_date
from matcher.comparisons.elapsed import Days, Elapsed
from matcher.record import Record
from matcher.tables import word_table
from matcher.text import fold_digits

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
# A child grows about 25 cm in its first year and 5 to 12 cm in each later one (WHO growth standards, 2006); measuring errs by 4.
_GROWTH_CM_A_YEAR, _FIRST_GROWTH_CM, _ERROR_CM = 9.0, 12.0, 4.0
_PLAUSIBLE_CM = (30.0, 210.0)
_SAME_CLOTHES = 80.0
_WORN_FOR_DAYS = 7


@dataclass(frozen=True, slots=True)
class Height:
    """Centimetres, and the day (ordinal) on which they were true; 0 where that is unknown."""

    cm: float
    day: int


class HeightComparison(Comparison[Height]):
    """Children do not shrink, and grow within known bounds."""

    name = "height"
    levels = ("does not fit", "fits", "same height at the same time")

    def text(self, record: Record) -> Hashable:
        """(height, the record's own day)."""
        return (record.height_cm, day) if record.height_cm and (day := own_date(record)) else record.height_cm

    def _read(self, text: Hashable) -> Height | None:
        written, day = text if isinstance(text, tuple) else (text, None)
        number = _NUMBER.search(fold_digits(str(written)))
        if number is None:
            return None
        cm = float(number[0].replace(",", "."))
        return Height(cm, day.toordinal() if day else 0) if _PLAUSIBLE_CM[0] <= cm <= _PLAUSIBLE_CM[1] else None

    def compare(self, reports: Sequence[Height], intakes: Sequence[Height]) -> Compared:
        """Whether the growth from the earlier to the later measure is possible."""
        return each(_height_level, reports, intakes)

    def show(self, text: Hashable) -> str:
        """The height as written."""
        return f"{text[0] if isinstance(text, tuple) else text} cm"


def _height_level(report: Height, intake: Height) -> int:
    earlier, later = sorted((report, intake), key=lambda height: height.day)
    if not earlier.day:
        return int(abs(later.cm - earlier.cm) <= _FIRST_GROWTH_CM)
    years = (later.day - earlier.day) / 365.25
    grown = later.cm - earlier.cm
    if not -_ERROR_CM <= grown <= _ERROR_CM + _FIRST_GROWTH_CM * min(years, 1.0) + _GROWTH_CM_A_YEAR * years:
        return 0
    return 2 if years <= 0.5 and abs(grown) <= _ERROR_CM else 1


class Appearance(Comparison[tuple[str, str, str]]):
    """Hair, eyes and complexion in the lexicon's words: weak, since two people describe one child differently."""

    name = "appearance"
    levels = ("differs", "agrees")

    def text(self, record: Record) -> Hashable:
        """(hair, eyes, complexion) as written."""
        described = (record.hair, record.eyes, record.complexion)
        return described if any(described) else ()

    def _read(self, text: Hashable) -> tuple[str, str, str] | None:
        assert isinstance(text, tuple)  # noqa: S101  # `text` above gives tuples only
        words = word_table("appearance.csv")
        hair, eyes, complexion = (words.get(part.casefold(), part.casefold()) for part in text)
        return hair, eyes, complexion

    def compare(self, reports: Sequence[tuple[str, str, str]], intakes: Sequence[tuple[str, str, str]]) -> Compared:
        """Agreement of whatever both describe."""
        return each(_appearance_level, reports, intakes)


def _appearance_level(report: tuple[str, str, str], intake: tuple[str, str, str]) -> int:
    both = [(a, b) for a, b in zip(report, intake, strict=True) if a and b]
    if not both:
        return SILENT
    return int(sum(a == b for a, b in both) * 2 > len(both))


class Clothing(Comparison[tuple[str, Days]]):
    """What the child wore, while it may still wear it: within a week of being last seen."""

    name = "clothing"
    levels = ("other clothes", "same clothes")

    def __init__(self) -> None:
        super().__init__()
        self._elapsed = Elapsed()

    def text(self, record: Record) -> Hashable:
        """(clothing, the date last seen or found)."""
        day = self._elapsed.text(record)
        return (record.clothing, day) if record.clothing and day else ()

    def _read(self, text: Hashable) -> tuple[str, Days] | None:
        assert isinstance(text, tuple)  # noqa: S101  # `text` above gives tuples only
        days = self._elapsed.read(text[1])
        return (text[0].casefold(), days) if days else None

    def compare(self, reports: Sequence[tuple[str, Days]], intakes: Sequence[tuple[str, Days]]) -> Compared:
        """Word overlap of the two descriptions."""
        return each(_clothing_level, reports, intakes)

    def show(self, text: Hashable) -> str:
        """The clothing as written."""
        return str(text[0]) if isinstance(text, tuple) and text else ""


def _clothing_level(report: tuple[str, Days], intake: tuple[str, Days]) -> int:
    if not 0 <= intake[1][0] - report[1][1] <= _WORN_FOR_DAYS:
        return SILENT
    return int(fuzz.token_set_ratio(report[0], intake[0]) >= _SAME_CLOTHES)
