"""Places: the gazetteer, the look-up of a text in either script, and how near two places are."""

from __future__ import annotations

from matcher.places.batch import PlaceBatch, compare_batches
from matcher.places.gazetteer import Gazetteer
from matcher.places.levels import PlaceLevel, compare_places, province_codes
from matcher.places.official import read_gazetteer
from matcher.places.place import Place, PlaceCandidate
from matcher.places.sounds import consonants, word_parts
from matcher.places.tables import address_words

__all__ = [
    "Gazetteer",
    "Place",
    "PlaceBatch",
    "PlaceCandidate",
    "PlaceLevel",
    "address_words",
    "compare_batches",
    "compare_places",
    "consonants",
    "province_codes",
    "read_gazetteer",
    "word_parts",
]
