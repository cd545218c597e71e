"""How common a name is, before an installation has learned it from its own records."""

from __future__ import annotations

from functools import cache, lru_cache
from math import prod
from typing import Final

from matcher.names.keys import skeleton, vowel_class
from matcher.names.name import Name
from matcher.names.tokens import Token, token
from matcher.tables import rows

# By hand: an unlisted part is borne by about one child in 2,500; parts are not independent, so none is rarer than 1 in 2 million.
_UNLISTED: Final = 0.0004
_RAREST: Final = 5e-7
_CACHED: Final = 100_000


@lru_cache(maxsize=_CACHED)
def frequency(name: Name) -> float:
    """The estimated share of children who bear a name with the same sounds, in (0, 1]; 1 for a name without parts.

    A hand-made prior (`name_frequencies.csv`), the product over the parts; the same for both scripts.
    """
    return max(_RAREST, prod(_shares().get(_sounds(part), _UNLISTED) for part in name.tokens)) if name else 1.0


@cache
def _shares() -> dict[str, float]:
    """Shares by sounds: names of the table that sound alike are added up, a name's own two scripts are not."""
    shares: dict[str, float] = {}
    for row in rows("name_frequencies.csv"):
        parts = [part for part in (token(row["khmer"]), token(row["latin"])) if part is not None]
        for sounds in {_sounds(part) for part in parts}:
            shares[sounds] = shares.get(sounds, 0.0) + float(row["per_thousand"]) / 1000
    return {sounds: min(share, 0.5) for sounds, share in shares.items()}


def _sounds(part: Token) -> str:
    return f"{skeleton(part)}.{vowel_class(part)}"
