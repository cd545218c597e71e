"""The one sound space of both scripts: every sound unit as a small integer, its weight, what it costs to take one for another.

A unit is a consonant class (K, Kh, G for ng, Q for nh, ...) at its place in the syllable, a Khmer vowel with its series and
glide, or a Latin vowel spelling. A spelling thus keeps all its readings: against a Khmer vowel it costs the log of how much rarer
it is than the usual spelling of that vowel. Two Latin spellings are close when one Khmer vowel can write both. Tables:
`confusions.csv`, `vowel_spellings.csv`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import log
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel

from matcher.tables import rows

ONSET, CODA, FAINT = "onset", "coda", "faint"
INHERENT: Final = "-"
_LETTERS: Final = [
    "K",
    "Kh",
    "G",
    "C",
    "Ch",
    "J",
    "Q",
    "D",
    "T",
    "Th",
    "N",
    "B",
    "P",
    "Ph",
    "F",
    "M",
    "Y",
    "R",
    "L",
    "V",
    "S",
    "Z",
    "X",
    "H",
]
_WEIGHTS: Final[Mapping[tuple[str, str], float]] = {
    ("R", CODA): 0.1, ("H", CODA): 0.1, ("Y", ONSET): 0.6, ("Y", CODA): 0.5, ("V", CODA): 0.6, ("S", CODA): 0.8,
    ("H", ONSET): 0.8, ("H", FAINT): 0.15, ("K", FAINT): 0.2, ("R", FAINT): 0.08,
}  # fmt: skip
_CONSONANT_WEIGHT: Final = 1.0
_FAINT_WEIGHT: Final = 0.08
_VOWEL_WEIGHT: Final = 0.6
_INHERENT_WEIGHT: Final = 0.5
_FAINT_VOWEL_WEIGHT: Final = 0.12
_ASPIRATION: Final = 0.1
_SHARE_SCALE: Final = 0.07  # cost of a spelling = scale * ln(most usual share / its share)
# Two consonants that nobody mixes up speak against a pair more than one that is missing; a vowel in place of a consonant is one
# slip of the finger, no more. Tried on two draws of the development names and on the invented ones: all three gained.
_UNRELATED: Final = 1.3
_VOWEL_FOR_CONSONANT: Final = 0.9
_TWO_LATIN: Final = 0.03
_LATIN_SCALE: Final = 2.2
_TWO_KHMER: Final = 0.1
_HABIT_PERCENT: Final = 20.0  # what a habit without a cost counts in the shares, beside measured percents
_RARE_HABIT: Final = 0.3
_GLIDES: Final = {"Y": "iyeIYE", "V": "uov"}
_GLIDE_COST: Final = 0.6


@dataclass(frozen=True, slots=True)
class Sound:
    """One unit: its symbol (`Kh`, `ា/o`, `ou`), place in the syllable, and weight in an alignment."""

    symbol: str
    place: str
    weight: float
    is_vowel: bool


@dataclass(frozen=True, slots=True)
class SoundSpace:
    """All units; `code` finds the number of one, `weights` and `costs` are indexed by number. Number 0 is padding."""

    sounds: tuple[Sound, ...]
    codes: Mapping[tuple[str, str], int]
    weights: NDArray[np.float32]
    costs: NDArray[np.float32]
    spellings: Mapping[str, str]

    def code(self, symbol: str, place: str = ONSET) -> int:
        """The number of a unit; KeyError for a symbol that is not in the tables."""
        return self.codes[symbol, place]


@cache
def sound_space() -> SoundSpace:
    """The units of the shipped tables, built once."""
    table = _vowel_costs()
    latin = sorted({spelling for costs in table.values() for spelling in costs})
    sounds = (Sound("", "", 0.0, False), *_consonants(), *_khmer_vowels(table), *(_latin_vowel(s) for s in latin))
    if len(sounds) > 256:
        raise ValueError("the sound tables hold more than 255 units: codes are bytes")
    costs = _costs(sounds, table, latin)
    codes = {(sound.symbol, sound.place): code for code, sound in enumerate(sounds)}
    weights = np.array([sound.weight for sound in sounds], np.float32)
    return SoundSpace(sounds, codes, weights, costs, _main_spellings())


def latin_vowels() -> frozenset[str]:
    """The Latin vowel spellings that have a unit."""
    return frozenset(row["spelling"] for row in rows("vowel_spellings.csv"))


def _consonants() -> list[Sound]:
    return [
        Sound(
            letter, place, _WEIGHTS.get((letter, place), _FAINT_WEIGHT if place == FAINT else _CONSONANT_WEIGHT), False
        )
        for letter in _LETTERS
        for place in (ONSET, CODA, FAINT)
    ]


def _khmer_vowels(table: Mapping[str, Mapping[str, float]]) -> list[Sound]:
    full = [Sound(v, ONSET, _INHERENT_WEIGHT if v.startswith(INHERENT) else _VOWEL_WEIGHT, True) for v in sorted(table)]
    faint = [Sound(v + "/" + s, FAINT, _FAINT_VOWEL_WEIGHT, True) for v in (INHERENT, "ិ", "ុ") for s in "ao"]
    return full + faint


def _latin_vowel(spelling: str) -> Sound:
    return Sound(spelling, ONSET, _VOWEL_WEIGHT, True)


def _vowel_costs() -> dict[str, dict[str, float]]:
    """For each Khmer vowel (`ា/o`) the cost of every spelling that writes it."""
    costs: dict[str, dict[str, float]] = defaultdict(dict)
    top: dict[tuple[str, str], float] = defaultdict(float)
    table = rows("vowel_spellings.csv")
    for row in table:
        for column in ("places", "names"):
            key = (f"{row['vowel']}/{row['series']}", column)
            top[key] = max(top[key], float(row[column] or 0))
    for row in table:
        vowel = f"{row['vowel']}/{row['series']}"
        measured = [_SHARE_SCALE * log(top[vowel, c] / float(row[c])) for c in ("places", "names") if row[c]]
        by_hand = [float(row["habit"])] if row["habit"] else []
        costs[vowel][row["spelling"]] = min(measured + by_hand)
    return dict(costs)


@cache
def _shares() -> dict[str, dict[str, float]]:
    """For each Khmer vowel how often each spelling writes it, person names counting most."""
    counts: dict[str, dict[str, float]] = defaultdict(dict)
    for row in rows("vowel_spellings.csv"):
        habit = _HABIT_PERCENT * max(0.0, 1 - float(row["habit"]) / _RARE_HABIT) if row["habit"] else 0.0
        percent = 2 * float(row["names"] or 0) + float(row["places"] or 0) + habit
        counts[f"{row['vowel']}/{row['series']}"][row["spelling"]] = percent
    return {
        vowel: {spelling: count / sum(spellings.values()) for spelling, count in spellings.items()}
        for vowel, spellings in counts.items()
    }


def spelling_shares(symbol: str) -> Mapping[str, float]:
    """How often each Latin spelling writes this vowel; a Latin vowel, or one that is not in the table, stands for itself."""
    known = _shares().get(symbol)
    if known is not None:
        return known
    return {sound_space().spellings.get(symbol, symbol): 1.0}


def _main_spellings() -> dict[str, str]:
    """The most usual Latin spelling of each Khmer vowel: in names, else by system, else in places."""
    best: dict[str, tuple[float, str]] = {}
    for row in rows("vowel_spellings.csv"):
        vowel = f"{row['vowel']}/{row['series']}"
        habit = 1 - float(row["habit"]) if row["habit"] else 0.0
        rank = float(row["names"] or 0) * 4 + float(row["places"] or 0) + habit
        if vowel not in best or rank > best[vowel][0]:
            best[vowel] = (rank, row["spelling"])
    return {vowel: spelling for vowel, (_, spelling) in best.items()}


def _costs(
    sounds: tuple[Sound, ...], table: Mapping[str, Mapping[str, float]], latin: list[str]
) -> NDArray[np.float32]:
    """Absolute substitution costs: the share of unlikeness times the mean weight, never more than leaving both out."""
    unlike = np.ones((len(sounds), len(sounds)), np.float64)
    _fill_consonants(unlike, sounds)
    _fill_vowels(unlike, sounds, table, latin)
    weights = np.array([sound.weight for sound in sounds])
    mean = (weights[:, None] + weights[None, :]) / 2
    vowel = np.array([sound.is_vowel for sound in sounds])
    costs = np.where(vowel[:, None] == vowel[None, :], unlike * mean, _VOWEL_FOR_CONSONANT * mean)
    _fill_glides(costs, sounds)
    costs[0, :], costs[:, 0] = weights, weights
    return np.asarray(np.minimum(costs, 2 * mean), np.float32)


def _fill_consonants(unlike: NDArray[np.float64], sounds: tuple[Sound, ...]) -> None:
    confusions = {(r["first"], r["second"], r["place"]): float(r["cost"]) for r in rows("confusions.csv")}
    confusions |= {(b, a, place): cost for (a, b, place), cost in confusions.items()}
    consonants = [(code, sound) for code, sound in enumerate(sounds) if code and not sound.is_vowel]
    for i, first in consonants:
        for j, second in consonants:
            unlike[i, j] = _consonant_cost(first, second, confusions)


def _consonant_cost(first: Sound, second: Sound, confusions: Mapping[tuple[str, str, str], float]) -> float:
    in_coda = ONSET not in (first.place, second.place) or CODA in (first.place, second.place)
    place = CODA if in_coda else ONSET
    a, b = first.symbol, second.symbol
    base_a, base_b = a.removesuffix("h"), b.removesuffix("h")
    aspiration = 0.0 if in_coda or len(a) == len(b) else _ASPIRATION
    if base_a == base_b:
        return aspiration
    exact = [confusions.get((a, b, p)) for p in (place, "any")]
    base = [confusions.get((base_a, base_b, p)) for p in (place, "any")]
    known = [cost for cost in exact if cost is not None] + [c + aspiration for c in base if c is not None]
    return min([*known, _UNRELATED])


def _fill_vowels(
    unlike: NDArray[np.float64], sounds: tuple[Sound, ...], table: Mapping[str, Mapping[str, float]], latin: list[str]
) -> None:
    spelled = np.array([[0.5 + 0.5 * Indel.normalized_distance(a, b) if a != b else 0.0 for b in latin] for a in latin])
    khmer = sorted(table)
    written = np.array([[table[vowel].get(spelling, 1.0) for spelling in latin] for vowel in khmer])
    either = np.minimum(written, (written[:, :, None] + spelled[None, :, :]).min(axis=1))
    two_latin = np.minimum(spelled, _LATIN_SCALE * (written[:, :, None] + written[:, None, :]).min(axis=0) + _TWO_LATIN)
    two_khmer = (written[:, None, :] + written[None, :, :]).min(axis=2) + _TWO_KHMER
    np.fill_diagonal(two_latin, 0.0)
    np.fill_diagonal(two_khmer, 0.0)
    whole = np.block([[two_khmer, either], [either.T, two_latin]])
    index = {symbol: i for i, symbol in enumerate([*khmer, *latin])}
    places = [(code, index[sound.symbol]) for code, sound in enumerate(sounds) if sound.is_vowel]
    codes, cells = (np.array(column) for column in zip(*places, strict=True))
    unlike[np.ix_(codes, codes)] = np.minimum(whole[np.ix_(cells, cells)], 1.0)


def _fill_glides(costs: NDArray[np.float64], sounds: tuple[Sound, ...]) -> None:
    """A Y or V that one script writes as a consonant and the other inside the vowel."""
    for i, glide in enumerate(sounds):
        for j, vowel in enumerate(sounds):
            if vowel.is_vowel and glide.symbol in _GLIDES and vowel.symbol[-1] in _GLIDES[glide.symbol]:
                costs[i, j] = costs[j, i] = _GLIDE_COST * (glide.weight + vowel.weight) / 2
