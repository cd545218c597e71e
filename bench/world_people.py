"""Invented families, and what happened to their children.

Parents, two to four brothers and sisters, a home village, a telephone, marks; a loss and an arrival.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final

from bench.world_names import Part, PersonName, family_names, given_names, nicknames
from bench.world_places import Area, Corridor, Village, draw_corridor, draw_home, draw_near
from bench.world_tables import own_rows, ways

_FIRST_LOSS: Final = date(2021, 1, 1)
_LAST_LOSS: Final = date(2026, 3, 31)
_LAST_ARRIVAL: Final = date(2026, 9, 30)
_PHONE_PREFIXES: Final = (
    "010",
    "011",
    "012",
    "015",
    "016",
    "017",
    "069",
    "070",
    "077",
    "081",
    "086",
    "089",
    "092",
    "093",
    "095",
    "098",
    "099",
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A scar, birthmark, mole or tattoo, in the ways it may be written."""

    kind: tuple[tuple[str, ...], tuple[str, ...]]  # English, Khmer
    part: tuple[str, str]
    side: tuple[tuple[str, ...], tuple[str, ...]] | None


@dataclass(slots=True)
class Family:
    """One household. `children` are brothers and sisters in order of birth; their father's name may be
    their family name or not.
    """

    father: PersonName
    mother: PersonName
    home: Village
    phone: str
    children: list[Child]


@dataclass(frozen=True, slots=True, eq=False)
class Child:
    """One child as they are, before anybody writes anything down."""

    name: PersonName
    nickname: Part
    sex: str  # "f" or "m"
    birth: date
    marks: tuple[Mark, ...]
    height_factor: float
    family: Family


@dataclass(frozen=True, slots=True)
class Event:
    """A loss and, later, an arrival."""

    lost_on: date
    lost_at: Area | Corridor
    found_on: date
    found_at: Area | Corridor


def draw_family(rng: random.Random, *, oldest_on: date) -> Family:
    """A household with two to four children, the first of them 3 to 16 years old on `oldest_on`."""
    father, mother = _draw_name("m", rng), _draw_name("f", rng)
    phone = rng.choice(_PHONE_PREFIXES) + f"{rng.randrange(10**6):06d}"
    family = Family(father, mother, draw_home(rng), phone, [])
    surname = father.family if rng.random() < 0.75 else father.given[0]  # or the father's given name (khmer.md 6)
    birth = oldest_on - timedelta(days=rng.randrange(3 * 365, 16 * 365))
    taken: set[str] = set()
    for _ in range(rng.choice((2, 2, 3, 3, 4))):
        sex = rng.choice("fm")
        given = given_names(sex).pick(rng)
        while "".join(part.khmer for part in given) in taken:
            given = given_names(sex).pick(rng)
        taken.add("".join(part.khmer for part in given))
        family.children.append(_draw_child(PersonName(surname, given), sex, birth, family, rng))
        birth += timedelta(days=0 if rng.random() < 0.015 else rng.randrange(330, 1600))  # twins now and then
    return family


def draw_homonym(of: Child, rng: random.Random, *, on: date) -> Child:
    """Another family's child who bears the same name."""
    family = draw_family(rng, oldest_on=on)
    other = family.children[0]
    twin = Child(of.name, of.nickname, of.sex, other.birth, other.marks, other.height_factor, family)
    family.children[0] = twin
    return twin


def draw_event(child: Child, lost_on: date, rng: random.Random) -> Event:
    """A loss near home or on the way out, and an arrival days to years later, near home or along a known
    corridor.
    """
    province = child.family.home.province.code
    delay = int(rng.lognormvariate(3.3, 1.3))  # median 27 days, one in ten over five months
    lost_at: Area | Corridor = draw_near(province, rng) if rng.random() < 0.7 else draw_corridor(province, rng)
    found_at = draw_near(province, rng) if rng.random() < 0.35 else draw_corridor(province, rng)
    if rng.random() < 0.2:
        found_at = lost_at
    return Event(lost_on, lost_at, min(lost_on + timedelta(days=delay), _LAST_ARRIVAL), found_at)


def of_an_age(family: Family, on: date) -> list[Child]:
    """The children of a family who are at least a year old on a day: those who can be lost. The eldest
    always is.
    """
    return [child for child in family.children if (on - child.birth).days >= 365]


def draw_loss_day(rng: random.Random) -> date:
    """Any day of the years that the world covers."""
    return _FIRST_LOSS + timedelta(days=rng.randrange((_LAST_LOSS - _FIRST_LOSS).days))


def _draw_name(sex: str, rng: random.Random) -> PersonName:
    return PersonName(family_names().pick(rng), given_names(sex).pick(rng))


def _draw_child(name: PersonName, sex: str, birth: date, family: Family, rng: random.Random) -> Child:
    last = name.given[-1]
    nickname = last if len(name.given) > 1 and rng.random() < 0.5 else nicknames(sex).pick(rng)
    marks = tuple(_draw_mark(rng) for _ in range(rng.choice((0, 0, 1, 1, 2))))
    return Child(name, nickname, sex, birth, marks, rng.gauss(1.0, 0.045), family)


@cache
def _mark_words(role: str) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    return tuple((ways(row["english"]), ways(row["khmer"])) for row in own_rows("marks") if row["role"] == role)


def _draw_mark(rng: random.Random) -> Mark:
    sided = rng.random() < 0.75
    english, khmer = rng.choice(_mark_words("part" if sided else "middle"))
    return Mark(
        rng.choice(_mark_words("kind")),
        (english[0], khmer[0]),
        rng.choice(_mark_words("side")) if sided else None,
    )


def write_mark(mark: Mark, rng: random.Random, *, khmer: bool) -> str:
    """A mark as a clerk writes it: `scar left knee`, `scar on the left knee`, `ស្លាកស្នាមជង្គង់ឆ្វេង`."""
    kind = rng.choice(mark.kind[1 if khmer else 0])
    side = rng.choice(mark.side[1 if khmer else 0]) if mark.side else ""
    if khmer:
        return f"{kind}{mark.part[1]}{side}"
    joint = rng.choice((" ", " on ", " on the "))
    return f"{kind}{joint}{f'{side} ' if side else ''}{mark.part[0]}"
