"""Brothers and sisters (rule 3): where the family agrees, what counts is whether the child is told from its siblings.

Every level is worth bits for "the same child" and bits for "a brother or sister", both against strangers. A pair whose family
agrees is judged by the difference of the two.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.model import Model

Bits = NDArray[np.float64]
Flags = NDArray[np.bool_]
CAP = "same family"


def is_same_family(scores: Bits, family_scores: Bits) -> Flags:
    """Where a brother or sister is the most probable of the three: the same child, a sibling, a stranger."""
    found: Flags = (family_scores > 0.0) & (family_scores > scores)
    return found


def against_siblings(scores: Bits, family_scores: Bits, model: Model) -> Bits:
    """The scores where a sibling is more probable than a stranger: held to what tells the child from a sibling.

    The sibling's bits go through the same curve as the child's (`Model.probability`), so what the curve adds to every score must
    not count for the child alone. The limit is what is left of the difference: itself while it is small, rising without bound as
    it comes near `told_apart`. A score moves evenly with the evidence, and a child who is clearly told apart keeps its own.
    """
    siblings = family_scores + model.offset / model.slope
    apart = scores - siblings
    share = np.clip(apart / model.told_apart, 0.0, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        limits = np.where(share < 1.0, apart / (1.0 - share**2), np.inf)
    held: Bits = np.where(siblings > 0.0, np.minimum(np.floor(limits * 100) / 100, scores), scores)
    return held
