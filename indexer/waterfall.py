"""A waterfall as SVG: from the prior over every piece of evidence to the score, beside the cut-offs. Levels only, no values."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from matcher.match import Match
from matcher.model import Model

_LABELS, _CHART, _WEIGHTS, _TOP, _ROW = 380, 460, 70, 76, 24
_FOR, _AGAINST, _TOTAL, _GUIDE = "#1b5e8c", "#c4511b", "#555", "#999"
_FONT: Final = 'font-family="sans-serif" font-size="12"'
_LONGEST: Final = 60
# Bits left free on both sides of what is drawn.
_AIR: Final = 1.0


@dataclass(frozen=True, slots=True)
class _Step:
    label: str
    start: float
    end: float
    colour: str
    is_total: bool = False


def draw_waterfall(title: str, match: Match, model: Model) -> str:
    """One match as an SVG document; bars to the right speak for the same child, bars to the left against."""
    steps, cuts = list(_steps(match)), _cut_offs(model)
    scale = _Scale.over([bits for step in steps for bits in (step.start, step.end)] + list(cuts.values()))
    width, height = _LABELS + _CHART + _WEIGHTS, _TOP + _ROW * len(steps) + 30
    rows = "".join(_row(step, _TOP + _ROW * place, scale) for place, step in enumerate(steps))
    guides = "".join(_guide(name, scale.at(bits), height) for name, bits in {"0": 0.0, **cuts}.items())
    under = f"score {match.score:+.2f} bits, probability {match.probability:.1%}, {match.likelihood}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {_FONT}>'
        f'<rect width="{width}" height="{height}" fill="#fff"/>'
        f'<text x="12" y="22" font-size="14" font-weight="bold">{escape(title)}</text>'
        f'<text x="12" y="42">{escape(under)}</text>{guides}{rows}'
        f'<text x="{_LABELS}" y="{height - 8}" fill="{_TOTAL}">bits: to the right for, to the left against</text></svg>\n'
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    least: float
    most: float

    @classmethod
    def over(cls, bits: Sequence[float]) -> _Scale:
        return cls(min(bits) - _AIR, max(bits) + _AIR)

    def at(self, bits: float) -> float:
        """The place of so many bits, in the picture's units."""
        return _LABELS + _CHART * (bits - self.least) / (self.most - self.least)


def _steps(match: Match) -> Iterator[_Step]:
    yield _Step("prior", 0.0, match.prior, _TOTAL, is_total=True)
    reached = match.prior
    for row in match.evidence:
        after = reached + row.weight
        yield _Step(f"{row.comparison}: {row.level}", reached, after, _FOR if row.weight >= 0 else _AGAINST)
        reached = after
    yield _Step("score", 0.0, match.score, _TOTAL, is_total=True)


def _cut_offs(model: Model) -> dict[str, float]:
    cuts = {"possible": model.possible, "likely": model.likely}
    return {name: (math.log2(cut / (1.0 - cut)) - model.offset) / model.slope for name, cut in cuts.items()}


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1]}…"


def _row(step: _Step, top: float, scale: _Scale) -> str:
    left, right = sorted((scale.at(step.start), scale.at(step.end)))
    middle = top + _ROW / 2 + 4
    change = step.end if step.is_total else step.end - step.start
    bold = "bold" if step.is_total else "normal"
    return (
        f'<text x="{_LABELS - 10}" y="{middle}" text-anchor="end" font-weight="{bold}">{escape(_short(step.label))}</text>'
        f'<rect x="{left:.1f}" y="{top + 4}" width="{max(right - left, 1):.1f}" height="{_ROW - 8}" fill="{step.colour}"/>'
        f'<text x="{_LABELS + _CHART + _WEIGHTS - 10}" y="{middle}" text-anchor="end" font-weight="{bold}">'
        f"{change:+.2f}</text>"
    )


def _guide(name: str, x: float, height: float) -> str:
    dashes = "none" if name == "0" else "4 3"
    return (
        f'<line x1="{x:.1f}" y1="{_TOP - 6}" x2="{x:.1f}" y2="{height - 24}" stroke="{_GUIDE}" stroke-dasharray="{dashes}"/>'
        f'<text x="{x:.1f}" y="{_TOP - 10}" text-anchor="middle" fill="{_GUIDE}">{name}</text>'
    )
