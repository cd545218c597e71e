"""The pictures of an evaluation as SVG files, drawn without a plotting library.

Precision against recall, stated against true probability, and a waterfall of the worst miss and of the worst false positive.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from indexer.evaluation import Evaluation, precision_recall
from indexer.folders import private_folder, replaced
from indexer.metrics import Bin, reliability_by_width, share_interval
from indexer.waterfall import draw_waterfall
from indexer.worst import Example

_SIZE, _MARGIN, _INK = 360, 40, "#1b5e8c"
# More points than this nobody sees in a curve of that size.
_POINTS: Final = 400
_WATERFALLS: Final = {"worst_miss.svg": "worst miss", "worst_false_positive.svg": "worst false positive"}
Point = tuple[float, float]


def write_plots(evaluation: Evaluation, folder: Path) -> list[Path]:
    """Write the pictures into a folder, owner-only; the files that were written.

    `precision_recall.svg`, `reliability.svg`, and `worst_miss.svg` and `worst_false_positive.svg` where there is one: the picture
    of an earlier evaluation does not stay.
    """
    private_folder(folder)
    drawings = {**_diagrams(evaluation), **dict(_waterfalls(evaluation))}
    for name in _WATERFALLS.keys() - drawings.keys():
        (folder / name).unlink(missing_ok=True)
    for name, drawing in drawings.items():
        with replaced(folder / name) as file:
            file.write(drawing)
    return [folder / name for name in drawings]


def _diagrams(evaluation: Evaluation) -> dict[str, str]:
    probability, is_same = evaluation.rankings.probability, evaluation.is_same
    curve = _thinned(precision_recall(probability, is_same, len(evaluation.truth.same)))
    bins = reliability_by_width(probability, is_same)
    dots = _line([(one.stated, one.true) for one in bins]) + "".join(map(_dot, bins))
    return {
        "precision_recall.svg": _diagram("precision against recall", "recall", "precision", _line(curve)),
        "reliability.svg": _diagram(
            "reliability, with 95 % intervals", "stated probability", "share true", _diagonal() + dots
        ),
    }


def _thinned(curve: NDArray[np.float64]) -> list[Point]:
    """The points where recall rises, which are few, and of those not more than can be seen."""
    rising = curve[np.diff(curve[:, 0], prepend=-1.0) > 0]
    if not len(rising):
        return []
    shown = np.unique(np.linspace(0, len(rising) - 1, _POINTS).astype(int))
    return [(float(recall), float(precision)) for recall, precision in rising[shown]]


def _waterfalls(evaluation: Evaluation) -> Iterator[tuple[str, str]]:
    worst = evaluation.worst
    for (name, title), examples in zip(_WATERFALLS.items(), (worst.misses, worst.false_positives), strict=True):
        example = next((one for one in examples if one.match), None)
        if example and example.match:
            yield name, draw_waterfall(f"{title}: {_named(example)}", example.match, evaluation.model)


def _named(example: Example) -> str:
    place = "not brought up" if example.rank is None else f"rank {example.rank}"
    return f"{example.pair[0]} ~ {example.pair[1]}, {place}"


def _diagram(title: str, across: str, up: str, drawing: str) -> str:
    side = _SIZE + 2 * _MARGIN
    ticks = "".join(_tick(share / 4) for share in range(5))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" font-family="sans-serif" font-size="12">'
        f'<rect width="{side}" height="{side}" fill="#fff"/><text x="{side / 2}" y="20" text-anchor="middle">{title}</text>'
        f'<rect x="{_MARGIN}" y="{_MARGIN}" width="{_SIZE}" height="{_SIZE}" fill="none" stroke="#888"/>{ticks}{drawing}'
        f'<text x="{side / 2}" y="{side - 6}" text-anchor="middle">{across}</text>'
        f'<text x="12" y="{side / 2}" text-anchor="middle" transform="rotate(-90 12 {side / 2})">{up}</text></svg>\n'
    )


def _line(points: Sequence[Point]) -> str:
    placed = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(_place, points))
    return f'<polyline points="{placed}" fill="none" stroke="{_INK}" stroke-width="2"/>'


def _diagonal() -> str:
    far = _MARGIN + _SIZE
    return f'<line x1="{_MARGIN}" y1="{far}" x2="{far}" y2="{_MARGIN}" stroke="#bbb"/>'


def _dot(one: Bin) -> str:
    """The share that is true, its interval, and how many pairs it is of."""
    x, y = _place((one.stated, one.true))
    low, high = (_place((one.stated, share))[1] for share in share_interval(one.true, one.count))
    return (
        f'<line x1="{x:.1f}" y1="{low:.1f}" x2="{x:.1f}" y2="{high:.1f}" stroke="{_INK}"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{_INK}"/>'
        f'<text x="{x + 6:.1f}" y="{y + 14:.1f}" font-size="10" fill="#555">{one.count}</text>'
    )


def _tick(share: float) -> str:
    x, y = _place((share, share))
    return (
        f'<text x="{x:.1f}" y="{_MARGIN + _SIZE + 15}" text-anchor="middle">{share:g}</text>'
        f'<text x="{_MARGIN - 5}" y="{y + 4:.1f}" text-anchor="end">{share:g}</text>'
    )


def _place(point: Point) -> Point:
    return _MARGIN + point[0] * _SIZE, _MARGIN + (1 - point[1]) * _SIZE
