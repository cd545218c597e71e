"""Measuring the matches against known pairs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import worst
from indexer.evaluation import Evaluation, evaluate, precision_recall
from indexer.reconcile import reconcile
from indexer.truth import Pair, Truth
from matcher.errors import InputError
from matcher.scoring import Scorer
from tests.indexer.world import AT, INTAKE, REPORT, STRANGER, opened

PAIR = ("police/1", "shelter/1")
TRUTH = Truth.of([PAIR])
SISTER: dict[str, object] = {
    **INTAKE, "record_id": "shelter/3", "full_name": "Sok Sreypov", "sex": "F", "date_of_birth": "2017-01-09",
}  # fmt: skip
# The same child as `INTAKE`, told again in another shelter.
AGAIN: dict[str, object] = {**INTAKE, "record_id": "shelter/4", "full_name": "Dara"}


def evaluated(
    home: Path, rows: Sequence[dict[str, object]], same: Sequence[Pair], family: Sequence[Pair] = ()
) -> Evaluation:
    with opened(home, *rows) as installation:
        return evaluate(installation, Truth.of(same, family))


def figures(outcome: Evaluation) -> Any:
    return outcome.to_json()


def test_a_pair_ranked_first_counts_in_every_figure(tmp_path: Path) -> None:
    found = figures(evaluated(tmp_path / "home", [REPORT, INTAKE, STRANGER], [PAIR]))
    assert (found["pairs"], found["reports"]) == (1, 1)
    assert found["recall"] == {"@1": 1.0, "@5": 1.0, "@10": 1.0, "@20": 1.0}
    assert (found["mrr"], found["retrieval_recall"]) == (1.0, 1.0)
    assert found["likelihood"]["likely"] == {"matches": 1, "precision": 1.0, "recall": 1.0}
    assert found["intervals"]["recall"]["@10"] == [1.0, 1.0]
    assert found["intervals"]["precision_at_likely"] == [1.0, 1.0]
    assert found["missed"] == {}


def test_where_there_is_nothing_to_measure_the_figure_is_null_not_a_number(tmp_path: Path) -> None:
    found = figures(evaluated(tmp_path / "home", [INTAKE], []))
    assert (found["pairs"], found["reports"]) == (0, 0)
    assert [found[name] for name in ("mrr", "retrieval_recall", "calibration_error", "kept_calibration_error")] == [
        None
    ] * 4
    assert found["intervals"] == {
        "recall": dict.fromkeys(("@1", "@5", "@10", "@20")), "mrr": None, "retrieval_recall": None,
        "precision_at_likely": None,
    }  # fmt: skip
    assert found["likelihood"]["likely"] == {"matches": 0, "precision": None, "recall": None}
    assert found["siblings"]["called_likely_share"] is None


def test_the_intervals_hold_the_value_and_are_the_same_every_time(tmp_path: Path) -> None:
    rows = [REPORT, INTAKE, STRANGER, {**REPORT, "record_id": "police/2", "full_name": "លី សុភា"}]
    with opened(tmp_path / "home", *rows) as installation:
        truth = Truth.of([PAIR, ("police/2", "shelter/2")])
        first, second = (figures(evaluate(installation, truth)) for _ in range(2))
    assert first == second
    low, high = first["intervals"]["recall"]["@1"]
    assert (low, first["recall"]["@1"], high) == (0.0, 0.5, 1.0)


def test_a_report_without_candidates_is_counted(tmp_path: Path) -> None:
    found = figures(evaluated(tmp_path / "home", [REPORT], []))
    assert (found["reports"], found["calibration_error"]) == (1, None)


def test_brothers_and_sisters_of_the_truth_file_are_counted_by_what_they_were_taken_for(tmp_path: Path) -> None:
    outcome = evaluated(tmp_path / "home", [REPORT, INTAKE, SISTER], [PAIR], [("police/1", "shelter/3")])
    assert figures(outcome)["siblings"] == {
        "pairs": 1, "brought_up": 1, "called_likely": 0, "called_likely_share": 0.0, "called_same_family": 1,
    }  # fmt: skip
    (sister,) = outcome.examples()["false_positives"]
    assert sister["relation"] == "same_family"


def test_a_sibling_that_is_called_likely_is_counted_against_all_known_siblings(tmp_path: Path) -> None:
    family = [PAIR, ("police/1", "shelter/2")]
    outcome = evaluated(tmp_path / "home", [REPORT, INTAKE, STRANGER], [], family)
    assert figures(outcome)["siblings"]["called_likely_share"] == 0.5


def test_the_better_of_two_true_intakes_gives_the_reciprocal_rank_and_the_other_is_no_miss(tmp_path: Path) -> None:
    outcome = evaluated(tmp_path / "home", [REPORT, INTAKE, AGAIN, STRANGER], [PAIR, ("police/1", "shelter/4")])
    found = figures(outcome)
    assert (found["recall"]["@1"], found["mrr"], found["missed"]) == (0.5, 1.0, {})


def test_a_known_pair_that_is_not_brought_up_is_a_miss_with_the_evidence_that_it_has(tmp_path: Path) -> None:
    outcome = evaluated(tmp_path / "home", [REPORT, STRANGER], [("police/1", "shelter/2")])
    assert figures(outcome)["mrr"] == 0.0
    (miss,) = outcome.examples()["misses"]
    assert [miss[name] for name in ("report_id", "intake_id", "rank", "why")] == [
        "police/1", "shelter/2", None, "not_brought_up",
    ]  # fmt: skip
    evidence: Any = miss["evidence"]
    assert {row["comparison"] for row in evidence} >= {"name", "sex", "birth"}
    assert miss["score"] == pytest.approx(float(str(miss["prior"])) + sum(row["weight"] for row in evidence))


def test_a_known_pair_behind_another_child_is_a_miss_with_its_rank(tmp_path: Path) -> None:
    outcome = evaluated(tmp_path / "home", [REPORT, INTAKE, SISTER], [("police/1", "shelter/3")])
    (miss,) = outcome.examples()["misses"]
    assert (miss["rank"], miss["why"], miss["likelihood"]) == (2, "ranked_below", "unlikely")
    assert figures(outcome)["missed"] == {"ranked_below": 1}


@pytest.mark.parametrize(
    ("intake", "why"),
    [
        ({**INTAKE, "consent_for_tracing": "false"}, "no_consent"),
        ({**INTAKE, "status": "closed"}, "not_open"),
        ({**INTAKE, "record_id": "shelter/9"}, "not_loaded"),
        ({**INTAKE, "kind": "report", "found_date": "", "found_place": ""}, "not_loaded"),
    ],
)
def test_a_pair_that_nobody_could_find_says_why_and_shows_nothing_of_the_child(
    tmp_path: Path, intake: dict[str, object], why: str
) -> None:
    outcome = evaluated(tmp_path / "home", [REPORT, intake], [PAIR])
    assert figures(outcome)["missed"] == {why: 1}
    (miss,) = outcome.examples()["misses"]
    assert miss == {
        "report_id": "police/1",
        "intake_id": "shelter/1",
        "rank": None,
        "why": why,
        "relation": "same_child",
    }


def test_where_somebody_must_not_learn_where_the_child_is_the_example_does_not_say_it(tmp_path: Path) -> None:
    held = {**INTAKE, "withhold_from": "ចាន់ ស្រីមុំ", "found_place": "Poipet border post"}
    outcome = evaluated(tmp_path / "home", [REPORT, held], [])
    (wrong,) = outcome.examples()["false_positives"]
    assert wrong["held"]
    assert "border post" not in str(wrong)


def test_a_wrong_match_is_listed_with_its_probability_and_evidence(tmp_path: Path) -> None:
    (wrong,) = evaluated(tmp_path / "home", [REPORT, INTAKE], []).examples()["false_positives"]
    assert (wrong["report_id"], wrong["intake_id"], wrong["rank"], wrong["relation"]) == (*PAIR, 1, "")
    assert wrong["likelihood"] == "likely"
    assert wrong["evidence"]


def test_the_most_confident_mistake_comes_first(tmp_path: Path) -> None:
    wrong = evaluated(tmp_path / "home", [REPORT, SISTER, INTAKE], []).examples()["false_positives"]
    assert [row["intake_id"] for row in wrong] == ["shelter/1", "shelter/3"]


def test_only_the_examples_that_are_listed_are_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    explained = []
    explain = Scorer.explain
    monkeypatch.setattr(Scorer, "explain", lambda *args, **kw: explained.append(1) or explain(*args, **kw))  # type: ignore[func-returns-value]  # counts and goes on
    many = [{**INTAKE, "record_id": f"shelter/{number}"} for number in range(40)]
    outcome = evaluated(tmp_path / "home", [REPORT, *many], [])
    assert len(outcome.rankings.rank) == 40
    assert len(outcome.worst.false_positives) == worst.LISTED
    assert len(explained) == worst.LISTED


def test_what_was_kept_for_review_does_not_count_as_brought_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A retrieval that misses everything.
    with opened(tmp_path / "home", REPORT, INTAKE) as installation:
        reconcile(installation, at=AT)
        assert installation.store.list_matches().total == 1
        monkeypatch.setattr(installation.index, "candidates_many", lambda queries: [[] for _ in queries])
        assert figures(evaluate(installation, TRUTH))["retrieval_recall"] == 0.0


def test_the_ranking_is_that_of_a_search(tmp_path: Path) -> None:
    with opened(tmp_path / "home", REPORT, INTAKE, STRANGER, SISTER, AGAIN) as installation:
        searched = installation.match("police/1", limit=50).matches
        ((report, ranked),) = evaluate(installation, TRUTH).rankings.rows()
    assert report == "police/1"
    assert ranked == [(match.record_id, match.probability) for match in searched]


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    with opened(tmp_path / "home", REPORT, INTAKE) as installation:
        evaluate(installation, TRUTH, lambda done, total: told.append((done, total)))
    assert told == [(1, 1)]


@pytest.mark.parametrize("truth", [Truth.of([("police/99", "shelter/1")]), Truth.of([], [("police/99", "shelter/1")])])
def test_a_report_that_is_not_loaded_is_named_as_a_mistake_of_the_truth_file(tmp_path: Path, truth: Truth) -> None:
    with opened(tmp_path / "home", REPORT) as installation, pytest.raises(InputError, match="load them first"):
        evaluate(installation, truth)


def test_precision_and_recall_at_every_cut() -> None:
    found = precision_recall(np.array([0.9, 0.8, 0.7]), np.array([True, False, True]), 2)
    assert found.tolist() == [[0.5, 1.0], [0.5, 0.5], [1.0, pytest.approx(2 / 3)]]


def test_pairs_of_one_probability_are_taken_together() -> None:
    found = precision_recall(np.array([0.8, 0.9, 0.8]), np.array([True, False, True]), 2)
    assert found.tolist() == [[0.0, 0.0], [1.0, pytest.approx(2 / 3)]]


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.5, 0.5001, 0.9]), st.booleans()), max_size=30))
def test_recall_rises_to_the_share_that_was_brought_up(pairs: list[tuple[float, bool]]) -> None:
    probabilities, outcomes = np.array([p for p, _ in pairs]), np.array([t for _, t in pairs], dtype=bool)
    found = precision_recall(probabilities, outcomes, 40)
    assert len(found) == len(set(probabilities.tolist()))
    assert (np.diff(found[:, 0]) >= 0).all()
    if pairs:
        assert found[-1, 0] == outcomes.sum() / 40
