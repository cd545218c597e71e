"""The curve from scores to probabilities, from an installation's own labelled pairs, where there are enough of both kinds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from indexer.blocks import candidate_pairs
from indexer.counting import scored
from indexer.installation import Installation
from indexer.labelled import Labelled, Numbers
from indexer.pairing import Pairs, ScoredPairs
from indexer.truth import Truth
from matcher.fitting import fit_calibration
from matcher.scoring import Scorer

# Pairs of each kind below which the curve stays: its two figures decide what is called likely.
LEAST: Final = 100
# Slopes beyond which the pairs that people decided on cannot be what the curve is for.
_SLOPES: Final = (0.3, 1.5)


@dataclass(frozen=True, slots=True)
class Calibration:
    """The curve's slope and offset (bits), and how many labelled pairs of each kind there were to refit it on."""

    slope: float
    offset: float
    refitted: bool
    same_child: int
    other: int
    needed: int = LEAST

    def to_model(self, kept: Mapping[str, Any]) -> Mapping[str, Any]:
        """The model's entry: what was `kept`, or the new curve with its grounds."""
        if not self.refitted:
            return kept
        grounds = (
            f"Platt's curve over {self.same_child} labelled pairs of the same child and {self.other} of two children"
        )
        return {"slope": self.slope, "offset": self.offset, "grounds": grounds}


def recalibrate(
    installation: Installation, scorer: Scorer, labelled: Labelled, truth: Truth, kept: Mapping[str, Any]
) -> Calibration:
    """The curve for the scores of this scorer. The truth file is taken to be complete for the reports that it names: whoever else
    is brought up for them is another child.
    """
    others = (*labelled.other, *labelled.family)
    found = Calibration(float(kept["slope"]), float(kept["offset"]), False, len(labelled.same), len(others))
    if found.same_child < LEAST:
        return found
    same, other = (_scores(installation, scorer, numbers) for numbers in (labelled.same, others))
    other = np.concatenate([other, *_wrong_candidates(installation, scorer, truth)])
    found = replace(found, same_child=len(same), other=len(other))
    if min(len(same), len(other)) < LEAST:
        return found
    is_same = np.repeat([True, False], [len(same), len(other)])
    slope, offset = fit_calibration(np.concatenate([same, other]), is_same, near=(found.slope, found.offset))
    believable = _SLOPES[0] <= slope <= _SLOPES[1]
    return replace(found, slope=slope, offset=offset, refitted=True) if believable else found


def _wrong_candidates(installation: Installation, scorer: Scorer, truth: Truth) -> Iterator[NDArray[np.float64]]:
    reports, known = truth.reports, truth.same | truth.family
    for pairs in candidate_pairs(installation) if reports else ():
        rows = [
            row
            for row, (query, stored) in enumerate(pairs.each())
            if query.record_id in reports and (query.record_id, stored.record.record_id) not in known
        ]
        if rows:
            part = Pairs(pairs.queries, pairs.candidates, pairs.left[rows], pairs.right[rows])
            yield ScoredPairs(scorer, part).scores.score


def _scores(installation: Installation, scorer: Scorer, numbers: Sequence[Numbers]) -> NDArray[np.float64]:
    return np.concatenate([np.zeros(0), *(scores.score for scores in scored(installation, scorer, numbers))])
