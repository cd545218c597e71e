"""What of an invented home no gazetteer knows: the house, the street, the pagoda beside it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from bench.noise import Noise, khmer_digits, mistype
from bench.world_tables import own_rows, ways

_HOUSE_SHARE: Final = 0.3  # of the families: those who live in a street that has a number
_LANDMARK_SHARE: Final = 0.3
_STREETS: Final = 480
_HOUSES: Final = 300


@dataclass(frozen=True, slots=True)
class Landmark:
    """A pagoda, school or market: its kind and its name, each in Khmer and the ways to write it in Latin letters."""

    kind: tuple[str, tuple[str, ...]]
    name: tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Address:
    """A house and street, blank for families without one; a landmark for some."""

    house: str
    street: str
    landmark: Landmark | None


def draw_address(names: tuple[str, tuple[str, ...]], rng: random.Random) -> Address:
    """An address; a landmark bears one of the village names, given as `names` (Khmer, Latin)."""
    has_house = rng.random() < _HOUSE_SHARE
    kinds = [(row["khmer"], ways(row["latin"])) for row in own_rows("villages") if row["role"] == "landmark"]
    return Address(
        house=str(rng.randrange(1, _HOUSES)) if has_house else "",
        street=str(rng.randrange(1, _STREETS)) if has_house else "",
        landmark=Landmark(rng.choice(kinds), names) if rng.random() < _LANDMARK_SHARE else None,
    )


def write_address(address: Address, rng: random.Random, noise: Noise, *, khmer: bool, share: float) -> str:
    """What a clerk writes of it, as it was told; `share` of the slips of the model are made. Blank for nothing."""
    told = 1.0 - noise.vague_place * share
    parts = []
    if address.house and rng.random() < told:
        parts.append(_house(_slip_number(address.house, rng, noise), rng, khmer=khmer))
    if address.street and rng.random() < told:
        parts.append(_street(_slip_number(address.street, rng, noise), rng, khmer=khmer))
    if address.landmark and rng.random() < told:
        parts.append(_landmark(address.landmark, rng, noise, khmer=khmer))
    return " ".join(parts) if khmer else ", ".join(parts)


def _slip_number(number: str, rng: random.Random, noise: Noise) -> str:
    if rng.random() >= noise.typo:
        return number
    at = rng.randrange(len(number))
    return number[:at] + str(rng.randrange(1, 10)) + number[at + 1 :]


def _house(number: str, rng: random.Random, *, khmer: bool) -> str:
    if khmer:
        return f"ផ្ទះលេខ {khmer_digits(number)}"
    return rng.choice((f"House {number}", f"#{number}", f"No. {number}", number))


def _street(number: str, rng: random.Random, *, khmer: bool) -> str:
    if khmer:
        return f"ផ្លូវ {khmer_digits(number)}"
    return rng.choice((f"Street {number}", f"St {number}", f"St. {number}", f"Phlov {number}"))


def _landmark(landmark: Landmark, rng: random.Random, noise: Noise, *, khmer: bool) -> str:
    if khmer:
        return f"ជិត{landmark.kind[0]}{landmark.name[0]}"
    name = rng.choice(landmark.name[1])
    name = mistype(name, rng) if rng.random() < noise.typo else name
    return f"{rng.choice(('near ', 'behind ', ''))}{rng.choice(landmark.kind[1])} {name}"
