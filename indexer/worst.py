"""The worst of an evaluation, with their evidence: confident matches of two children, and known pairs that did not come first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from indexer.installation import Installation
from indexer.pairing import Pairs, ranked_matches
from indexer.rankings import Rankings
from indexer.store import StoredRecord
from indexer.truth import Pair, Truth
from matcher.match import Match
from matcher.record import Kind, Status

LISTED: Final = 10
FALSE_POSITIVE, RANKED_BELOW, NOT_BROUGHT_UP = "false_positive", "ranked_below", "not_brought_up"
NO_CONSENT, NOT_OPEN, NOT_LOADED = "no_consent", "not_open", "not_loaded"
# The order in which misses are worth a look: what cannot be found by anybody comes last.
_MISSES: Final = (NOT_BROUGHT_UP, RANKED_BELOW, NO_CONSENT, NOT_OPEN, NOT_LOADED)


@dataclass(frozen=True, slots=True)
class Example:
    """A pair that went wrong. `match` is its evidence from the report's side, None where it may not be shown or is not there.

    `why` is one of the words above, `rank` None where the pair was not brought up, `relation` what the truth says of it.
    """

    pair: Pair
    why: str
    rank: int | None
    relation: str
    match: Match | None = None

    def to_json(self) -> dict[str, object]:
        """The public shape: the ids, what went wrong, and the match as everywhere."""
        match = self.match.to_json() if self.match else {}
        told = {name: value for name, value in match.items() if name not in ("record_id", "rank")}
        report, intake = self.pair
        about = {"report_id": report, "intake_id": intake, "rank": self.rank, "why": self.why}
        return {**about, "relation": self.relation, **told}


@dataclass(frozen=True, slots=True)
class Worst:
    """Examples, worst first, and how many known pairs were missed for which reason."""

    false_positives: tuple[Example, ...]
    misses: tuple[Example, ...]
    missed: dict[str, int]


def find_worst(installation: Installation, truth: Truth, rankings: Rankings, *, limit: int = LISTED) -> Worst:
    """Look for them among what was ranked; only the few that are kept are explained."""
    same = rankings.among(truth.same)
    misses = sorted(_misses(installation, truth, rankings, same), key=_badness)
    return Worst(
        false_positives=_explained(installation, _false_positives(truth, rankings, same, limit)),
        misses=_explained(installation, misses[:limit]),
        missed={why: count for why in _MISSES if (count := sum(miss.why == why for miss in misses))},
    )


def _false_positives(truth: Truth, rankings: Rankings, same: NDArray[np.bool_], limit: int) -> list[Example]:
    wrong = np.flatnonzero(~same)
    # Where many are as confident, the best ranked and then the first loaded: the same every time.
    worst = wrong[np.lexsort((rankings.rank[wrong], -rankings.probability[wrong]))][:limit].tolist()
    pairs = [rankings.pair(row) for row in worst]
    return [
        Example(pair, FALSE_POSITIVE, int(rankings.rank[row]), truth.relation(pair))
        for row, pair in zip(worst, pairs, strict=True)
    ]


def _misses(installation: Installation, truth: Truth, rankings: Rankings, same: NDArray[np.bool_]) -> Iterator[Example]:
    rows = np.flatnonzero(same).tolist()
    rank = {rankings.pair(row): int(rankings.rank[row]) for row in rows}
    better = {rankings.pair(row): int((~same)[row - rankings.rank[row] + 1 : row].sum()) for row in rows}
    for pair in sorted(truth.same):
        if pair not in rank:
            hindrance = _hindrance(installation, installation.store.get(pair[1]))
            yield Example(pair, hindrance or NOT_BROUGHT_UP, None, truth.relation(pair))
        # Behind other true intakes of its report only, it is where it should be.
        elif better[pair]:
            yield Example(pair, RANKED_BELOW, rank[pair], truth.relation(pair))


def _hindrance(installation: Installation, intake: StoredRecord | None) -> str:
    """Why nobody here can find the intake, blank where they can."""
    if intake is None or intake.record.kind is not Kind.INTAKE:
        return NOT_LOADED
    if not installation.may_find(intake.record):
        return NO_CONSENT
    return "" if intake.record.status is Status.OPEN else NOT_OPEN


def _badness(miss: Example) -> tuple[int, int, Pair]:
    return _MISSES.index(miss.why), -(miss.rank or 0), miss.pair


def _explained(installation: Installation, examples: Sequence[Example]) -> tuple[Example, ...]:
    return tuple(replace(example, match=_match(installation, example)) for example in examples)


def _match(installation: Installation, example: Example) -> Match | None:
    report, intake = (installation.store.get(record_id) for record_id in example.pair)
    # Withdrawn since it was ranked, or not to be found by this installation (rule 5): nothing of it is shown.
    if report is None or intake is None or _hindrance(installation, intake):
        return None
    only = np.zeros(1, dtype=np.int64)
    ((match,),) = ranked_matches(installation.scorer, Pairs([report.record], [intake], only, only), limit=1)
    return match
