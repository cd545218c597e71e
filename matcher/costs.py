"""Cut-offs from costs: where a match is worth calling `likely`, and where it is worth a reviewer's minutes at all. Pure.

All costs are in one unit, minutes of a reviewer's work; only their ratios count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from matcher.errors import InputError

_DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class Costs:
    """What each error costs, in minutes of review.

    `missed_child`: a match that is the child and is not put before people as strongly as it should be. `false_likely`: another
    child who is called likely. `review`: looking at one match.
    """

    missed_child: float
    false_likely: float
    review: float

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> Costs:
        """Read the declared table, whose rows have `minutes` and `grounds`. Raises `InputError` for a cost that is none."""
        costs = cls(**{name: float(table[name]["minutes"]) for name in ("missed_child", "false_likely", "review")})
        if min(costs.missed_child, costs.false_likely, costs.review) <= 0:
            raise InputError("every cost must be more than nothing: no match, or every match, would be worth a look")
        if costs.review >= costs.false_likely:
            raise InputError("a false likely must cost more than the review that `possible` asks for")
        return costs


def cutoffs(costs: Costs) -> dict[str, float]:
    """The calibrated probabilities from which on a match is `likely` and `possible`: where both choices cost the same.

    To call a match likely costs `false_likely` where it is another child, not to call it so `missed_child` where it is the child.
    To show a match costs `review` where it is another child, not to show it `missed_child`.
    """
    likely = costs.false_likely / (costs.false_likely + costs.missed_child)
    possible = costs.review / (costs.review + costs.missed_child)
    return {"likely": round(likely, _DIGITS), "possible": round(possible, _DIGITS)}
