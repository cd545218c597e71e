"""Measuring the matches against known pairs."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.evaluation import evaluate, precision_recall, read_truth
from indexer.plots import write_plots
from matcher.errors import InputError
from tests.indexer.world import INTAKE, REPORT, STRANGER, opened

TRUTH = [("police/1", "shelter/1")]


def test_a_pair_ranked_first_counts_in_every_figure(tmp_path: Path) -> None:
    with opened(tmp_path / "home", REPORT, INTAKE, STRANGER) as installation:
        figures = evaluate(installation, TRUTH).to_json()
    assert figures["pairs"] == 1
    assert figures["recall"] == {"@1": 1.0, "@5": 1.0, "@10": 1.0, "@20": 1.0}
    assert figures["mrr"] == 1.0
    assert figures["retrieval_recall"] == 1.0
    assert figures["likelihood"]["likely"] == {"matches": 1, "precision": 1.0, "recall": 1.0}  # type: ignore[index]  # a nested figure


def test_a_known_pair_that_is_not_brought_up_is_listed_among_the_misses(tmp_path: Path) -> None:
    with opened(tmp_path / "home", REPORT, STRANGER) as installation:
        outcome = evaluate(installation, [("police/1", "shelter/2")])
    assert outcome.to_json()["mrr"] == 0.0
    assert outcome.worst()["misses"] == [{"report_id": "police/1", "intake_id": "shelter/2", "rank": None}]


def test_a_wrong_match_is_listed_among_the_worst_with_its_probability(tmp_path: Path) -> None:
    with opened(tmp_path / "home", REPORT, INTAKE) as installation:
        outcome = evaluate(installation, [])
    (wrong,) = outcome.worst()["false_positives"]
    assert (wrong["report_id"], wrong["intake_id"]) == TRUTH[0]


def test_a_report_that_is_not_loaded_is_named_as_a_mistake_of_the_truth_file(tmp_path: Path) -> None:
    with opened(tmp_path / "home", REPORT) as installation, pytest.raises(InputError, match="load them first"):
        evaluate(installation, [("police/99", "shelter/1")])


def test_precision_and_recall_at_every_cut() -> None:
    scored = [(0.9, True), (0.8, False), (0.7, True)]
    assert precision_recall(scored, 2) == [(0.5, 1.0), (0.5, 0.5), (1.0, pytest.approx(2 / 3))]


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "report_id\npolice/1\n"])
def test_a_truth_file_without_its_columns_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "truth.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"truth\.csv"):
        read_truth(file)


def test_a_truth_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"truth\.csv"):
        read_truth(tmp_path / "truth.csv")


def test_a_truth_file_may_have_a_byte_order_mark_and_spaces(tmp_path: Path) -> None:
    file = tmp_path / "truth.csv"
    file.write_text("\ufeffreport_id,intake_id\npolice/1, shelter/1\n,\n", encoding="utf-8")
    assert read_truth(file) == TRUTH


def test_the_plots_are_written_for_their_owner_only(tmp_path: Path) -> None:
    with opened(tmp_path / "home", REPORT, INTAKE) as installation:
        written = write_plots(evaluate(installation, TRUTH), tmp_path / "plots")
    assert [path.name for path in written] == ["precision_recall.svg", "reliability.svg"]
    assert all(path.read_text(encoding="utf-8").startswith("<svg") for path in written)
    assert all(path.stat().st_mode & 0o077 == 0 for path in written)
