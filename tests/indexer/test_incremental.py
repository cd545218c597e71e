"""Night after night of changes keeps what one full run over everything would: whatever changed, was killed, or came between."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import reconcile as night
from indexer.blocks import pending_work
from indexer.installation import Installation
from indexer.reconcile import reconcile
from indexer.settings import Settings
from indexer.store import Decision, MatchFilter, MatchStatus, Saying, StoredMatch
from tests.indexer.families import children
from tests.indexer.processes import running, wait_for
from tests.indexer.world import AT, INTAKE, NEXT_DAY, REPORT, STRANGER, opened

Row = dict[str, object]
Pair = tuple[str, str]
SAID = (Decision.NOT_A_MATCH, Decision.UNSURE, Decision.CONFIRMED)
# What a day may change of one record; None takes it out for good.
CHANGES: tuple[Mapping[str, object] | None, ...] = (
    None, {"status": "closed"}, {"status": "open"}, {"consent_for_tracing": "false"}, {"marks": "scar on the left knee"},
    {"full_name": "Heng Bopha", "mother_name": "Ung Sopheap"}, {"date_of_birth": "2008-01-20"}, {"description": "a note"},
)  # fmt: skip
ROWS = children(5)


def kept(installation: Installation) -> list[StoredMatch]:
    return list(installation.store.list_matches(MatchFilter(), limit=1_000).matches)


def scores(matches: list[StoredMatch]) -> dict[Pair, float]:
    return {(match.report_id, match.intake_id): match.latest_score for match in matches}


def found_from_scratch(home: Path, rows: list[Row]) -> dict[Pair, float]:
    with opened(home) as whole:
        whole.put(rows, at=AT)
        reconcile(whole, full=True, at=AT)
        return scores(kept(whole))


def change(installation: Installation, rows: dict[str, Row], record_id: str, what: Mapping[str, object] | None) -> None:
    if record_id not in rows:
        return
    if what is None:
        del rows[record_id]
        installation.withdraw(record_id, at=AT)
        return
    rows[record_id] |= what
    installation.put([rows[record_id]], at=AT)


ONE_CHANGE = st.tuples(st.sampled_from([str(row["record_id"]) for row in ROWS]), st.sampled_from(CHANGES))
A_DAY = st.tuples(st.lists(ONE_CHANGE, max_size=4), st.booleans())


@settings(max_examples=25, deadline=None)
@given(st.lists(A_DAY, min_size=1, max_size=3), st.sampled_from((None, *SAID)))
def test_night_after_night_of_changes_keeps_what_a_full_run_from_scratch_finds(
    days: list[tuple[list[tuple[str, Mapping[str, object] | None]], bool]], decision: Decision | None
) -> None:
    rows = {str(row["record_id"]): dict(row) for row in ROWS}
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder) / "steps", *rows.values()) as steps:
        reconcile(steps, at=AT)
        if decision and (match := next(iter(kept(steps)), None)):
            steps.store.decide(match.id, Saying(decision, reason="seen them both", by="reviewer"), at=AT)
        for changes, _ in days:
            for record_id, what in changes:
                change(steps, rows, record_id, what)
            reconcile(steps, at=AT)
        expected = found_from_scratch(Path(folder) / "whole", list(rows.values()))
        matches = kept(steps)
        waiting = scores([match for match in matches if match.status is MatchStatus.POTENTIAL])
        standing = scores([match for match in matches if match.status is not MatchStatus.SUPERSEDED])
        assert waiting.items() <= expected.items()
        assert expected.items() <= standing.items()
        assert reconcile(steps, at=AT).records == 0


def three() -> list[Row]:
    return [
        {**row, "record_id": f"{row['record_id']}-{number}", "date_of_birth": f"201{number}-04-15"}
        for number in range(3)
        for row in (REPORT, INTAKE)
    ]


def test_an_intake_that_changes_while_the_night_runs_meets_in_the_next_one_what_it_has_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(night, "BLOCK", 1)
    known: Row = {"sex": "male", "record_id": "police/2", "kind": "report", "full_name": "Prak Veasna"}
    with opened(tmp_path / "home", REPORT, known, STRANGER) as installation:

        def came_in_between(done: int, _total: int) -> None:
            if done == 1:
                installation.put([{**INTAKE, "record_id": STRANGER["record_id"]}], at=AT)

        assert reconcile(installation, at=AT, on_progress=came_in_between).new == 0
        again = reconcile(installation, at=NEXT_DAY)
        assert (again.records, again.new) == (1, 1)


@pytest.fixture
def cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    """A first night over three families that ended after the first report."""
    monkeypatch.setattr(night, "BLOCK", 1)

    def ends(_done: int, _total: int) -> None:
        raise OSError("no more room")

    with opened(tmp_path / "home", *three()) as installation:
        with pytest.raises(OSError, match="room"):
            reconcile(installation, at=AT, on_progress=ends)
        yield installation


def test_after_a_night_that_was_cut_off_no_intake_meets_again_the_reports_that_are_done(cut: Installation) -> None:
    work = pending_work(cut)
    assert (len(work.reports.numbers), len(work.intakes.numbers), len(work.met.numbers)) == (2, 0, 3)
    rest = reconcile(cut, at=NEXT_DAY)
    assert (rest.records, rest.pairs) == (5, 6)


def test_after_a_night_that_was_cut_off_a_changed_intake_meets_the_reports_that_are_done(
    cut: Installation, tmp_path: Path
) -> None:
    rows = three()
    rows[1]["marks"] = "scar on the left knee"
    cut.put([rows[1]], at=NEXT_DAY)
    cut.refresh()
    assert len(pending_work(cut).intakes.numbers) == 1
    reconcile(cut, at=NEXT_DAY)
    assert scores(kept(cut)) == found_from_scratch(tmp_path / "whole", rows)


def test_what_a_breaker_stopped_is_compared_again_every_night_and_never_taken_for_met(tmp_path: Path) -> None:
    reports = [{**REPORT, "record_id": f"police/{number}"} for number in range(60)]
    with opened(tmp_path / "home", *reports, INTAKE) as installation:
        reconcile(installation, at=AT)
        again = reconcile(installation, at=NEXT_DAY)
        assert (again.records, len(again.stopped)) == (1, 1)
        installation.put([{**row, "status": "closed"} for row in reports[5:]], at=NEXT_DAY)
        assert reconcile(installation, at=NEXT_DAY).new == 5
        assert reconcile(installation, at=NEXT_DAY).records == 0


def test_a_child_that_is_not_reunited_after_all_meets_whom_it_has_missed_meanwhile(tmp_path: Path) -> None:
    with opened(tmp_path / "home", REPORT, INTAKE) as installation:
        reconcile(installation, at=AT)
        (match,) = kept(installation)
        for decision in (Decision.CONFIRMED, Decision.REUNITED):
            installation.store.decide(match.id, Saying(decision, reason="seen", by="reviewer"), at=AT)
        installation.put([{**REPORT, "record_id": "ngo/1"}], at=AT)
        assert reconcile(installation, at=AT).new == 0
        installation.store.decide(match.id, Saying(Decision.UNDO, reason="a mistake", by="reviewer"), at=NEXT_DAY)
        assert reconcile(installation, at=NEXT_DAY).new == 1


@pytest.fixture
def few(tmp_path: Path) -> Iterator[Installation]:
    """A report that takes only ten candidates, and has found ten that are like it to the letter."""
    rows = [REPORT, *({**INTAKE, "record_id": f"shelter/{number}"} for number in range(10))]
    with opened(tmp_path / "home", *rows, candidates=10) as installation:
        assert reconcile(installation, at=AT).new == 10
        yield installation


def test_a_new_intake_meets_a_report_that_had_better_candidates_which_have_left_since(few: Installation) -> None:
    few.put([{**INTAKE, "record_id": f"shelter/{number}", "status": "closed"} for number in range(10)], at=AT)
    few.put(
        [{"record_id": "shelter/99", "kind": "intake", "full_name": "Sok Dara", "consent_for_tracing": "true"}], at=AT
    )
    assert reconcile(few, at=NEXT_DAY).pairs >= 1


def test_a_new_intake_meets_a_report_whose_keys_have_become_common_since(few: Installation) -> None:
    namesakes = [{**INTAKE, "record_id": f"hospital/{number}", "consent_for_tracing": "false"} for number in range(300)]
    few.put(namesakes, at=AT)
    few.rebuild_index()
    few.put([{**INTAKE, "record_id": "shelter/99"}], at=AT)
    assert reconcile(few, at=NEXT_DAY).new == 1


def test_a_changed_intake_that_fits_a_report_as_well_as_what_it_has_is_compared(few: Installation) -> None:
    few.put([{**INTAKE, "record_id": "shelter/99"}], at=AT)
    assert reconcile(few, at=NEXT_DAY).new == 1


def test_a_match_that_is_kept_is_scored_again_however_badly_the_changed_intake_fits(few: Installation) -> None:
    few.put([{**STRANGER, "record_id": "shelter/1"}], at=AT)
    assert reconcile(few, at=NEXT_DAY).superseded == 1


_KILLED_BEFORE_ITS_MARKS = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from indexer import reconcile as night
from indexer.installation import Installation
from indexer.settings import Settings
from indexer.store import reconciliations
night.BLOCK = 1
real, blocks = reconciliations.mark, []
def mark(connection, marks):
    blocks.append(marks)
    if len(blocks) == 2:
        print("matches are written", flush=True)
        os.kill(os.getpid(), 9)
    real(connection, marks)
reconciliations.mark = mark
with Installation.open(Settings(home=Path(sys.argv[1]))) as installation:
    night.reconcile(installation, at=datetime(2026, 1, 10, tzinfo=UTC))
"""


def test_a_night_killed_between_a_blocks_matches_and_its_marks_leaves_neither(tmp_path: Path) -> None:
    home = tmp_path / "home"
    opened(home, *three()).close()
    with running(_KILLED_BEFORE_ITS_MARKS, home) as process:
        wait_for(process, "matches are written")
        assert process.wait(20) == -9
    with Installation.open(Settings(home=home)) as installation:
        assert {match.report_id for match in kept(installation)} == {"police/1-0"}
        rest = reconcile(installation, at=AT + timedelta(days=2))
        assert (rest.records, rest.pairs) == (5, 6)
        assert scores(kept(installation)) == found_from_scratch(tmp_path / "whole", three())
