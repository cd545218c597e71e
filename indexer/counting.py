"""Counting levels for a fit: among pairs that are known, and among random pairs of own records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from indexer.installation import Installation
from indexer.labelled import Numbers
from indexer.pairing import Pairs, ScoredPairs
from indexer.store import StoredRecord
from matcher.comparisons.base import SILENT
from matcher.model import Model
from matcher.record import Kind, Record
from matcher.scoring import Scorer, Scores

# Random pairs, and records of a kind that they are drawn from: rare agreements are counted some twenty times among so many.
_STRANGERS: Final = 200_000
_DRAWN: Final = 4_000
_AT_ONCE: Final = 20_000
# Odds beyond this are certain, and 2 ** bits stays a number.
_MOST_BITS: Final = 500.0
SAME, FAMILY, STRANGER = range(3)
Counts = tuple[NDArray[np.float64], ...]


@dataclass(frozen=True, slots=True)
class Strangers:
    """Random pairs of open records: the counts of each comparison's levels, how many pairs, and the records themselves."""

    counts: Counts
    pairs: int
    records: tuple[Record, ...]


def count_levels(scorer: Scorer, levels: NDArray[np.int8], weights: NDArray[np.float64] | None = None) -> Counts:
    """Per comparison how often each level occurs, silence left out; a row counts by its weight."""
    counts = []
    for place, comparison in enumerate(scorer.comparisons):
        spoken = levels[:, place] != SILENT
        counted = None if weights is None else weights[spoken]
        found = np.bincount(levels[spoken, place], weights=counted, minlength=len(comparison.levels))
        counts.append(found.astype(np.float64))
    return tuple(counts)


def levels_of(installation: Installation, scorer: Scorer, numbers: Sequence[Numbers]) -> NDArray[np.int8]:
    """The levels of these pairs as the records are now, a row a pair; records that are gone leave theirs out."""
    none = np.zeros((0, len(scorer.comparisons)), dtype=np.int8)
    return np.concatenate([none, *(scores.levels for scores in scored(installation, scorer, numbers))])


def scored(installation: Installation, scorer: Scorer, numbers: Sequence[Numbers]) -> Iterator[Scores]:
    """The scores of these pairs, block by block."""
    for start in range(0, len(numbers), _AT_ONCE):
        pairs = _pairs(installation, numbers[start : start + _AT_ONCE])
        if len(pairs.left):
            yield ScoredPairs(scorer, pairs).scores


def count_strangers(installation: Installation, scorer: Scorer, related: frozenset[Numbers]) -> Strangers:
    """Draw random pairs of open records that may be found, the same every time; known relatives are left out.

    What else is no stranger among them is weighed away by the scorer's model: in a small installation one pair in some
    hundreds is the same child, as many as agree by chance.
    """
    rng = np.random.default_rng(0)
    reports, intakes = (_drawn(installation, kind, rng) for kind in (Kind.REPORT, Kind.INTAKE))
    left, right = _chance(len(reports), len(intakes), rng)
    known = [
        (reports[a].number, intakes[b].number) in related for a, b in zip(left.tolist(), right.tolist(), strict=True)
    ]
    free = ~np.array(known, dtype=np.bool_)
    records = tuple(stored.record for stored in (*reports, *intakes))
    if not free.any():
        return Strangers(count_levels(scorer, levels_of(installation, scorer, ())), 0, records)
    pairs = Pairs([stored.record for stored in reports], intakes, left[free], right[free])
    scores = ScoredPairs(scorer, pairs).scores
    weights = class_odds(scorer.model, scores)[:, STRANGER]
    return Strangers(count_levels(scorer, scores.levels, weights), int(free.sum()), records)


def class_odds(model: Model, scores: Scores) -> NDArray[np.float64]:
    """(pairs, 3): how probable the model holds it that they are the same child, brothers or sisters, strangers."""
    bits = (model.slope * one + model.offset for one in (scores.score, scores.family_score))
    same, family = (np.exp2(np.minimum(one, _MOST_BITS)) for one in bits)
    odds = np.column_stack([same, family, np.ones_like(same)])
    shares: NDArray[np.float64] = odds / odds.sum(axis=1, keepdims=True)
    return shares


def _drawn(installation: Installation, kind: Kind, rng: np.random.Generator) -> list[StoredRecord]:
    records = installation.store.records(kind=kind, open_only=True)
    numbers = np.array([stored.number for stored in records if installation.may_find(stored.record)], dtype=np.int64)
    chosen = np.sort(rng.choice(numbers, min(len(numbers), _DRAWN), replace=False))
    return list(installation.store.get_many(chosen.tolist()).values())


def _chance(reports: int, intakes: int, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every pair where they are few, else random ones."""
    if reports * intakes <= _STRANGERS:
        left, right = np.divmod(np.arange(reports * intakes), max(intakes, 1))
        return left, right
    return rng.integers(0, reports, _STRANGERS), rng.integers(0, intakes, _STRANGERS)


def _pairs(installation: Installation, numbers: Sequence[Numbers]) -> Pairs:
    reports, intakes = (installation.store.get_many(side) for side in zip(*numbers, strict=True))
    places = [{number: at for at, number in enumerate(side)} for side in (reports, intakes)]
    there = [(report, intake) for report, intake in numbers if report in reports and intake in intakes]
    left, right = (
        np.array([place[number] for number in side], dtype=np.int64)
        for place, side in zip(places, zip(*there, strict=True) if there else ((), ()), strict=True)
    )
    return Pairs([stored.record for stored in reports.values()], list(intakes.values()), left, right)
