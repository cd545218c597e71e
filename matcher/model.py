"""The model: what each level is worth, the prior, caps, calibration and cut-offs; versioned data, not code.

`Model.shipped()` reads `matcher/data/model.json`, where every figure stands with its grounds. Weights are log2(m/u) bits, rounded
to hundredths so that an explanation adds up to the score exactly.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from matcher import faces
from matcher.errors import InputError

FORMAT: Final = 1
# A capped score stays this far, in bits, below the cut-off it must not reach.
_BELOW: Final = 0.05
# Beyond this the other outcomes do not count any more, and 2 ** bits stays a number.
_MOST_BITS: Final = 500.0


@dataclass(frozen=True, slots=True)
class Rarity:
    """How a level's weight moves with the commonness of what agrees: log2(reference / commonness), within bounds (bits)."""

    reference: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Weights:
    """The bits of one comparison, per level: that it is the same child, that it is a brother or sister; both against strangers.

    `rarity` is the correction of the levels that have one; it is the same for both.
    """

    bits: Mapping[str, float]
    family_bits: Mapping[str, float]
    rarity: Mapping[str, Rarity]
    counts_for_coverage: bool = True

    @property
    def importance(self) -> float:
        """The most that the comparison can say, in bits: its share of the coverage."""
        if not self.counts_for_coverage:
            return 0.0
        return max(abs(bits) for bits in self.bits.values())


@dataclass(frozen=True, slots=True)
class Group:
    """Comparisons that repeat each other: their positive weights, largest first, count by these shares."""

    members: tuple[str, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """Everything scoring needs beside the comparisons. Scores are bits; probabilities are calibrated.

    `caps` are the scores that a contradiction holds a pair to; `outweighed` the bits, of some, with which the child's own
    name and documents lift them. `name_shares` are the shares of children who bear a part of a name, by its sounds
    (`NameFrequencies`); empty where the shipped ones count.
    """

    version: str
    prior: float
    family_prior: float
    told_apart: float
    slope: float
    offset: float
    likely: float
    possible: float
    corroboration: float
    comparisons: Mapping[str, Weights]
    groups: Mapping[str, Group]
    caps: Mapping[str, float]
    outweighed: Mapping[str, float]
    name_shares: Mapping[str, float]

    @classmethod
    @cache
    def shipped(cls) -> Model:
        """The model that comes with the package."""
        return cls.from_json(files("matcher").joinpath("data", "model.json").read_text(encoding="utf-8"))

    @classmethod
    def from_json(cls, text: str) -> Model:
        """Read a model. Raises `InputError` for a text that is cut short, of another format, or incomplete."""
        try:
            data = json.loads(text)
        except ValueError as error:
            raise InputError("the model file is cut short or no JSON; restore it from the package") from error
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise InputError(f"the model file is of another format than {FORMAT}; install the matching version")
        try:
            return _read_model(data)
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError, ZeroDivisionError) as error:
            raise InputError(f"the model file is incomplete: {type(error).__name__} at {error}") from error

    def probability(self, score: float) -> float:
        """The calibrated probability that a pair with this score is the same child."""
        return 1.0 / (1.0 + math.exp2(-(self.slope * score + self.offset)))

    def likelihood(self, probability: float) -> str:
        """`likely`, `possible` or `unlikely`, from the cut-offs alone."""
        if probability >= self.likely:
            return "likely"
        return "possible" if probability >= self.possible else "unlikely"

    def family_probability(self, score: float, family_score: float) -> float:
        """The probability of a brother or sister, from the bits for the same child and for a sibling, as calibrated."""
        same, family = (math.exp2(min(self.slope * bits + self.offset, _MOST_BITS)) for bits in (score, family_score))
        return family / (1.0 + same + family)


def _read_model(data: Mapping[str, Any]) -> Model:
    slope, offset = float(data["calibration"]["slope"]), float(data["calibration"]["offset"])
    cutoffs = {name: float(data["cutoffs"][name]) for name in ("likely", "possible")}
    limits = {name: _score_at(probability, slope, offset) - _BELOW for name, probability in cutoffs.items()}
    return Model(
        version=str(data["version"]),
        prior=float(data["prior"]["bits"]),
        family_prior=float(data["family_prior"]["bits"]),
        told_apart=float(data["told_apart"]["bits"]),
        slope=slope,
        offset=offset,
        likely=cutoffs["likely"],
        possible=cutoffs["possible"],
        corroboration=float(data["corroboration"]["bits"]),
        comparisons={
            **{name: _read_weights(data["comparisons"], name) for name in data["comparisons"]},
            faces.NAME: _face_weights(),
        },
        groups={name: Group(tuple(group["members"]), tuple(group["shares"])) for name, group in data["groups"].items()},
        caps={**{name: limits[cap["below"]] for name, cap in data["caps"].items()}, faces.CAP: limits["likely"]},
        outweighed={name: float(cap["outweighed_by"]) for name, cap in data["caps"].items() if "outweighed_by" in cap},
        name_shares={sounds: _share(share) for sounds, share in data.get("names", {"shares": {}})["shares"].items()},
    )


def _face_weights() -> Weights:
    """Declared for every model alike: whoever fits one has no say in what a photo is worth.

    Most records have no photo, so that nothing is missing where it is: it does not count for the coverage.
    """
    declared = faces.declared_bits()
    same, sibling = ({level: bits[side] for level, bits in declared.items()} for side in (0, 1))
    return Weights(same, sibling, {}, counts_for_coverage=False)


def _share(value: float) -> float:
    share = float(value)
    if not 0.0 < share <= 1.0:
        raise ValueError("a share of children outside 0..1")
    return share


def _read_weights(comparisons: Mapping[str, Any], name: str) -> Weights:
    entry = comparisons[name]
    if "same_as" in entry:
        return _read_weights(comparisons, entry["same_as"])
    bits, family_bits = (
        {level: round(math.log2(value[share] / value["u"]), 2) for level, value in entry["levels"].items()}
        for share in ("m", "s")
    )
    rarity = {level: Rarity(**value) for level, value in entry.get("rarity", {}).items()}
    return Weights(bits, family_bits, rarity)


def _score_at(probability: float, slope: float, offset: float) -> float:
    return (math.log2(probability / (1.0 - probability)) - offset) / slope
