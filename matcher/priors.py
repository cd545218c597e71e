"""The prior of an installation's size: the more children are open, the less a single pair is likely to be one of them. Pure.

A prior is a number of the model and changes only where a model does: `elijah fit` writes it from the sizes of that day. It does
not follow the records from day to day, on purpose. A score belongs to its pair: it must be the same in a search, in a check of a
list and in the night, from either side, and today as yesterday, or decisions would be taken on one figure and read beside
another. A fitted model has its own version, so that the next night scores every pair anew with the new prior, once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

# Whole half bits: an installation that grows by a tenth keeps its prior when it is fitted again.
_STEPS_A_BIT: Final = 2
# Half a bit is a factor of 1.4; only what passes the middle between two steps by this much of a bit moves a prior that is in use.
_HYSTERESIS: Final = 0.15
# Never up: a small installation is no closed world. What fewer records add to a pair's prior is taken away again because most of
# the children whom it looks for arrive elsewhere.
_MOST, _LEAST = 0.0, -10.0


def size_shift(stated: int, reports: int, intakes: int, in_use: float = 0.0) -> float:
    """Bits by which the prior of a model for the `stated` size moves in an installation with so many open reports and intakes.

    A report has at most one intake that is the same child and an intake at most one report, so that a share of the smaller side
    is true pairs among reports x intakes: what counts is the larger side. Whole half bits; the shift that is `in_use` stays
    while the sizes are near it. An installation without records has no size: no shift.
    """
    size = max(reports, intakes)
    if not size:
        return 0.0
    exact = max(_LEAST, min(math.log2(stated / size), _MOST))
    if abs(exact - in_use) <= 0.5 / _STEPS_A_BIT + _HYSTERESIS:
        return in_use
    return round(exact * _STEPS_A_BIT) / _STEPS_A_BIT


def sized(base: Mapping[str, Any], reports: int, intakes: int, in_use: float) -> dict[str, Any]:
    """`prior` and `family_prior` of a base model for an installation of this size; `in_use` is the installation's prior in bits.

    Brothers and sisters are as rare as the children themselves in a larger installation, so both move together. The size stands
    beside the bits.
    """
    prior = base["prior"]
    shift = size_shift(int(prior["size"]), reports, intakes, in_use - float(prior["bits"]))
    size = {"reports": reports, "intakes": intakes, "shift": shift}
    return {
        name: {**base[name], "bits": round(float(base[name]["bits"]) + shift, 2), "sized_for": size}
        for name in ("prior", "family_prior")
    }
