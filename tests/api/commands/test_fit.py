"""`elijah fit`: shown first, asked before it replaces, undone step by step."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
import pytest

from api.commands import fit as command
from matcher.model import Model
from tests.api.commands.running import Elijah
from tests.api.commands.samples import loaded
from tests.indexer.families import children, known_pairs
from tests.indexer.world import AT

COUNT = 24
SHIPPED = Model.shipped().version


@pytest.fixture
def home(elijah: Elijah, tmp_path: Path) -> Path:
    """A home with some children told twice."""
    loaded(elijah, tmp_path, *children(COUNT))
    return tmp_path / "home"


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    path = tmp_path / "truth.csv"
    lines = [f"{report},{intake}" for report, intake in known_pairs(COUNT)]
    path.write_text("\n".join(["report_id,intake_id", *lines]), encoding="utf-8")
    return path


def at_a_terminal(monkeypatch: pytest.MonkeyPatch, *, says: bool) -> list[str]:
    """Somebody sits there and answers; what they were asked."""
    asked: list[str] = []
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)

    def confirm(text: str, **_: object) -> bool:
        asked.append(text)
        return says

    monkeypatch.setattr(click, "confirm", confirm)
    return asked


def in_use(elijah: Elijah) -> str:
    return str(elijah("match", "police/1", "--json").json["matches"][0]["model"])


def test_old_and_new_weights_stand_side_by_side_with_the_pairs_behind_them(
    elijah: Elijah, home: Path, truth: Path
) -> None:
    out = elijah("fit", "--truth", truth).out
    assert "in use" in out
    assert "fitted" in out
    assert "differs" in out
    assert f"from {COUNT} pairs known to be the same child" in out
    assert "random pairs of open records" in out
    assert "calibration kept" in out
    assert "100 of each are needed" in out


def test_without_a_terminal_and_without_yes_nothing_is_replaced(elijah: Elijah, home: Path, truth: Path) -> None:
    done = elijah("fit", "--truth", truth)
    assert done.code == 1
    assert f"not replaced: {SHIPPED} stays in use" in done.err
    assert not (home / "model.json").exists()


def test_yes_replaces_without_asking_and_says_what_follows(elijah: Elijah, home: Path, truth: Path) -> None:
    done = elijah("fit", "--truth", truth, "--yes")
    assert done.code == 0
    assert "is in use" in done.out
    assert "`elijah reconcile` compares everything again" in done.out
    assert "server" in done.out
    version = json.loads((home / "model.json").read_text(encoding="utf-8"))["version"]
    assert in_use(elijah) == version != SHIPPED
    assert (home / "model.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("says", [True, False])
def test_at_a_terminal_it_asks_and_does_what_it_is_told(
    elijah: Elijah, home: Path, truth: Path, monkeypatch: pytest.MonkeyPatch, says: bool
) -> None:
    asked = at_a_terminal(monkeypatch, says=says)
    done = elijah("fit", "--truth", truth)
    assert len(asked) == 1
    assert SHIPPED in asked[0]
    assert done.code == (0 if says else 1)
    assert (home / "model.json").exists() is says


def test_as_json_it_prints_json_only_never_asks_and_replaces_with_yes_only(
    elijah: Elijah, home: Path, truth: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = at_a_terminal(monkeypatch, says=True)
    shown = elijah("fit", "--truth", truth, "--json")
    assert (shown.code, shown.json["replaced"], shown.json["file"]) == (1, False, None)
    done = elijah("fit", "--truth", truth, "--json", "--yes")
    assert (done.code, done.json["replaced"]) == (0, True)
    assert Path(done.json["file"]) == home / "model.json"
    assert "server" in done.json["note"]
    assert asked == []


def test_undo_goes_back_step_by_step(elijah: Elijah, home: Path, truth: Path) -> None:
    versions = [elijah("fit", "--truth", truth, "--yes", "--json").json["model"] for _ in range(2)]
    assert in_use(elijah) == versions[1]
    assert f"{versions[0]} is in use again" in elijah("fit", "--undo").out
    assert in_use(elijah) == versions[0]
    assert elijah("fit", "--undo", "--json").json["model"] == SHIPPED
    done = elijah("fit", "--undo")
    assert done.code == 2
    assert "nothing to go back to" in done.err


def test_the_next_reconciliation_compares_everything_again(elijah: Elijah, home: Path, truth: Path) -> None:
    assert elijah("reconcile", "--json").json["records"] == 2 * COUNT
    assert elijah("reconcile", "--json").json["records"] == 0
    elijah("fit", "--truth", truth, "--yes")
    again = elijah("reconcile", "--json").json
    assert (again["records"], again["new"]) == (2 * COUNT, 0)
    elijah("fit", "--undo")
    assert elijah("reconcile", "--json").json["records"] == 2 * COUNT


def test_without_known_pairs_em_is_used_and_named(elijah: Elijah, home: Path) -> None:
    shape = elijah("fit", "--json").json
    assert shape["method"] == "em"
    assert "EM finds" in elijah("fit").out


def test_what_was_left_out_of_a_truth_file_is_told(elijah: Elijah, home: Path, truth: Path) -> None:
    truth.write_text(truth.read_text(encoding="utf-8") + "\npolice/999,shelter/999\n", encoding="utf-8")
    assert "left out: 1 pairs, not loaded or no consent" in elijah("fit", "--truth", truth).out


def test_a_fit_on_too_little_is_refused_with_the_number_that_is_needed(elijah: Elijah, tmp_path: Path) -> None:
    loaded(elijah, tmp_path)
    done = elijah("fit", "--yes")
    assert done.code == 2
    assert "20 pairs that are the same child are needed" in done.err
    assert not (tmp_path / "home" / "model.json").exists()


def test_a_damaged_model_is_named_with_the_way_back_and_the_way_back_works(
    elijah: Elijah, home: Path, truth: Path
) -> None:
    elijah("fit", "--truth", truth, "--yes")
    (home / "model.json").write_text('{"format": 1', encoding="utf-8")
    for words in (("match", "police/1"), ("reconcile",), ("fit", "--truth", truth)):
        done = elijah(*words)
        assert done.code == 2
        assert "model.json cannot be used" in done.err
        assert "elijah fit --undo" in done.err
    assert elijah("fit", "--undo").code == 0
    assert in_use(elijah) == SHIPPED


@pytest.mark.parametrize("words", [("--yes",), ("--truth", "pairs.csv")])
def test_undo_with_anything_else_is_refused(elijah: Elijah, words: tuple[str, ...]) -> None:
    done = elijah("fit", "--undo", *words)
    assert done.code == 2
    assert "--undo goes alone" in done.err


def test_a_truth_file_that_is_missing_or_wrong_is_refused(elijah: Elijah, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("a,b\n", encoding="utf-8")
    for path in (tmp_path / "none.csv", wrong):
        done = elijah("fit", "--truth", path)
        assert done.code == 2
        assert path.name in done.err


def test_the_day_of_the_fit_is_that_of_the_commands_clock(
    elijah: Elijah, home: Path, truth: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "now", lambda: AT)
    assert elijah("fit", "--truth", truth, "--json").json["model"] == "own-2026-01-10-1"
