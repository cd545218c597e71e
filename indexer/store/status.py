"""Where a match stands."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class MatchStatus(StrEnum):
    """Where a match stands. Only `superseded` is set by the machine, and only on what no person decided."""

    POTENTIAL = "potential"
    CONFIRMED = "confirmed"
    NOT_A_MATCH = "not_a_match"
    SAME_FAMILY = "same_family"
    UNSURE = "unsure"
    HANDED_ON = "handed_on"
    VERIFIED = "verified"
    REUNITED = "reunited"
    REUNITED_ELSEWHERE = "reunited_elsewhere"
    SUPERSEDED = "superseded"


UNDECIDED: Final = frozenset({MatchStatus.POTENTIAL, MatchStatus.SUPERSEDED})
