"""The waterfall: where each piece of evidence takes the score, from the prior down to the sum, on one scale of bits.

Only geometry: a template draws it as one SVG a row, so that on a phone the words stay as large as all others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

# Positions are in per cent of the width of whatever column a bar stands in.
WIDTH: Final = 100.0
_EDGE: Final = 0.02  # of the scale, free on both sides
_THINNEST: Final = 0.4  # per cent: a weight near zero stays visible


@dataclass(frozen=True, slots=True)
class Bar:
    """One row's bar in per cent: from `start` to `end`, drawn at `x`, `width` wide; `before` and `after` are the sums in bits."""

    start: float
    end: float
    x: float
    width: float
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The bars in the order of the evidence; `first` is the prior's, `last` the score's; `zero` and `cuts` are upright lines."""

    first: Bar
    bars: tuple[Bar, ...]
    last: Bar
    zero: float
    cuts: tuple[float, ...]


def waterfall(prior: float, weights: Sequence[float], score: float, cuts: Iterable[float] = ()) -> Waterfall:
    """Lay out `prior` + `weights` = `score` (bits). `cuts` are scores to mark, as the cut-offs of the likelihoods."""
    cuts = tuple(cuts)
    sums = [prior]
    for weight in weights:
        sums.append(round(sums[-1] + weight, 2))
    scale = _Scale(0.0, score, *sums, *cuts)
    return Waterfall(
        first=scale.bar(0.0, prior),
        bars=tuple(scale.bar(before, after) for before, after in pairwise(sums)),
        last=scale.bar(0.0, score),
        zero=scale.at(0.0),
        cuts=tuple(scale.at(cut) for cut in cuts),
    )


class _Scale:
    def __init__(self, *values: float) -> None:
        low, high = min(values), max(values)
        margin = (high - low or 1.0) * _EDGE
        self._low, self._span = low - margin, (high - low or 1.0) + 2 * margin

    def at(self, value: float) -> float:
        return round((value - self._low) / self._span * WIDTH, 2)

    def bar(self, before: float, after: float) -> Bar:
        start, end = self.at(before), self.at(after)
        width = max(abs(end - start), _THINNEST)
        return Bar(start, end, min(start, end), round(width, 2), before, after)
