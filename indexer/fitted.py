"""A fitted model beside the one that is in use: what moved, how far, and how many pairs stand behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from indexer.calibrating import Calibration
from matcher.fitting import SAME, SIBLING, STRANGER
from matcher.model import Model
from matcher.refitting import learning


@dataclass(frozen=True, slots=True)
class Weight:
    """One level's bits for the same child and for a brother or sister, in use and fitted, and the pairs behind the fitted.

    `also` are the comparisons that share it.
    """

    comparison: str
    also: tuple[str, ...]
    level: str
    old: float
    new: float
    old_family: float
    new_family: float
    same_child: float
    same_family: float
    strangers: float


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted model. `data` is what `adopt` writes; `found` counts the pairs that it was made from, `left_out` the others."""

    data: Mapping[str, Any]
    old: Model
    new: Model
    found: Mapping[str, float]
    left_out: Mapping[str, int]
    calibration: Calibration

    @property
    def method(self) -> str:
        """`decisions`, or `em` where people have decided on too few."""
        return str(self.data["provenance"]["method"])

    def weights(self) -> list[Weight]:
        """Every level that was learnt, worst level first."""
        return [
            self._weight(name, also, level, shares["pairs"])
            for name, (_, *also) in learning(self.data).items()
            for level, shares in self.data["comparisons"][name]["levels"].items()
        ]

    def _weight(self, name: str, also: list[str], level: str, pairs: Mapping[str, float]) -> Weight:
        old, new = self.old.comparisons[name], self.new.comparisons[name]
        return Weight(
            comparison=name,
            also=tuple(also),
            level=level,
            old=old.bits[level],
            new=new.bits[level],
            old_family=old.family_bits[level],
            new_family=new.family_bits[level],
            same_child=pairs[SAME],
            same_family=pairs[SIBLING],
            strangers=pairs[STRANGER],
        )

    def to_json(self) -> dict[str, object]:
        """The public shape of `elijah fit --json`."""
        calibration = {**asdict(self.calibration), "old_slope": self.old.slope, "old_offset": self.old.offset}
        return {
            "model": self.new.version,
            "in_use": self.old.version,
            "base": self.data["provenance"]["base"],
            "method": self.method,
            "pairs": dict(self.found),
            "left_out": dict(self.left_out),
            "prior": {"bits": self.new.prior, "old_bits": self.old.prior, **self.data["prior"]["sized_for"]},
            "calibration": calibration,
            "weights": [asdict(weight) for weight in self.weights()],
        }
