"""Small builders for places and look-ups."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from matcher.places import Gazetteer, Place, PlaceCandidate, read_gazetteer

_SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"

# An invented small gazetteer file in the official form: two districts of Battambang with communes and
# villages.
ROWS = [
    {"code": "02", "level": "province", "unit": "Province", "khmer": "បាត់ដំបង", "latin": "Battambang"},
    {"code": "0202", "level": "district", "unit": "District", "khmer": "ថ្មគោល", "latin": "Thma Koul"},
    {"code": "0208", "level": "district", "unit": "District", "khmer": "សង្កែ", "latin": "Sangkae"},
    {"code": "020201", "level": "commune", "unit": "Commune", "khmer": "តាពូង", "latin": ""},
    {"code": "020202", "level": "commune", "unit": "Commune", "khmer": "អូរតាគី", "latin": ""},
    {"code": "020801", "level": "commune", "unit": "Commune", "khmer": "អន្លង់វិល", "latin": ""},
    {"code": "02020101", "level": "village", "unit": "Village", "khmer": "ថ្មី", "latin": ""},
    {"code": "02020102", "level": "village", "unit": "Village", "khmer": "ចំការឫស្សី", "latin": ""},
    {"code": "02020201", "level": "village", "unit": "Village", "khmer": "ភូមិ ៣", "latin": ""},
    {"code": "02020202", "level": "village", "unit": "Village", "khmer": "ត្រពាំងពោធិ៍", "latin": ""},
    {"code": "02080101", "level": "village", "unit": "Village", "khmer": "ថ្មី", "latin": ""},
    {"code": "02080102", "level": "village", "unit": "Village", "khmer": "ស្វាយជ្រំ", "latin": ""},
]


def small() -> Gazetteer:
    """The shipped gazetteer with the invented file imported."""
    return Gazetteer.shipped().extended(read_gazetteer(ROWS))


def look_up(text: str) -> tuple[PlaceCandidate, ...]:
    return Gazetteer.shipped().look_up(text)


def best(text: str, gazetteer: Gazetteer | None = None) -> str:
    """The code of the best candidate, "" when there is none."""
    found = (gazetteer or Gazetteer.shipped()).look_up(text)
    return found[0].place.code if found else ""


def candidate(code: str, probability: float = 1.0) -> PlaceCandidate:
    place = small().get(code)
    assert place is not None
    return PlaceCandidate(place, probability)


def shared_rows(name: str) -> list[dict[str, str]]:
    """The rows of a file of shared test data; skips the test where it is missing."""
    path = _SHARED / name
    if not path.is_file():
        pytest.skip(f"shared test data {name} is not here")
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def place(code: str, khmer: str, latin: str = "") -> Place:
    level = {2: "province", 4: "district", 6: "commune", 8: "village"}[len(code)]
    return Place(code, level, khmer, latin, (), code[:2])
