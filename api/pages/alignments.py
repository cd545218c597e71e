"""How two names were heard, sound by sound: what a reviewer opens when the spellings look unlike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from api.pages.wording import Wording
from matcher.match import Match
from matcher.names import AlignedUnit, compare_field

_NAMES: Final = ("name", "father", "mother")


@dataclass(frozen=True, slots=True)
class Step:
    """The two sounds that met, blank where one side has none; `same` where they cost nothing."""

    mine: str
    other: str
    same: bool


@dataclass(frozen=True, slots=True)
class NameAlignment:
    """One comparison of names: whose, the two fields, the best pair of names in them, step by step."""

    label: str
    mine: str
    other: str
    similarity: float
    steps: tuple[Step, ...]


def name_alignments(match: Match, w: Wording) -> tuple[NameAlignment, ...]:
    """The alignments behind the names that met in a match; the same that scoring used."""
    found = []
    for row in match.evidence:
        if row.comparison in _NAMES and row.query_value and row.candidate_value:
            compared = compare_field(row.query_value, row.candidate_value)
            steps = tuple(map(_step, compared.alignment))
            label = w.t(f"comparison.{row.comparison}")
            found.append(NameAlignment(label, row.query_value, row.candidate_value, compared.similarity, steps))
    return tuple(found)


def _step(unit: AlignedUnit) -> Step:
    return Step(_symbol(unit.first), _symbol(unit.second), unit.cost == 0.0)


def _symbol(sound: str) -> str:
    # A Khmer vowel carries its series: ា/a.
    return sound.partition("/")[0]
