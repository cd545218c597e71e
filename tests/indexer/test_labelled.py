"""What people said of pairs: decisions that stand, and known pairs of a truth file."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.installation import Installation
from indexer.labelled import labelled_pairs
from indexer.reconcile import reconcile
from indexer.store import Decision, MatchFilter, Saying
from indexer.truth import Truth
from tests.indexer.world import AT, INTAKE, REPORT, STRANGER, opened

PAIR = ("police/1", "shelter/1")


def decided(installation: Installation, *decisions: Decision) -> None:
    if not installation.store.list_matches().total:
        reconcile(installation, at=AT)
    match = installation.store.list_matches(MatchFilter(record_id="shelter/1")).matches[0]
    for decision in decisions:
        installation.store.decide(match.id, Saying(decision, by="reviewer"), at=AT)


def numbers(installation: Installation, pair: tuple[str, str]) -> tuple[int, int]:
    report, intake = (installation.store.get(record_id) for record_id in pair)
    assert report
    assert intake
    return report.number, intake.number


@pytest.mark.parametrize(
    ("decisions", "kind"),
    [
        ([Decision.CONFIRMED], "same"),
        ([Decision.CONFIRMED, Decision.VERIFIED], "same"),
        ([Decision.CONFIRMED, Decision.REUNITED], "same"),
        ([Decision.SAME_FAMILY], "family"),
        ([Decision.NOT_A_MATCH], "other"),
        ([Decision.UNSURE], ""),
        ([Decision.HANDED_ON], ""),
        ([Decision.CONFIRMED, Decision.UNDO], ""),
        ([], ""),
    ],
)
def test_a_decision_counts_for_what_it_says_as_long_as_it_stands(
    tmp_path: Path, decisions: list[Decision], kind: str
) -> None:
    with opened(tmp_path / "home", REPORT, INTAKE) as installation:
        decided(installation, *decisions)
        found = labelled_pairs(installation)
        told = {name: getattr(found, name) for name in ("same", "family", "other")}
        assert told == {name: (numbers(installation, PAIR),) if name == kind else () for name in told}


def test_a_reunion_elsewhere_says_nothing_of_this_pair(tmp_path: Path) -> None:
    again = {**REPORT, "record_id": "ngo/1"}
    with opened(tmp_path / "home", REPORT, again, INTAKE) as installation:
        reconcile(installation, at=AT)
        match = installation.store.list_matches(MatchFilter(record_id="police/1")).matches[0]
        for decision in (Decision.CONFIRMED, Decision.REUNITED):
            installation.store.decide(match.id, Saying(decision, by="reviewer"), at=AT)
        found = labelled_pairs(installation)
    assert (len(found.same), len(found.family), len(found.other)) == (1, 0, 0)


def test_a_truth_file_adds_to_the_decisions_and_a_pair_of_both_counts_once(tmp_path: Path) -> None:
    with opened(tmp_path / "home", REPORT, INTAKE, STRANGER) as installation:
        decided(installation, Decision.CONFIRMED)
        found = labelled_pairs(installation, Truth.of([PAIR], [("police/1", "shelter/2")]))
        assert found.same == (numbers(installation, PAIR),)
        assert found.family == (numbers(installation, ("police/1", "shelter/2")),)
        assert found.related == frozenset(found.all)


def test_a_pair_of_which_two_things_are_said_is_left_out_and_counted(tmp_path: Path) -> None:
    with opened(tmp_path / "home", REPORT, INTAKE) as installation:
        decided(installation, Decision.NOT_A_MATCH)
        found = labelled_pairs(installation, Truth.of([PAIR]))
    assert found.all == ()
    assert found.left_out == {"contradicting": 1, "not_loaded_or_no_consent": 0}


def test_a_known_pair_that_is_not_loaded_or_the_wrong_way_round_is_left_out_and_counted(tmp_path: Path) -> None:
    with opened(tmp_path / "home", REPORT, INTAKE) as installation:
        found = labelled_pairs(installation, Truth.of([("police/9", "shelter/1"), ("shelter/1", "police/1")]))
    assert found.all == ()
    assert found.left_out == {"contradicting": 0, "not_loaded_or_no_consent": 2}


def test_a_child_without_consent_teaches_its_owner_only(tmp_path: Path) -> None:
    hidden = {**INTAKE, "consent_for_tracing": "false"}
    with opened(tmp_path / "home", REPORT, hidden) as installation:
        assert labelled_pairs(installation, Truth.of([PAIR])).same == ()
    with opened(tmp_path / "home", own_sources=frozenset({"shelter"})) as owner:
        assert len(labelled_pairs(owner, Truth.of([PAIR])).same) == 1


def test_a_decision_on_a_child_whose_consent_was_taken_back_teaches_nothing_any_more(tmp_path: Path) -> None:
    with opened(tmp_path / "home", REPORT, INTAKE) as installation:
        decided(installation, Decision.CONFIRMED)
        installation.put([{**INTAKE, "consent_for_tracing": "false"}], at=AT)
        assert labelled_pairs(installation).all == ()
