"""The pictures of an evaluation: whole SVG documents, owner-only, and no child's name in them."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from indexer import plots
from indexer.evaluation import evaluate
from indexer.plots import write_plots
from indexer.truth import Pair, Truth
from indexer.waterfall import draw_waterfall
from matcher.match import Match
from matcher.model import Model
from tests.builders import intake, match_of, report
from tests.indexer.world import INTAKE, REPORT, STRANGER, opened

CONFUSED = [("police/1", "shelter/2")]


def drawn(folder: Path, pairs: list[Pair]) -> dict[str, Path]:
    with opened(folder / "home", REPORT, INTAKE, STRANGER) as installation:
        written = write_plots(evaluate(installation, Truth.of(pairs)), folder / "plots")
    return {path.name: path for path in written}


def texts(drawing: str) -> list[str]:
    document = ET.fromstring(drawing)  # noqa: S314  # our own drawing
    return [element.text or "" for element in document.iter("{http://www.w3.org/2000/svg}text")]


def bars(drawing: str) -> list[tuple[float, float]]:
    """Where each bar begins and ends; the first rectangle is the paper."""
    document = ET.fromstring(drawing)  # noqa: S314  # our own drawing
    found = list(document.iter("{http://www.w3.org/2000/svg}rect"))[1:]
    return [(float(bar.attrib["x"]), float(bar.attrib["x"]) + float(bar.attrib["width"])) for bar in found]


def a_match() -> Match:
    return match_of(
        report(full_name="សុខ ដារ៉ា", sex="male", date_of_birth="2015-04-15"),
        intake(full_name="Dara SOKH", sex="female", date_of_birth="2015-04-15"),
    )


def test_the_pictures_are_written_whole_for_their_owner_only(tmp_path: Path) -> None:
    written = drawn(tmp_path, CONFUSED)
    assert list(written) == ["precision_recall.svg", "reliability.svg", "worst_miss.svg", "worst_false_positive.svg"]
    for path in written.values():
        assert texts(path.read_text(encoding="utf-8"))
        assert path.stat().st_mode & 0o077 == 0


def test_no_picture_holds_a_name_or_a_place(tmp_path: Path) -> None:
    for path in drawn(tmp_path, CONFUSED).values():
        drawing = path.read_text(encoding="utf-8")
        assert [word for word in ("Dara", "ដារ៉ា", "Bopha", "Poipet", "Battambang") if word in drawing] == []


def test_a_waterfall_says_which_pair_it_is_and_where_it_was_ranked(tmp_path: Path) -> None:
    written = drawn(tmp_path, CONFUSED)
    assert "worst miss: police/1 ~ shelter/2, not brought up" in texts(written["worst_miss.svg"].read_text("utf-8"))
    assert "worst false positive: police/1 ~ shelter/1, rank 1" in texts(
        written["worst_false_positive.svg"].read_text("utf-8")
    )


def test_the_picture_of_an_earlier_miss_does_not_stay(tmp_path: Path) -> None:
    assert drawn(tmp_path, CONFUSED)["worst_miss.svg"].exists()
    with opened(tmp_path / "home") as installation:
        written = write_plots(evaluate(installation, Truth.of([("police/1", "shelter/1")])), tmp_path / "plots")
    assert "worst_miss.svg" not in [path.name for path in written]
    assert not (tmp_path / "plots" / "worst_miss.svg").exists()


def test_pictures_of_nothing_are_drawn_empty(tmp_path: Path) -> None:
    with opened(tmp_path / "home") as installation:
        written = write_plots(evaluate(installation, Truth()), tmp_path / "plots")
    assert [path.name for path in written] == ["precision_recall.svg", "reliability.svg"]


def test_the_reliability_diagram_says_how_many_pairs_each_dot_is_of(tmp_path: Path) -> None:
    drawing = drawn(tmp_path, [("police/1", "shelter/1")])["reliability.svg"].read_text(encoding="utf-8")
    assert "1" in texts(drawing)
    assert drawing.count("<circle") == 1


def test_a_long_curve_is_thinned_to_what_can_be_seen_with_both_ends() -> None:
    curve = np.column_stack([np.linspace(0, 1, 50_000), np.linspace(1, 0.5, 50_000)])
    shown = plots._thinned(curve)
    assert len(shown) <= 400
    assert (shown[0], shown[-1]) == ((0.0, 1.0), (1.0, 0.5))


def test_each_bar_of_a_waterfall_begins_where_the_one_before_ended_and_the_last_is_the_score() -> None:
    match = a_match()
    weights = [row.weight for row in match.evidence]
    prior, *steps, score = bars(draw_waterfall("a title", match, Model.shipped()))
    bit = (prior[1] - prior[0]) / abs(match.prior)
    zero = prior[1]
    reached = match.prior
    for bar, weight in zip(steps, weights, strict=True):
        ends = sorted((reached, reached + weight))
        assert bar == pytest.approx([zero + bit * end for end in ends], abs=1.1)
        reached += weight
    assert reached == pytest.approx(match.score)
    assert sorted(score) == pytest.approx(sorted((zero, zero + bit * match.score)), abs=1.1)


def test_a_waterfall_names_every_level_and_weight_and_the_cut_offs() -> None:
    match = a_match()
    said = texts(draw_waterfall("a title", match, Model.shipped()))
    for row in match.evidence:
        assert f"{row.weight:+.2f}" in said
        assert any(text.startswith(f"{row.comparison}: {row.level}"[:59]) for text in said)
    assert {"possible", "likely", "prior", "score"} <= set(said)


def test_signs_in_an_id_do_not_break_the_picture() -> None:
    assert texts(draw_waterfall("<a & b>", a_match(), Model.shipped()))[0] == "<a & b>"
