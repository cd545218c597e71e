from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from indexer.errors import ConflictError, NotFoundError, NotPermittedError
from indexer.installation import Installation
from indexer.reconcile import reconcile
from indexer.reviewing import decide, listed, listed_json, match_json, readable_record, reviewed
from indexer.store import Decision, MatchFilter
from matcher.errors import InputError
from tests.indexer.world import AT, INTAKE, NEXT_DAY, REPORT, STRANGER, opened

HIDDEN = {
    **INTAKE,
    "found_place": "Aranyaprathet",
    "caregiver_name": "Kong Srey Pov",
    "description": "now in Aranyaprathet",
}
HELD = {**HIDDEN, "withhold_from": "Chan Sreymom"}


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    """An installation with one kept match, whose id is 1."""
    with opened(tmp_path / "home", REPORT, HIDDEN, STRANGER) as installation:
        reconcile(installation, at=AT)
        yield installation


def test_a_match_is_seen_with_both_records_from_the_reports_side(here: Installation) -> None:
    seen = reviewed(here, 1)
    assert (seen.report.record_id, seen.intake.record_id) == ("police/1", "shelter/1")
    assert seen.match.record_id == "shelter/1"
    assert seen.match.prior + sum(row.weight for row in seen.match.evidence) == pytest.approx(
        seen.match.score, abs=0.01
    )
    assert not seen.held


def test_the_history_grows_and_says_what_was_seen_last(here: Installation) -> None:
    assert reviewed(here, 1).last_decision == 0
    decide(here, 1, Decision.CONFIRMED, reason=" the mother knew him ", by="Srey Leak", at=AT)
    decide(here, 1, Decision.UNDO, by="Srey Leak", at=NEXT_DAY)
    seen = reviewed(here, "1")
    assert [(step.decision, step.reason, step.undone) for step in seen.history] == [
        ("confirmed", "the mother knew him", True),
        ("undo", "", False),
    ]
    assert seen.last_decision == seen.history[-1].id


def test_the_public_shape_has_what_the_command_line_and_http_show(here: Installation) -> None:
    decide(here, 1, Decision.UNSURE, at=AT)
    whole = match_json(here, 1)
    page = listed_json(here, MatchFilter(), limit=10)
    (line,) = page["matches"]
    assert (page["total"], page["limit"], page["offset"]) == (1, 10, 0)
    assert {name: whole[name] for name in line} == line
    assert whole["history"][0]["at"] == AT.isoformat()
    assert whole["report"]["full_name"] == REPORT["full_name"]


@pytest.mark.parametrize("unknown", [2, 0, -1, "", "x", "1 ", "²", "१", "1.0", 2**63, 10**30])
def test_an_unknown_match_is_not_found(here: Installation, unknown: str | int) -> None:
    with pytest.raises(NotFoundError):
        reviewed(here, unknown)
    with pytest.raises(NotFoundError):
        decide(here, unknown, Decision.CONFIRMED, at=AT)


def test_a_match_of_a_withdrawn_record_is_not_found(here: Installation) -> None:
    here.withdraw("shelter/1", at=AT)
    with pytest.raises(NotFoundError):
        reviewed(here, 1)
    assert listed(here, MatchFilter(), limit=10).total == 0


def test_consent_that_is_taken_back_hides_the_match_and_its_record(here: Installation) -> None:
    here.put([{**HIDDEN, "consent_for_tracing": ""}], at=AT)
    assert listed(here, MatchFilter(), limit=10).total == 0
    assert listed(here, MatchFilter(held=False), limit=10).total == 0
    for refused in (lambda: reviewed(here, 1), lambda: readable_record(here, "shelter/1")):
        with pytest.raises(NotPermittedError):
            refused()
    with pytest.raises(NotPermittedError):
        decide(here, 1, Decision.CONFIRMED, at=AT)


def test_the_owner_of_a_child_without_consent_sees_and_decides(tmp_path: Path) -> None:
    secret = {**INTAKE, "consent_for_tracing": "false"}
    with opened(tmp_path / "home", REPORT, secret, own_sources=frozenset({"shelter"})) as here:
        reconcile(here, at=AT)
        assert readable_record(here, "shelter/1").record.full_name == INTAKE["full_name"]
        decide(here, 1, Decision.CONFIRMED, at=AT)
        assert listed(here, MatchFilter(status="confirmed"), limit=10).total == 1


def test_a_record_that_is_not_there_is_not_found(here: Installation) -> None:
    with pytest.raises(NotFoundError):
        readable_record(here, "shelter/9")


def test_withholding_that_is_added_after_the_night_holds_the_match_at_once(here: Installation) -> None:
    assert "Aranyaprathet" in repr(match_json(here, 1))
    here.put([HELD], at=AT)
    seen = reviewed(here, 1)
    assert seen.held
    assert seen.match.held_reasons
    assert not any(word in repr(match_json(here, 1)) for word in ("Aranyaprathet", "Kong Srey Pov"))
    (in_list,) = listed(here, MatchFilter(), limit=10).matches
    assert in_list.held
    assert in_list.intake.found_place == ""


def test_what_was_held_stays_held_until_it_is_compared_again(tmp_path: Path) -> None:
    with opened(tmp_path / "home", REPORT, HELD) as here:
        reconcile(here, at=AT)
        here.put([HIDDEN], at=AT)
        assert reviewed(here, 1).held
        assert "Aranyaprathet" not in repr(match_json(here, 1))
        reconcile(here, at=NEXT_DAY)
        assert not reviewed(here, 1).held


@pytest.mark.parametrize("decision", [Decision.CONFIRMED, Decision.VERIFIED, Decision.REUNITED])
def test_a_held_match_goes_forward_by_a_senior_reviewer_only(here: Installation, decision: Decision) -> None:
    here.put([HELD], at=AT)
    with pytest.raises(NotPermittedError) as refused:
        decide(here, 1, decision, at=AT)
    assert refused.value.column == "senior"
    decide(here, 1, Decision.CONFIRMED, senior=True, at=AT)
    assert reviewed(here, 1).stored.status == "confirmed"


@pytest.mark.parametrize("decision", [Decision.NOT_A_MATCH, Decision.UNSURE, Decision.SAME_FAMILY, Decision.HANDED_ON])
def test_anybody_may_turn_a_held_match_down_or_hand_it_on(here: Installation, decision: Decision) -> None:
    here.put([HELD], at=AT)
    decide(here, 1, decision, at=AT)
    assert reviewed(here, 1).stored.status.value == decision.value


def test_of_two_people_who_saw_the_same_state_one_decides(here: Installation) -> None:
    def say(decision: Decision) -> bool:
        try:
            decide(here, 1, decision, seen_decision=0, at=AT)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(4) as people:
        taken = list(people.map(say, [Decision.CONFIRMED, Decision.NOT_A_MATCH, Decision.UNSURE, Decision.HANDED_ON]))
    assert sum(taken) == 1
    assert len(reviewed(here, 1).history) == 1


@pytest.mark.parametrize("decision", [Decision.VERIFIED, Decision.REUNITED, Decision.UNDO])
def test_what_cannot_follow_is_a_conflict(here: Installation, decision: Decision) -> None:
    with pytest.raises(ConflictError):
        decide(here, 1, decision, at=AT)


def test_a_reason_without_end_is_refused(here: Installation) -> None:
    with pytest.raises(InputError) as refused:
        decide(here, 1, Decision.CONFIRMED, reason="x" * 5000, at=AT)
    assert refused.value.column == "reason"


def test_the_held_filter_follows_the_records_as_they_are_now_page_by_page(tmp_path: Path) -> None:
    intakes = [{**INTAKE, "record_id": f"shelter/{number}"} for number in range(1, 6)]
    with opened(tmp_path / "home", REPORT, *intakes) as here:
        reconcile(here, at=AT)
        here.put([{**HELD, "record_id": f"shelter/{number}"} for number in (2, 4, 5)], at=AT)
        for held, total in ((True, 3), (False, 2), (None, 5)):
            pages = [listed(here, MatchFilter(held=held), limit=2, offset=offset) for offset in (0, 2, 4)]
            assert {page.total for page in pages} == {total}
            found = [match for page in pages for match in page.matches]
            assert len(found) == len({match.stored.id for match in found}) == total
            assert held is None or {match.held for match in found} == {held}


@pytest.mark.parametrize(
    ("wanted", "total"),
    [
        (MatchFilter(status="potential"), 1),
        (MatchFilter(status="confirmed"), 0),
        (MatchFilter(likelihood="likely"), 1),
        (MatchFilter(outcome="same_family"), 0),
        (MatchFilter(record_id="police/1"), 1),
        (MatchFilter(record_id="police/2"), 0),
        (MatchFilter(sources=frozenset({"shelter"})), 1),
    ],
)
def test_the_queue_is_filtered(here: Installation, wanted: MatchFilter, total: int) -> None:
    assert listed(here, wanted, limit=10).total == total


def test_the_sources_of_a_filter_cannot_open_what_the_installation_does_not_own(here: Installation) -> None:
    here.put([{**HIDDEN, "consent_for_tracing": "no"}], at=AT)
    assert listed(here, MatchFilter(sources=frozenset({"shelter"})), limit=10).total == 0
