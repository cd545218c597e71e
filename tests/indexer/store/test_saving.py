"""Scored pairs are kept by pair; what a person decided is never written over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indexer.store import Decision, Mark, MatchFilter, MatchStatus, Store
from tests.indexer.store.builders import DAY, day, entry, match_of, number_of, pair, put, save, say, scored

CHANGED = "as compared after a change"
SHELTER = frozenset({"shelter"})


def steps(store: Store, match_id: int) -> list[tuple[str, str, str, str]]:
    """(decision, by, before, after) of a match's history."""
    return [(row.decision, row.by, row.status_before, row.status_after) for row in store.match_history(match_id)]


def test_a_new_pair_is_kept_as_it_was_scored(store: Store) -> None:
    match = pair(store, payload={"evidence": [{"candidate_value": "សុខ"}]}, held=True, likelihood="likely")
    assert (match.report_id, match.intake_id, match.status) == ("police/1", "shelter/1", MatchStatus.POTENTIAL)
    assert (match.score, match.probability, match.likelihood, match.coverage) == (5.0, 0.8, "likely", 0.5)
    assert (match.held, match.outcome, match.model) == (True, "same_child", "m1")
    assert match.payload == {"evidence": [{"candidate_value": "សុខ"}]}
    assert (match.latest_score, match.latest_probability) == (5.0, 0.8)
    assert (match.created_at, match.updated_at) == (DAY, DAY)
    assert store.get_match(match.id) == match
    assert store.match_history(match.id) == []


def test_the_same_pair_again_is_one_match_and_no_news(store: Store) -> None:
    match = pair(store)
    assert save(store, scored(store, "police/1", "shelter/1"), at=day(1)) == (0, 0, 0)
    assert store.list_matches().matches == (match,)


def test_a_pair_given_twice_at_once_is_kept_once_as_last_given(store: Store) -> None:
    put(store, entry("police/1", kind="report"), entry("shelter/1"))
    row = scored(store, "police/1", "shelter/1")
    assert save(store, row, replace(row, score=7.0)) == (1, 0, 0)
    assert [match.score for match in store.list_matches().matches] == [7.0]


@pytest.mark.parametrize(
    "changed",
    [{"score": 6.0}, {"compared_hash": CHANGED}, {"model": "m2"}, {"held": True}],
    ids=lambda one: next(iter(one)),
)
def test_an_undecided_pair_follows_what_was_scored_last(store: Store, changed: dict[str, object]) -> None:
    match = pair(store)
    row = scored(store, "police/1", "shelter/1", payload={"now": True}, **changed)
    assert save(store, row, at=day(1)) == (0, 1, 0)
    after = match_of(store, "police/1", "shelter/1")
    assert (after.id, after.status, after.payload) == (match.id, MatchStatus.POTENTIAL, {"now": True})
    assert (after.created_at, after.updated_at) == (DAY, day(1))
    assert store.match_history(match.id) == []


@pytest.mark.parametrize("decision", [one for one in Decision if one not in (Decision.UNDO, Decision.NOT_A_MATCH)])
def test_a_decided_pair_keeps_what_was_decided_on_and_only_notes_the_latest_score(
    store: Store, decision: Decision
) -> None:
    match = pair(store)
    if decision in (Decision.VERIFIED, Decision.REUNITED):
        say(store, match, Decision.CONFIRMED)
    decided = say(store, match, decision)
    row = scored(
        store, "police/1", "shelter/1", score=-3.0, probability=0.1, likelihood="unlikely", compared_hash=CHANGED
    )
    assert save(store, row, at=day(1)) == (0, 0, 1)
    after = store.get_match(match.id)
    assert after == replace(decided, latest_score=-3.0, latest_probability=0.1)


def test_not_a_match_stays_said_however_often_the_same_is_compared(store: Store) -> None:
    match = say(store, pair(store), Decision.NOT_A_MATCH)
    for turn in range(3):
        row = scored(store, "police/1", "shelter/1", score=9.0 + turn, probability=0.99, model=f"m{turn}")
        assert save(store, row, at=day(turn)) == (0, 0, 1)
    after = store.get_match(match.id)
    assert after is not None
    assert (after.status, after.score, after.latest_score) == (MatchStatus.NOT_A_MATCH, 5.0, 11.0)


def test_not_a_match_ends_when_what_is_compared_changes_and_the_history_says_why(store: Store) -> None:
    match = say(store, pair(store), Decision.NOT_A_MATCH, by="Bopha")
    row = scored(store, "police/1", "shelter/1", compared_hash=CHANGED, score=8.0)
    assert save(store, row, at=day(1)) == (0, 1, 0)
    after = store.get_match(match.id)
    assert after is not None
    assert (after.status, after.score) == (MatchStatus.POTENTIAL, 8.0)
    assert steps(store, match.id) == [
        ("not_a_match", "Bopha", "potential", "not_a_match"),
        ("reopened", "elijah", "not_a_match", "potential"),
    ]
    assert store.match_history(match.id)[1].reason == "what is compared has changed"


def test_after_it_was_reopened_not_a_match_can_be_said_of_the_new_state_and_stays(store: Store) -> None:
    match = say(store, pair(store), Decision.NOT_A_MATCH)
    changed = scored(store, "police/1", "shelter/1", compared_hash=CHANGED)
    save(store, changed)
    say(store, match, Decision.NOT_A_MATCH)
    assert save(store, changed) == (0, 0, 1)


def test_a_pair_that_is_no_longer_possible_is_superseded_and_comes_back_when_it_is_found_again(store: Store) -> None:
    match = pair(store)
    faded = [(match.report_number, match.intake_number)]
    assert store.save_reconciled([], [], faded, at=day(1))[1] == 1
    assert match_of(store, "police/1", "shelter/1").status is MatchStatus.SUPERSEDED
    assert store.save_reconciled([], [], faded, at=day(2))[1] == 0
    assert save(store, scored(store, "police/1", "shelter/1"), at=day(3)) == (0, 1, 0)
    assert match_of(store, "police/1", "shelter/1").status is MatchStatus.POTENTIAL
    assert steps(store, match.id) == [("reopened", "elijah", "superseded", "potential")]


def test_a_decided_pair_is_never_superseded(store: Store) -> None:
    match = say(store, pair(store), Decision.UNSURE)
    faded = [(match.report_number, match.intake_number)]
    assert store.save_reconciled([], [], faded, at=day(1))[1] == 0
    assert store.get_match(match.id) == match


def test_the_undecided_matches_of_closed_records_leave_the_queue(store: Store) -> None:
    for report, intake in (("police/1", "shelter/1"), ("police/2", "shelter/2"), ("police/3", "shelter/3")):
        pair(store, report, intake)
    say(store, match_of(store, "police/2", "shelter/2"), Decision.CONFIRMED)
    put(store, entry("police/1", kind="report", status="closed"), entry("shelter/2", status="closed"))
    assert store.supersede_closed(at=day(1)) == 1
    standing = {match.report_id: match.status.value for match in store.list_matches().matches}
    assert standing == {"police/1": "superseded", "police/2": "confirmed", "police/3": "potential"}


@pytest.mark.parametrize("who", ["police/1", "shelter/1"])
def test_a_pair_with_a_record_that_changed_while_it_was_scored_is_left_to_the_next_night(
    store: Store, who: str
) -> None:
    # The change may be that somebody must not learn where the child is: what was scored before does not know that.
    put(store, entry("police/1", kind="report"), entry("shelter/1"))
    row = scored(store, "police/1", "shelter/1")
    put(store, entry(who, kind="report" if who == "police/1" else "intake", withhold_from="the uncle"))
    assert save(store, row) == (0, 0, 0)
    assert store.list_matches().total == 0


def test_a_pair_with_a_record_that_was_withdrawn_while_it_was_scored_is_left_out(store: Store) -> None:
    put(store, entry("police/1", kind="report"), entry("shelter/1"), entry("shelter/2"))
    rows = [scored(store, "police/1", "shelter/1"), scored(store, "police/1", "shelter/2")]
    gone = number_of(store, "shelter/1")
    store.withdraw("shelter/1", at=DAY)
    marks = [Mark(number_of(store, "police/1"), 1, "m1"), Mark(gone, 1, "m1")]
    saved, _ = store.save_reconciled(rows, marks, [], at=DAY)
    assert (saved.new, saved.updated, saved.kept) == (1, 0, 0)
    assert [match.intake_id for match in store.list_matches().matches] == ["shelter/2"]


def test_a_child_who_is_reunited_becomes_a_possible_match_of_nobody_else(store: Store) -> None:
    match = pair(store)
    say(store, match, Decision.CONFIRMED)
    say(store, match, Decision.REUNITED)
    put(store, entry("police/2", kind="report"), entry("shelter/2"))
    others = [scored(store, "police/2", "shelter/1"), scored(store, "police/1", "shelter/2")]
    free = scored(store, "police/2", "shelter/2")
    assert save(store, *others, free) == (1, 0, 0)
    say(store, match, Decision.UNDO)
    assert save(store, *others, free) == (2, 0, 0)


def test_the_pairs_kept_for_some_records_are_told_with_where_they_stand(store: Store) -> None:
    first = pair(store, "police/1", "shelter/1")
    second = say(store, pair(store, "police/2", "shelter/1"), Decision.UNSURE)
    pair(store, "police/3", "shelter/3")
    kept = store.kept_pairs([first.intake_number])
    assert kept == {
        (first.report_number, first.intake_number): MatchStatus.POTENTIAL,
        (second.report_number, second.intake_number): MatchStatus.UNSURE,
    }
    assert store.kept_pairs([]) == {}


def test_a_block_of_the_night_is_kept_whole_or_not_at_all(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store, entry("police/1", kind="report"), entry("shelter/1"))

    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("indexer.store.reconciliations.mark", fail)
    with pytest.raises(KeyboardInterrupt):
        store.save_reconciled([scored(store, "police/1", "shelter/1")], [Mark(1, 1, "m1")], [], at=DAY)
    assert store.list_matches(MatchFilter(sources=SHELTER)).total == 0
