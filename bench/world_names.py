"""Invented Khmer names, and how clerks write them.

A name part knows its Khmer spelling and its sounds; a Latin spelling is *generated* sound by sound from the
measured tables of `bench/data/spellings.csv`, so two clerks seldom agree. Two-part given names are combined
from the stock: over a thousand for each sex.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from typing import Final

from bench.world_tables import Draw, make_rng, own_rows, spellings

_MOST_SPELLINGS: Final = 300  # per part; what is left out has together less than a few percent of the weight
_FAMILY_EXPONENT: Final = 0.85  # as in the world of the peers' figures (shared/tools/peers_bench/gen_scale.py)
_GIVEN_EXPONENT: Final = 0.75
_SHUFFLE_SEED: Final = 20240417  # which combined names are common is the same in every world


@dataclass(frozen=True, slots=True)
class Part:
    """One entry of the stock: Khmer spelling, sex it suggests (`f`, `m`, `u`), sounds for the Latin
    spelling.
    """

    khmer: str
    sex: str
    sounds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonName:
    """A family name and a given name of one or two parts."""

    family: Part
    given: tuple[Part, ...]

    @property
    def khmer_given(self) -> str:
        """The given name in Khmer, without a space inside."""
        return "".join(part.khmer for part in self.given)

    @property
    def khmer(self) -> str:
        """Family name, space, given name."""
        return f"{self.family.khmer} {self.khmer_given}"


@cache
def stock(role: str) -> tuple[Part, ...]:
    """The parts of one role (`family`, `given`, `first`, `second`, `nickname`), the most frequent first."""
    return tuple(
        Part(row["khmer"], row["sex"], tuple(row["sounds"].split()))
        for row in own_rows("name_parts")
        if row["role"] == role
    )


@cache
def family_names() -> Draw[Part]:
    """Family names by Zipf."""
    return Draw.zipf(stock("family"), _FAMILY_EXPONENT)


@cache
def given_names(sex: str) -> Draw[tuple[Part, ...]]:
    """Given names that suit a sex (`f` or `m`), by Zipf: the common single ones first, then the combined
    ones.
    """
    single = [(part,) for part in stock("given")]
    combined = [
        (first, second) for first in stock("first") for second in stock("second") if first.khmer != second.khmer
    ]
    make_rng(_SHUFFLE_SEED).shuffle(combined)
    names = [name for name in [*single, *combined] if all(part.sex in ("u", sex) for part in name)]
    return Draw.zipf(names, _GIVEN_EXPONENT)


@cache
def nicknames(sex: str) -> Draw[Part]:
    """Birth-order and appearance words by which small children are called."""
    return Draw.zipf([part for part in stock("nickname") if part.sex in ("u", sex)], 0.7)


@cache
def _spelling_bank(sounds: tuple[str, ...], sharpness: float) -> Draw[str]:
    table = spellings()
    known: dict[str, float] = {"": 1.0}
    for sound in sounds:
        longer: dict[str, float] = {}
        for start, weight in known.items():
            for spelling, share in table[sound]:
                longer[start + spelling] = longer.get(start + spelling, 0.0) + weight * share**sharpness
        known = dict(sorted(longer.items(), key=lambda item: -item[1])[:_MOST_SPELLINGS])
    return Draw.of(list(known), list(known.values()))


def latin(part: Part, rng: random.Random, sharpness: float) -> str:
    """One clerk's spelling, capitalised. `sharpness` 1 is as measured, above 1 keeps to the usual, below 1
    is wilder.
    """
    return _spelling_bank(part.sounds, sharpness).pick(rng).capitalize()


def latin_given(given: tuple[Part, ...], rng: random.Random, sharpness: float) -> str:
    """A given name in Latin letters: two parts mostly joined, sometimes apart (`Bunroeun`, `Bun Roeun`)."""
    written = [latin(part, rng, sharpness) for part in given]
    if len(written) == 1:
        return written[0]
    return " ".join(written) if rng.random() < 0.25 else "".join(written).capitalize()


def latin_full(name: PersonName, rng: random.Random, sharpness: float, *, swapped: bool = False) -> str:
    """A whole name in Latin letters: the family name first or last, now and then in capitals."""
    family, given = latin(name.family, rng, sharpness), latin_given(name.given, rng, sharpness)
    if rng.random() < 0.3:
        family = family.upper()
    return f"{given} {family}" if swapped else f"{family} {given}"
