"""The place tables that ship with the matcher: provinces, districts, towns, gates, destinations, words of
addresses, routes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from matcher.places.place import DISTRICT, GATE, PROVINCE, TOWN, Place
from matcher.tables import rows


def _place(row: Mapping[str, str], level: str) -> Place:
    code = row["code"]
    variants = tuple(filter(None, row["variants"].split(";")))
    return Place(code, level, row["khmer"], row["latin"], variants, code[:2] if code[0].isdigit() else "")


def shipped_places() -> list[Place]:
    """Every place of the shipped tables: 25 provinces, 210 districts, towns, border gates, countries and
    towns abroad.
    """
    tables = {"provinces.csv": PROVINCE, "districts.csv": DISTRICT, "towns.csv": TOWN, "gates.csv": GATE}
    inland = [_place(row, level) for name, level in tables.items() for row in rows(name)]
    return inland + [_place(row, row["level"]) for row in rows("destinations.csv")]


@lru_cache(maxsize=1)
def neighbours() -> Mapping[str, frozenset[str]]:
    """The provinces and countries that share a land border with each province, by code."""
    return {row["code"]: frozenset(row["neighbours"].split()) for row in rows("provinces.csv")}


@lru_cache(maxsize=1)
def former_provinces() -> Mapping[str, str]:
    """The province that a younger province was part of, by code: old addresses still say Kampong Cham for
    Tboung Khmum.
    """
    return {row["code"]: row["formerly"] for row in rows("provinces.csv") if row["formerly"]}


@lru_cache(maxsize=1)
def iso_codes() -> Mapping[str, str]:
    """ISO 3166-2 code in small letters (`kh-1`) to the official province code (`01`)."""
    return {row["iso"].lower(): row["code"] for row in rows("provinces.csv")}


@lru_cache(maxsize=1)
def routes() -> tuple[tuple[str, str], ...]:
    """Known routes as (origin, destination): code prefixes, `*` for any province (places.md 6.3)."""
    return tuple((row["origin"], row["destination"]) for row in rows("routes.csv"))


@lru_cache(maxsize=1)
def gate_sides() -> frozenset[tuple[str, str]]:
    """Each border gate with the country or town on the other side, as (gate code, code abroad)."""
    return frozenset((row["code"], row["opposite"]) for row in rows("gates.csv"))


@dataclass(frozen=True, slots=True)
class AddressWords:
    """The words of addresses by their use; see the head of `place_words.csv`."""

    units: Mapping[str, str]
    units_after: frozenset[str]
    drop: frozenset[str]
    same: Mapping[str, str]
    parts: tuple[str, ...]
    landmarks: frozenset[str]


@lru_cache(maxsize=1)
def address_words() -> AddressWords:
    """The words that name a unit, say nothing, or have several spellings."""
    table = rows("place_words.csv")
    return AddressWords(
        units={row["word"]: row["meaning"] for row in table if row["use"] in {"unit", "unit_after"}},
        units_after=frozenset(row["word"] for row in table if row["use"] == "unit_after"),
        drop=frozenset(row["word"] for row in table if row["use"] == "drop"),
        same={row["word"]: row["meaning"] for row in table if row["use"] in {"same", "number"}},
        parts=tuple(row["word"] for row in table if row["use"] == "part"),
        landmarks=frozenset(row["word"] for row in table if row["use"] == "landmark"),
    )
