"""`elijah evaluate`: figures, plots, examples with their evidence, and mistakes in the truth file."""

from __future__ import annotations

from pathlib import Path

from tests.api.commands.running import Elijah
from tests.api.commands.samples import loaded


def truth(folder: Path, text: str = "report_id,intake_id\npolice/1,shelter/1\n") -> Path:
    path = folder / "truth.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_figures_come_as_json(elijah: Elijah, tmp_path: Path) -> None:
    loaded(elijah, tmp_path)
    figures = elijah("evaluate", "--truth", truth(tmp_path), "--json").json
    assert figures["recall"]["@10"] == 1.0
    assert figures["likelihood"]["likely"]["precision"] == 1.0
    assert figures["intervals"]["recall"]["@10"] == [1.0, 1.0]
    assert {"mrr", "retrieval_recall", "calibration_error", "worst"} <= set(figures)


def test_the_worst_come_with_their_evidence_as_json(elijah: Elijah, tmp_path: Path) -> None:
    loaded(elijah, tmp_path)
    wrong = truth(tmp_path, "report_id,intake_id\npolice/1,shelter/2\n")
    worst = elijah("evaluate", "--truth", wrong, "--json").json["worst"]
    assert [row["intake_id"] for row in worst["misses"]] == ["shelter/2"]
    assert [row["intake_id"] for row in worst["false_positives"]] == ["shelter/1"]
    assert all(row["evidence"] for rows in worst.values() for row in rows)


def test_the_plots_are_drawn_where_they_are_asked_for(elijah: Elijah, tmp_path: Path) -> None:
    loaded(elijah, tmp_path)
    wrong = truth(tmp_path, "report_id,intake_id\npolice/1,shelter/2\n")
    done = elijah("evaluate", "--truth", wrong, "--plots", tmp_path / "plots", "--json")
    assert {Path(path).name for path in done.json["plots"]} == {
        "precision_recall.svg", "reliability.svg", "worst_miss.svg", "worst_false_positive.svg",
    }  # fmt: skip
    assert all(Path(path).exists() for path in done.json["plots"])


def test_in_words_the_figures_have_their_intervals_and_the_worst_their_evidence(elijah: Elijah, tmp_path: Path) -> None:
    loaded(elijah, tmp_path)
    wrong = truth(tmp_path, "report_id,intake_id\npolice/1,shelter/2\n")
    out = elijah("evaluate", "--truth", wrong, "--plots", tmp_path / "plots").out
    assert "recall@10            0.000  [0.000, 0.000]" in out
    assert "worst false positives:\n  police/1 ~ shelter/1: rank 1, likely" in out
    assert "worst misses:\n  police/1 ~ shelter/2: not brought up, unlikely" in out
    assert "missed, not brought up: 1" in out
    assert "same name" in out or "same sounds" in out
    assert "written:" in out


def test_brothers_and_sisters_of_the_truth_file_are_told_of(elijah: Elijah, tmp_path: Path) -> None:
    loaded(elijah, tmp_path)
    family = truth(tmp_path, "report_id,intake_id,relation\npolice/1,shelter/1,same_family\n")
    out = elijah("evaluate", "--truth", family).out
    assert "brothers and sisters: 1 pairs, 1 called likely (1.000)" in out
    assert "known as brothers or sisters" in out
    assert "worst misses: none" in out


def test_a_truth_file_that_is_missing_or_wrong_is_refused(elijah: Elijah, tmp_path: Path) -> None:
    loaded(elijah, tmp_path)
    wrong = (tmp_path / "none.csv", truth(tmp_path, "a,b\n"))
    for path in wrong:
        done = elijah("evaluate", "--truth", path)
        assert done.code == 2
        assert path.name in done.err
