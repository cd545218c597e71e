"""What people say: append-only, undone step by step, never written over by a machine."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from indexer.errors import ConflictError, NotFoundError
from indexer.store import Decision, Mark, MatchStatus, Saying, Store, StoredMatch, possible_decisions
from indexer.store.tables import decisions
from matcher.errors import InputError
from matcher.record import Kind
from tests.indexer.store.builders import DAY, day, entry, match_of, pair, put, save, say, scored

UNDO, CONFIRMED, VERIFIED, REUNITED = Decision.UNDO, Decision.CONFIRMED, Decision.VERIFIED, Decision.REUNITED
NOT_A_MATCH, UNSURE = Decision.NOT_A_MATCH, Decision.UNSURE


def said(store: Store, match: StoredMatch) -> list[tuple[str, str, str, bool]]:
    """(decision, before, after, undone) of each step of a match."""
    return [(row.decision, row.status_before, row.status_after, row.undone) for row in store.match_history(match.id)]


def status(store: Store, match: StoredMatch) -> str:
    after = store.get_match(match.id)
    assert after is not None
    return after.status.value


def rows(store: Store) -> list[tuple[Any, ...]]:
    """Every row of the decisions, as the database has them."""
    with store._database.reading() as connection:
        return [tuple(row) for row in connection.execute(select(decisions).order_by(decisions.c.id))]


def test_a_decision_is_kept_with_who_why_and_when(store: Store) -> None:
    match = say(store, pair(store), CONFIRMED, reason="ម្តាយស្គាល់", by="Bopha", at=day(1))
    assert (match.status, match.updated_at) == (MatchStatus.CONFIRMED, day(1))
    [row] = store.match_history(match.id)
    assert (row.decision, row.reason, row.by, row.at) == ("confirmed", "ម្តាយស្គាល់", "Bopha", day(1))


def test_a_match_that_is_not_there_cannot_be_decided(store: Store) -> None:
    with pytest.raises(NotFoundError, match="no match 77"):
        store.decide(77, Saying(CONFIRMED), at=DAY)


@pytest.mark.parametrize("decision", [one for one in Decision if one is not UNDO])
@pytest.mark.parametrize("before", [CONFIRMED, NOT_A_MATCH, Decision.SAME_FAMILY, UNSURE, Decision.HANDED_ON, None])
def test_what_a_form_offers_is_what_may_be_said(store: Store, before: Decision | None, decision: Decision) -> None:
    match = pair(store)
    standing = say(store, match, before).status if before else match.status
    if decision in possible_decisions(standing):
        assert say(store, match, decision).status.value == decision.value
    else:
        with pytest.raises(ConflictError):
            say(store, match, decision)
        assert status(store, match) == standing.value


def test_verified_and_reunited_come_only_after_confirmed(store: Store) -> None:
    match = pair(store)
    for decision in (VERIFIED, REUNITED):
        with pytest.raises(ConflictError, match="confirm it first"):
            say(store, match, decision)
    for decision in (CONFIRMED, VERIFIED, REUNITED):
        say(store, match, decision)
    assert status(store, match) == "reunited"


def test_saying_the_same_twice_is_a_conflict(store: Store) -> None:
    match = say(store, pair(store), CONFIRMED)
    with pytest.raises(ConflictError, match="already confirmed"):
        say(store, match, CONFIRMED)
    assert len(store.match_history(match.id)) == 1


def test_a_decision_on_what_somebody_else_decided_meanwhile_is_a_conflict(store: Store) -> None:
    match = pair(store)
    say(store, match, UNSURE, seen_decision=0)
    with pytest.raises(ConflictError, match="somebody else decided"):
        say(store, match, CONFIRMED, seen_decision=0)
    last = store.match_history(match.id)[-1].id
    assert say(store, match, CONFIRMED, seen_decision=last).status is MatchStatus.CONFIRMED


@pytest.mark.parametrize("decision", [CONFIRMED, VERIFIED, REUNITED])
def test_a_held_match_is_confirmed_by_a_senior_reviewer_only(store: Store, decision: Decision) -> None:
    match = pair(store, held=True)
    if decision is not CONFIRMED:
        say(store, match, CONFIRMED, senior=True)
    with pytest.raises(InputError, match="senior reviewer") as caught:
        say(store, match, decision)
    assert caught.value.column == "senior"
    assert say(store, match, decision, senior=True).status.value == decision.value


def test_anybody_may_turn_a_held_match_down_or_hand_it_on(store: Store) -> None:
    assert say(store, pair(store, held=True), NOT_A_MATCH).status is MatchStatus.NOT_A_MATCH
    assert say(store, match_of(store, "police/1", "shelter/1"), Decision.HANDED_ON).status is MatchStatus.HANDED_ON


def test_a_reason_that_is_too_long_is_refused_and_nothing_is_written(store: Store) -> None:
    match = pair(store)
    with pytest.raises(InputError, match="shorten it") as caught:
        say(store, match, CONFIRMED, reason="x" * 4_001)
    assert caught.value.column == "reason"
    assert said(store, match) == []
    assert say(store, match, CONFIRMED, reason="x" * 4_000).status is MatchStatus.CONFIRMED


@pytest.mark.parametrize("how", [{"reason": "she\0knew"}, {"by": "Bo\0pha"}], ids=["reason", "by"])
def test_a_character_that_no_database_keeps_is_refused_and_nothing_is_written(
    store: Store, how: dict[str, str]
) -> None:
    match = pair(store)
    with pytest.raises(InputError, match="cannot be stored"):
        say(store, match, CONFIRMED, **how)
    assert said(store, match) == []


# undo


def test_undo_takes_steps_back_one_by_one_and_the_history_keeps_them_all(store: Store) -> None:
    match = pair(store)
    for decision in (UNSURE, CONFIRMED, VERIFIED):
        say(store, match, decision)
    for after in ("confirmed", "unsure", "potential"):
        assert say(store, match, UNDO).status.value == after
    with pytest.raises(ConflictError, match="no decision to undo"):
        say(store, match, UNDO)
    assert said(store, match) == [
        ("unsure", "potential", "unsure", True),
        ("confirmed", "unsure", "confirmed", True),
        ("verified", "confirmed", "verified", True),
        ("undo", "verified", "confirmed", False),
        ("undo", "confirmed", "unsure", False),
        ("undo", "unsure", "potential", False),
    ]


def test_a_decision_after_an_undo_is_the_next_to_be_undone(store: Store) -> None:
    match = pair(store)
    say(store, match, UNSURE)
    say(store, match, CONFIRMED)
    say(store, match, UNDO)
    say(store, match, NOT_A_MATCH)
    assert say(store, match, UNDO).status is MatchStatus.UNSURE
    assert say(store, match, UNDO).status is MatchStatus.POTENTIAL


def test_there_is_nothing_to_undo_before_a_decision_nor_of_what_the_machine_did(store: Store) -> None:
    match = pair(store)
    with pytest.raises(ConflictError, match="no decision to undo"):
        say(store, match, UNDO)
    say(store, match, NOT_A_MATCH)
    save(store, scored(store, "police/1", "shelter/1", compared_hash="changed"))
    with pytest.raises(ConflictError, match="no decision to undo"):
        say(store, match, UNDO)
    assert status(store, match) == "potential"


def test_an_undone_not_a_match_is_an_open_question_again(store: Store) -> None:
    match = say(store, pair(store), NOT_A_MATCH)
    assert say(store, match, UNDO).status is MatchStatus.POTENTIAL
    assert save(store, scored(store, "police/1", "shelter/1", score=9.0)) == (0, 1, 0)


# reunited


@pytest.fixture
def family(store: Store) -> dict[str, StoredMatch]:
    """A report with three intakes, the first of which is also a match of another report; the rest of the world is elsewhere."""
    matches = {
        "home": pair(store, "police/1", "shelter/1"),
        "same report": pair(store, "police/1", "shelter/2"),
        "turned down": pair(store, "police/1", "shelter/3"),
        "same intake": pair(store, "police/2", "shelter/1"),
        "elsewhere": pair(store, "police/3", "shelter/9"),
    }
    say(store, matches["turned down"], NOT_A_MATCH)
    say(store, matches["same intake"], UNSURE)
    say(store, matches["home"], CONFIRMED)
    return matches


def test_a_reunion_closes_the_open_matches_of_both_and_nothing_else(
    store: Store, family: dict[str, StoredMatch]
) -> None:
    say(store, family["home"], REUNITED)
    assert {name: status(store, match) for name, match in family.items()} == {
        "home": "reunited",
        "same report": "reunited_elsewhere",
        "turned down": "not_a_match",
        "same intake": "reunited_elsewhere",
        "elsewhere": "potential",
    }


def test_undoing_a_reunion_opens_what_it_closed_as_it_was(store: Store, family: dict[str, StoredMatch]) -> None:
    before = {name: status(store, match) for name, match in family.items()}
    say(store, family["home"], REUNITED)
    say(store, family["home"], UNDO)
    assert {name: status(store, match) for name, match in family.items()} == before
    assert said(store, family["same intake"]) == [
        ("unsure", "potential", "unsure", False),
        ("reunited_elsewhere", "unsure", "reunited_elsewhere", True),
        ("undo", "reunited_elsewhere", "unsure", False),
    ]


def test_a_reunion_can_be_undone_and_said_again(store: Store, family: dict[str, StoredMatch]) -> None:
    for _ in range(3):
        say(store, family["home"], REUNITED)
        assert status(store, family["same report"]) == "reunited_elsewhere"
        say(store, family["home"], UNDO)
        assert status(store, family["same report"]) == "potential"


def test_what_somebody_decided_since_is_left_when_a_reunion_is_undone(
    store: Store, family: dict[str, StoredMatch]
) -> None:
    say(store, family["home"], REUNITED)
    say(store, family["same report"], NOT_A_MATCH)
    say(store, family["home"], UNDO)
    assert status(store, family["same report"]) == "not_a_match"
    assert status(store, family["same intake"]) == "unsure"


def test_a_reunion_is_undone_and_never_decided_over(store: Store, family: dict[str, StoredMatch]) -> None:
    say(store, family["home"], REUNITED)
    for decision in possible_decisions(MatchStatus.POTENTIAL):
        with pytest.raises(ConflictError, match="undo that first"):
            say(store, family["home"], decision)
    assert possible_decisions(MatchStatus.REUNITED) == ()


def test_what_follows_from_a_reunion_cannot_be_undone_by_itself(store: Store, family: dict[str, StoredMatch]) -> None:
    say(store, family["home"], REUNITED)
    with pytest.raises(ConflictError, match="no decision to undo"):
        say(store, family["same report"], UNDO)


def test_the_reason_of_a_reunion_is_not_copied_to_other_children(store: Store, family: dict[str, StoredMatch]) -> None:
    say(store, family["home"], REUNITED, reason="the aunt took her home", by="Bopha")
    say(store, family["home"], UNDO, reason="it was not the aunt")
    for name in ("same report", "same intake"):
        assert all("aunt" not in row.reason for row in store.match_history(family[name].id))


def test_after_an_undone_reunion_the_night_compares_both_again(store: Store, family: dict[str, StoredMatch]) -> None:
    numbers = [stored.number for stored in store.records()]
    store.save_reconciled([], [Mark(number, 1, "m1") for number in numbers], [], at=DAY)
    say(store, family["home"], REUNITED)
    assert not store.pending("m1", Kind.REPORT).numbers
    say(store, family["home"], UNDO)
    assert list(store.pending("m1", Kind.REPORT).numbers) == [family["home"].report_number]
    assert list(store.pending("m1", Kind.INTAKE).numbers) == [family["home"].intake_number]


# properties


sayings = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(Decision), st.booleans()) | st.just(("machine",)), max_size=14
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sayings=sayings)
def test_whatever_is_said_history_only_grows_and_tells_where_each_match_stands(
    store: Store, sayings: list[tuple[Any, ...]]
) -> None:
    turn = store.last_number()
    ids = [(f"police/{turn}", f"shelter/{turn}-{i}") for i in range(3)]
    matches = [pair(store, *pair_of_ids) for pair_of_ids in ids]
    before = rows(store)
    for step in sayings:
        if step == ("machine",):
            put(store, entry("other/1", age=str(len(before))))
            save(store, *(scored(store, *pair_of_ids, compared_hash=str(len(before))) for pair_of_ids in ids))
        else:
            which, decision, senior = step
            try:
                store.decide(matches[which].id, Saying(decision, senior=senior), at=DAY)
            except ConflictError:
                assert rows(store) == before
        after = rows(store)
        assert after[: len(before)] == before
        before = after
        for match in matches:
            history = store.match_history(match.id)
            stations = ["potential", *(row.status_after for row in history)]
            assert [row.status_before for row in history] == stations[:-1]
            assert status(store, match) == (history[-1].status_after if history else "potential")
