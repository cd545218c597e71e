"""Two diagrams as SVG files, drawn without a plotting library: precision against recall, stated against true probability."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from indexer.evaluation import Evaluation, precision_recall
from indexer.folders import private_folder, replaced
from indexer.metrics import reliability

_SIZE, _MARGIN = 360, 40
Point = tuple[float, float]


def write_plots(evaluation: Evaluation, folder: Path) -> list[Path]:
    """Write `precision_recall.svg` and `reliability.svg`; the files that were written."""
    private_folder(folder)
    scored = evaluation.scored()
    curve = precision_recall(scored, len(evaluation.truth))
    bins = [(stated, true) for stated, true, _ in reliability(scored)]
    drawings = {
        "precision_recall.svg": _diagram("precision against recall", "recall", "precision", curve, diagonal=False),
        "reliability.svg": _diagram("reliability", "stated probability", "share true", bins, diagonal=True),
    }
    for name, drawing in drawings.items():
        with replaced(folder / name) as file:
            file.write(drawing)
    return [folder / name for name in drawings]


def _diagram(title: str, across: str, up: str, points: Sequence[Point], *, diagonal: bool) -> str:
    side = _SIZE + 2 * _MARGIN
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(_place, points))
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in map(_place, points)) if diagonal else ""
    guide = (
        f'<line x1="{_MARGIN}" y1="{_MARGIN + _SIZE}" x2="{_MARGIN + _SIZE}" y2="{_MARGIN}" stroke="#bbb"/>'
        if diagonal
        else ""
    )
    ticks = "".join(_tick(share / 4) for share in range(5))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" font-family="sans-serif" font-size="12">'
        f'<rect width="{side}" height="{side}" fill="#fff"/><text x="{side / 2}" y="20" text-anchor="middle">{title}</text>'
        f'<rect x="{_MARGIN}" y="{_MARGIN}" width="{_SIZE}" height="{_SIZE}" fill="none" stroke="#888"/>{ticks}{guide}'
        f'<polyline points="{line}" fill="none" stroke="#1b5e8c" stroke-width="2"/>{dots}'
        f'<text x="{side / 2}" y="{side - 6}" text-anchor="middle">{across}</text>'
        f'<text x="12" y="{side / 2}" text-anchor="middle" transform="rotate(-90 12 {side / 2})">{up}</text></svg>\n'
    )


def _tick(share: float) -> str:
    x, y = _place((share, share))
    return (
        f'<text x="{x:.1f}" y="{_MARGIN + _SIZE + 15}" text-anchor="middle">{share:g}</text>'
        f'<text x="{_MARGIN - 5}" y="{y + 4:.1f}" text-anchor="end">{share:g}</text>'
    )


def _place(point: Point) -> Point:
    return _MARGIN + point[0] * _SIZE, _MARGIN + (1 - point[1]) * _SIZE
