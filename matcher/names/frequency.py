"""How common a name is: a shipped prior, and what an installation learns from its own records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from math import prod
from typing import Final

from matcher.names.keys import skeleton, vowel_class
from matcher.names.name import Name
from matcher.names.tokens import Token, token
from matcher.tables import rows

# By hand: an unlisted part is borne by about one child in 2,500; parts are not independent, so none is rarer than 1 in 2 million.
_UNLISTED: Final = 0.0004
# One name in ten begins with the sound of an initial.
_INITIAL: Final = 0.1
_RAREST: Final = 5e-7
_COMMONEST: Final = 0.5
_CACHED: Final = 100_000
# The prior counts as much as this many children; what fewer than `_LEAST_BEARERS` bear is not kept: it could name one child.
_PRIOR_CHILDREN: Final = 2000
_LEAST_BEARERS: Final = 3


@dataclass(frozen=True, slots=True)
class NameFrequencies:
    """The shares of children who bear a part of a name, by its sounds, the same for both scripts. Plain numbers, fit for JSON."""

    shares: Mapping[str, float]

    def of(self, name: Name) -> float:
        """The estimated share of children who bear a name with the same sounds, in (0, 1]; 1 for a name without parts."""
        if not name:
            return 1.0
        return max(_RAREST, prod(self._of_part(part) for part in name.tokens))

    def _of_part(self, part: Token) -> float:
        return _INITIAL if part.is_initial else self.shares.get(_sounds(part), _UNLISTED)

    def learned(self, names: Iterable[Name]) -> NameFrequencies:
        """These shares after the names of an installation's own children, one name a child; parts of very few are left out."""
        bearers: Counter[str] = Counter()
        children = 0
        for name in names:
            children += 1
            bearers.update({_sounds(part) for part in name.tokens})
        kept = {sounds: count for sounds, count in bearers.items() if count >= _LEAST_BEARERS}
        return NameFrequencies(
            {
                sounds: min(
                    (self.shares.get(sounds, _UNLISTED) * _PRIOR_CHILDREN + kept.get(sounds, 0))
                    / (_PRIOR_CHILDREN + children),
                    _COMMONEST,
                )
                for sounds in {**self.shares, **kept}
            }
        )


@cache
def shipped_frequencies() -> NameFrequencies:
    """The hand-made prior of `name_frequencies.csv`: names that sound alike are added up, the two scripts of one are not."""
    shares: dict[str, float] = {}
    for row in rows("name_frequencies.csv"):
        parts = [part for part in (token(row["khmer"]), token(row["latin"])) if part is not None]
        for sounds in {_sounds(part) for part in parts}:
            shares[sounds] = shares.get(sounds, 0.0) + float(row["per_thousand"]) / 1000
    return NameFrequencies({sounds: min(share, _COMMONEST) for sounds, share in shares.items()})


@lru_cache(maxsize=_CACHED)
def frequency(name: Name) -> float:
    """The share of children who bear a name with the same sounds by the shipped prior: see `NameFrequencies.of`."""
    return shipped_frequencies().of(name)


@lru_cache(maxsize=_CACHED)
def _sounds(part: Token) -> str:
    return f"{skeleton(part)}.{vowel_class(part)}"
