"""Where invented children come from, are lost and are found.

The 25 provinces and their districts (the matcher's tables), invented villages, known corridors.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from typing import Final

from bench.noise import Noise, mistype
from bench.world_addresses import Address, draw_address, write_address
from bench.world_tables import Draw, own_rows, shipped_rows, ways

_VILLAGES_PER_DISTRICT: Final = 60
_BIG_PROVINCES: Final = {
    "12": 2.2,
    "08": 1.3,
    "14": 1.3,
    "03": 1.2,
    "02": 1.2,
    "17": 1.2,
    "01": 1.4,
    "21": 1.0,
    "23": 0.1,
    "24": 0.2,
    "11": 0.2,
    "16": 0.3,
    "09": 0.3,
    "19": 0.3,
}


@dataclass(frozen=True, slots=True)
class Area:
    """A province or district: code, the Khmer name, the ways to write it in Latin letters (the usual one
    first).
    """

    code: str
    khmer: str
    latin: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Village:
    """An invented village of a district."""

    khmer: str
    latin: tuple[str, ...]
    district: Area
    province: Area
    address: Address


@dataclass(frozen=True, slots=True)
class Corridor:
    """One known way out of a province, with the ways to write where it ends."""

    khmer: tuple[str, ...]
    latin: tuple[str, ...]
    code: str


@cache
def provinces() -> dict[str, Area]:
    """Code -> province."""
    return {row["code"]: _area(row) for row in shipped_rows("provinces")}


@cache
def neighbours() -> dict[str, tuple[str, ...]]:
    """Code -> codes of the provinces that share a border with it."""
    return {
        row["code"]: tuple(code for code in row["neighbours"].split() if code.isdigit())
        for row in shipped_rows("provinces")
    }


@cache
def districts() -> dict[str, tuple[Area, ...]]:
    """Province code -> its districts."""
    found: dict[str, list[Area]] = {code: [] for code in provinces()}
    for row in shipped_rows("districts"):
        found[row["code"][:2]].append(_area(row))
    return {code: tuple(areas) for code, areas in found.items()}


def _area(row: dict[str, str]) -> Area:
    # Ungegn forms with diacritics are not what clerks type.
    variants = [text for text in row["variants"].split(";") if text and text.isascii()]
    return Area(row["code"], row["khmer"], (row["latin"], *variants[:5]))


@cache
def _home_provinces() -> Draw[str]:
    codes = list(provinces())
    return Draw.of(codes, [_BIG_PROVINCES.get(code, 0.8) for code in codes])


@cache
def _village_words(role: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((row["khmer"], ways(row["latin"])) for row in own_rows("villages") if row["role"] == role)


@cache
def _corridors(province: str) -> Draw[Corridor]:
    rows = [row for row in own_rows("corridors") if row["origin"] in ("*", province)]
    ends = [Corridor(ways(row["khmer"]), ways(row["latin"]), row["code"]) for row in rows]
    return Draw.of(ends, [float(row["share"]) for row in rows])


def draw_home(rng: random.Random) -> Village:
    """A village: the province by its rough share of children, then any district, then one of its villages."""
    province = provinces()[_home_provinces().pick(rng)]
    district = rng.choice(districts()[province.code])
    # The same few villages in a district.
    khmer, latin = _village_name(int(rng.random() * _VILLAGES_PER_DISTRICT) * 7 + int(district.code))
    address = draw_address(_village_name(int(rng.random() * len(_village_words("first")) * 20)), rng)
    return Village(khmer, latin, district, province, address)


def _village_name(number: int) -> tuple[str, tuple[str, ...]]:
    firsts, seconds = _village_words("first"), _village_words("second")
    first, second = firsts[number % len(firsts)], seconds[number // len(firsts) % len(seconds)]
    return first[0] + second[0], tuple(f"{one} {two}" for one in first[1] for two in second[1])


def draw_corridor(province: str, rng: random.Random) -> Corridor:
    """One known way out of a province."""
    return _corridors(province).pick(rng)


def draw_near(province: str, rng: random.Random) -> Area:
    """A district of the province or, one time in three, of a neighbouring one."""
    beside = neighbours()[province]
    code = rng.choice(beside) if beside and rng.random() < 0.33 else province
    return rng.choice(districts()[code])


def write_area(area: Area, rng: random.Random, *, khmer: bool) -> str:
    """The name of an area as a clerk writes it."""
    if khmer:
        return area.khmer
    return area.latin[0] if rng.random() < 0.6 else rng.choice(area.latin)


def write_home(home: Village, rng: random.Random, noise: Noise, *, khmer: bool, share: float) -> str:
    """A home place as written: house, street or landmark as far as told, village, district and province, or (vaguely) the
    district or province alone. `share` of the slips of the noise model are made.
    """
    district = write_area(home.district, rng, khmer=khmer)
    province = write_area(home.province, rng, khmer=khmer)
    if rng.random() < noise.vague_place * share:
        return rng.choice((district, province, province))
    around = f"ស្រុក{district} ខេត្ត{province}" if khmer else f"{district}, {province}"
    village = _write_village(home, rng, noise, khmer=khmer) if rng.random() < 0.5 else ""
    parts = (write_address(home.address, rng, noise, khmer=khmer, share=share), village, around)
    return (" " if khmer else ", ").join(part for part in parts if part)


def _write_village(home: Village, rng: random.Random, noise: Noise, *, khmer: bool) -> str:
    if khmer:
        return f"ភូមិ{home.khmer}"
    name = rng.choice(home.latin)
    return f"{mistype(name, rng) if rng.random() < noise.typo else name} village"
