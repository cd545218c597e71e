"""`elijah evaluate`: figures, plots, and mistakes in the truth file."""

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


def test_the_plots_are_drawn_where_they_are_asked_for(elijah: Elijah, tmp_path: Path) -> None:
    loaded(elijah, tmp_path)
    done = elijah("evaluate", "--truth", truth(tmp_path), "--plots", tmp_path / "plots", "--json")
    assert all(Path(path).exists() for path in done.json["plots"])


def test_in_words_the_worst_are_listed(elijah: Elijah, tmp_path: Path) -> None:
    loaded(elijah, tmp_path)
    out = elijah("evaluate", "--truth", truth(tmp_path, "report_id,intake_id\npolice/1,shelter/2\n")).out
    assert "worst misses" in out
    assert "shelter/2" in out


def test_a_truth_file_that_is_missing_or_wrong_is_refused(elijah: Elijah, tmp_path: Path) -> None:
    loaded(elijah, tmp_path)
    for path in (tmp_path / "none.csv", truth(tmp_path, "a,b\n")):
        done = elijah("evaluate", "--truth", path)
        assert done.code == 2
        assert path.name in done.err
