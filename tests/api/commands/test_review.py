"""`elijah reconcile` and `elijah review`: the queue and what people say."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.api.commands.running import Elijah
from tests.api.commands.samples import loaded
from tests.indexer.world import INTAKE, REPORT


@pytest.fixture
def match_id(elijah: Elijah, tmp_path: Path) -> int:
    loaded(elijah, tmp_path)
    assert elijah("reconcile", "--json").json["new"] == 1
    (match,) = elijah("review", "list", "--json").json["matches"]
    found: int = match["id"]
    return found


def test_a_second_night_finds_nothing_new(elijah: Elijah, match_id: int) -> None:
    assert elijah("reconcile", "--json").json["new"] == 0
    assert elijah("reconcile", "--full", "--json").json["new"] == 0


def test_a_plan_says_what_the_night_would_compare_and_leaves_it_to_do(elijah: Elijah, tmp_path: Path) -> None:
    loaded(elijah, tmp_path)
    planned = elijah("reconcile", "--plan", "--json").json
    assert (planned["reports"], planned["pairs"] > 0) == (1, True)
    assert "1 reports and" in elijah("reconcile", "--plan").out
    assert elijah("review", "list", "--json").json["matches"] == []
    assert elijah("reconcile", "--json").json["pairs"] == planned["pairs"]


def test_the_night_leaves_a_report_where_it_is_told_to(elijah: Elijah, tmp_path: Path) -> None:
    loaded(elijah, tmp_path)
    done = elijah("reconcile", "--report", tmp_path / "mornings", "--json")
    folder = Path(done.json["report"])
    assert folder.parent == tmp_path / "mornings"
    with (folder / "matches.csv").open(encoding="utf-8", newline="") as file:
        assert [row["report_id"] for row in csv.DictReader(file)] == ["police/1"]


def test_a_stopped_record_ends_with_a_finding(elijah: Elijah, tmp_path: Path) -> None:
    loaded(elijah, tmp_path, *({**REPORT, "record_id": f"police/{number}"} for number in range(55)), INTAKE)
    done = elijah("reconcile")
    assert done.code == 1
    assert "shelter/1" in done.err


def test_a_decision_and_its_reason_are_kept_and_can_be_undone(elijah: Elijah, match_id: int) -> None:
    decided = elijah("review", "decide", match_id, "confirmed", "--reason", "the mother came", "--by", "dara", "--json")
    assert decided.json["status"] == "confirmed"
    undone = elijah("review", "decide", match_id, "undo", "--by", "dara", "--json")
    assert undone.json["status"] == "potential"
    history = [(step["decision"], step["by"], step["reason"]) for step in undone.json["history"]]
    assert history == [("confirmed", "dara", "the mother came"), ("undo", "dara", "")]


def test_not_a_match_leaves_the_queue_and_stays_out(elijah: Elijah, match_id: int) -> None:
    elijah("review", "decide", match_id, "not_a_match")
    elijah("reconcile", "--full")
    assert elijah("review", "list", "--json").json["matches"] == []
    assert elijah("review", "list", "--status", "not_a_match", "--json").json["total"] == 1


def test_one_match_is_shown_with_its_evidence(elijah: Elijah, match_id: int) -> None:
    shown = elijah("review", "show", match_id)
    assert "police/1 ~ shelter/1" in shown.out
    assert "name" in shown.out


@pytest.mark.parametrize("match", ["999", "x", "-1", "1e9"])
def test_an_unknown_match_is_refused_in_words(elijah: Elijah, match_id: int, match: str) -> None:
    done = elijah("review", "show", "--", match)
    assert done.code == 2
    assert "match" in done.err


def test_an_unknown_decision_lists_what_may_be_said(elijah: Elijah, match_id: int) -> None:
    done = elijah("review", "decide", match_id, "maybe")
    assert done.code == 2
    assert "not_a_match" in done.err


def test_undo_without_a_decision_is_refused(elijah: Elijah, match_id: int) -> None:
    done = elijah("review", "decide", match_id, "undo")
    assert done.code == 2
    assert "no decision to undo" in done.err


def test_a_held_match_needs_a_senior_reviewer(elijah: Elijah, tmp_path: Path) -> None:
    loaded(elijah, tmp_path, REPORT, {**INTAKE, "withhold_from": "Chan Sreymom"})
    elijah("reconcile")
    (match,) = elijah("review", "list", "--json").json["matches"]
    assert match["held"]
    refused = elijah("review", "decide", match["id"], "confirmed")
    assert refused.code == 2
    assert "senior" in refused.err
    assert elijah("review", "decide", match["id"], "confirmed", "--senior", "--json").json["status"] == "confirmed"
    assert "Poipet" not in str(elijah("review", "show", match["id"], "--json").json["intake"])
