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


def may_be_same_family(scores: Bits, family_scores: Bits, model: Model) -> Flags:
    """Where a sibling is more probable than a stranger and the child is not clearly told apart from one."""
    found: Flags = (family_scores > 0.0) & (scores - family_scores < model.told_apart)
    return found


def against_siblings(scores: Bits, family_scores: Bits) -> Bits:
    """The score against strangers *and* siblings: the log odds of the same child among all three."""
    odds: Bits = np.floor((scores - np.logaddexp2(0.0, family_scores)) * 100) / 100
    return np.minimum(odds, scores)
