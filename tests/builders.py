"""Small builders: a report, an intake, a scorer; each test names only what it is about."""

from __future__ import annotations

from functools import cache

import numpy as np

from matcher.match import Match
from matcher.places import Gazetteer
from matcher.record import Record
from matcher.scoring import Scorer, Side


def report(**cells: object) -> Record:
    """A report with these cells."""
    return Record.from_flat({"record_id": "police/1", "kind": "report", **cells})


def intake(**cells: object) -> Record:
    """An intake with consent and these cells."""
    return Record.from_flat({"record_id": "shelter/1", "kind": "intake", "consent_for_tracing": "true", **cells})


@cache
def scorer() -> Scorer:
    """One scorer over the shipped places and model."""
    return Scorer(Gazetteer.shipped())


def match_of(query: Record, candidate: Record) -> Match:
    """The match of one pair, asked from the side of `query`."""
    left, right = scorer().columns([query]), scorer().columns([candidate])
    zero = np.zeros(1, dtype=np.int64)
    reports, intakes = (left, right) if query.kind == "report" else (right, left)
    scores = scorer().score(reports, intakes, zero, zero)
    mine, other = Side(query.kind, left, 0), Side(candidate.kind, right, 0)
    return scorer().explain(scores, 0, mine, other, rank=1, number=1)


def level_of(comparison: str, first: Record, second: Record) -> str | None:
    """The level that one comparison finds, None where it is silent."""
    found = {row.comparison: row.level for row in match_of(first, second).evidence}
    return found.get(comparison)
