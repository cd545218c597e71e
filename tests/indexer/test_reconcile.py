"""The night job: complete, incremental, resumable, alone, bounded, and never against a person's word."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from multiprocessing import active_children
from pathlib import Path

import pytest

from indexer import reconcile as night
from indexer.blocks import Compared
from indexer.errors import ConflictError
from indexer.installation import Installation
from indexer.reconcile import one_night, only_one, reconcile
from indexer.settings import Settings
from indexer.store import Decision, MatchFilter, MatchStatus, Saying, StoredMatch
from tests.indexer.world import AT, INTAKE, NEXT_DAY, REPORT, STRANGER, opened


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    with opened(tmp_path / "home", REPORT, INTAKE, STRANGER) as one:
        yield one


def kept(installation: Installation, **wanted: str) -> list[StoredMatch]:
    return list(installation.store.list_matches(MatchFilter(**wanted)).matches)  # type: ignore[arg-type]  # a status or a likelihood


def decided(installation: Installation, decision: Decision) -> StoredMatch:
    (match,) = kept(installation)
    installation.store.decide(match.id, Saying(decision, reason="seen them both", by="reviewer"), at=AT)
    return match


def test_the_same_child_told_in_khmer_and_in_latin_becomes_a_match_and_a_stranger_does_not(
    installation: Installation,
) -> None:
    run = reconcile(installation, at=AT)
    assert (run.new, run.new_likely, run.records) == (1, 1, 3)
    (match,) = kept(installation)
    assert (match.report_id, match.intake_id, match.status) == ("police/1", "shelter/1", MatchStatus.POTENTIAL)


def test_a_second_run_compares_nothing_and_finds_nothing_new(installation: Installation) -> None:
    reconcile(installation, at=AT)
    again = reconcile(installation, at=NEXT_DAY)
    assert (again.records, again.pairs, again.new, again.updated) == (0, 0, 0, 0)


def test_a_full_run_compares_everything_again_and_finds_nothing_new(installation: Installation) -> None:
    reconcile(installation, at=AT)
    again = reconcile(installation, full=True, at=NEXT_DAY)
    assert again.records == 3
    assert (again.new, again.new_likely) == (0, 0)


def test_only_the_changed_record_is_compared_again(installation: Installation) -> None:
    reconcile(installation, at=AT)
    installation.put([{**INTAKE, "marks": "scar on the left knee"}], at=NEXT_DAY)
    again = reconcile(installation, at=NEXT_DAY)
    assert (again.records, again.new, again.updated) == (1, 0, 1)


def test_a_new_intake_meets_the_reports_that_were_done_before(tmp_path: Path) -> None:
    with opened(tmp_path / "home", REPORT) as installation:
        assert reconcile(installation, at=AT).new == 0
        installation.put([INTAKE], at=NEXT_DAY)
        assert reconcile(installation, at=NEXT_DAY).new == 1


def test_the_evidence_is_told_from_the_reports_side_whichever_side_was_new(tmp_path: Path) -> None:
    def name_values(home: Path, *batches: dict[str, object]) -> tuple[str, str]:
        with opened(home) as installation:
            for batch in batches:
                installation.put([batch], at=AT)
                reconcile(installation, at=AT)
            (match,) = kept(installation)
            (row,) = [row for row in match.payload["evidence"] if row["comparison"] == "name"]
            assert match.payload["record_id"] == "shelter/1"
            return row["query_value"], row["candidate_value"]

    assert name_values(tmp_path / "a", REPORT, INTAKE) == name_values(tmp_path / "b", INTAKE, REPORT)


@pytest.mark.parametrize("order", [(REPORT, INTAKE), (INTAKE, REPORT)], ids=["report first", "intake first"])
def test_night_after_night_gives_the_same_score_as_one_full_run(
    tmp_path: Path, order: tuple[dict[str, object], ...]
) -> None:
    with opened(tmp_path / "steps") as steps, opened(tmp_path / "whole", *order) as whole:
        for row in order:
            steps.put([row], at=AT)
            reconcile(steps, at=AT)
        reconcile(whole, full=True, at=AT)
        assert [match.score for match in kept(steps)] == [match.score for match in kept(whole)]


@pytest.mark.parametrize("decision", [Decision.CONFIRMED, Decision.NOT_A_MATCH, Decision.SAME_FAMILY, Decision.UNSURE])
def test_a_persons_decision_stays_whatever_the_night_finds(installation: Installation, decision: Decision) -> None:
    reconcile(installation, at=AT)
    match = decided(installation, decision)
    run = reconcile(installation, full=True, at=NEXT_DAY)
    found = installation.store.get_match(match.id)
    assert found is not None
    assert found.status.value == decision.value
    assert (run.kept, run.new, run.updated) == (1, 0, 0)


def test_not_a_match_is_asked_again_only_when_what_is_compared_has_changed(installation: Installation) -> None:
    reconcile(installation, at=AT)
    match = decided(installation, Decision.NOT_A_MATCH)
    installation.put([{**INTAKE, "description": "a note that is not compared"}], at=NEXT_DAY)
    reconcile(installation, at=NEXT_DAY)
    (still,) = kept(installation)
    assert still.status is MatchStatus.NOT_A_MATCH
    installation.put([{**INTAKE, "marks": "scar on the left knee"}], at=NEXT_DAY)
    reconcile(installation, at=NEXT_DAY)
    (again,) = kept(installation)
    assert (again.id, again.status) == (match.id, MatchStatus.POTENTIAL)
    assert [step.decision for step in installation.store.match_history(match.id)] == ["not_a_match", "reopened"]


def test_a_match_fades_from_the_queue_when_a_correction_makes_it_impossible(installation: Installation) -> None:
    reconcile(installation, at=AT)
    corrected = {**INTAKE, "full_name": "Chea Vannak", "date_of_birth": "2008-01-20", "father_name": "Chea Rith"}
    installation.put([{**corrected, "mother_name": "Ung Sopheap", "home_place": "Takeo"}], at=NEXT_DAY)
    run = reconcile(installation, at=NEXT_DAY)
    assert run.superseded == 1
    assert kept(installation, status="potential") == []


def test_a_closed_record_leaves_the_queue_and_comes_back_when_it_is_opened_again(installation: Installation) -> None:
    reconcile(installation, at=AT)
    installation.put([{**REPORT, "status": "closed"}], at=NEXT_DAY)
    assert reconcile(installation, at=NEXT_DAY).superseded == 1
    assert kept(installation, status="potential") == []
    installation.put([REPORT], at=NEXT_DAY)
    reconcile(installation, at=NEXT_DAY)
    assert len(kept(installation, status="potential")) == 1


def test_a_confirmed_match_of_a_closed_record_stays_confirmed(installation: Installation) -> None:
    reconcile(installation, at=AT)
    decided(installation, Decision.CONFIRMED)
    installation.put([{**REPORT, "status": "closed"}], at=NEXT_DAY)
    reconcile(installation, at=NEXT_DAY)
    assert [match.status for match in kept(installation)] == [MatchStatus.CONFIRMED]


@pytest.mark.parametrize("consent", ["false", ""])
def test_an_intake_without_consent_is_never_matched_for_others(tmp_path: Path, consent: str) -> None:
    with opened(tmp_path / "home", REPORT, {**INTAKE, "consent_for_tracing": consent}) as installation:
        assert reconcile(installation, at=AT).new == 0
        assert kept(installation) == []


def test_the_owner_finds_its_own_intake_without_consent(tmp_path: Path) -> None:
    rows = (REPORT, {**INTAKE, "consent_for_tracing": "false"})
    with opened(tmp_path / "home", *rows, own_sources=frozenset({"shelter"})) as installation:
        assert reconcile(installation, at=AT).new == 1


def test_a_withdrawn_record_takes_its_matches_along_and_stays_gone(installation: Installation) -> None:
    reconcile(installation, at=AT)
    installation.withdraw("shelter/1", at=NEXT_DAY)
    assert kept(installation) == []
    installation.put([INTAKE], at=NEXT_DAY)
    assert reconcile(installation, full=True, at=NEXT_DAY).new == 0


def test_the_run_is_written_down_with_what_it_did(installation: Installation) -> None:
    run = reconcile(installation, at=AT)
    stored = installation.store.get_reconciliation(run.id)
    assert stored is not None
    assert (stored.status, stored.done, stored.total, stored.summary["new"]) == ("done", 3, 3, 1)


def test_progress_is_told_up_to_the_end(installation: Installation) -> None:
    told: list[tuple[int, int]] = []
    reconcile(installation, at=AT, on_progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (3, 3)


def test_two_nights_at_once_are_refused_in_words(installation: Installation) -> None:
    with only_one(installation.settings), pytest.raises(ConflictError, match="already running"):
        reconcile(installation, at=AT)
    assert reconcile(installation, at=AT).new == 1


@pytest.mark.real("postgresql")
def test_two_machines_that_share_a_database_do_not_reconcile_it_at_once(tmp_path: Path, postgresql_url: str) -> None:
    homes = (opened(tmp_path / home, database_url=postgresql_url) for home in ("here", "there"))
    with next(homes) as here, next(homes) as there:
        here.put([REPORT, INTAKE, STRANGER], at=AT)
        with one_night(there), pytest.raises(ConflictError, match=r"already running .* from another machine"):
            reconcile(here, at=AT)
        assert here.store.last_reconciliations() == []
        assert reconcile(here, at=AT).new == 1
        assert reconcile(there, at=NEXT_DAY).records == 0


def test_a_night_that_another_has_taken_the_place_of_ends_at_its_next_block(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(night, "BLOCK", 1)

    def taken_over(done: int, _total: int) -> None:
        if done == 1:
            # As after a cut of the line, in which the server let go of the first run's lock.
            installation.store.start_reconciliation(full=False, at=NEXT_DAY)

    with pytest.raises(ConflictError, match="another reconciliation has begun"):
        reconcile(installation, at=AT, on_progress=taken_over)
    assert [run.status for run in installation.store.last_reconciliations()] == ["running", "failed"]


def test_a_night_that_fails_says_so_and_the_next_one_does_the_work(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("no more room")

    with monkeypatch.context() as patch:
        patch.setattr(night, "compare_block", broken)
        with pytest.raises(OSError, match="room"):
            reconcile(installation, at=AT)
    assert installation.store.last_reconciliations()[0].status == "failed"
    assert reconcile(installation, at=NEXT_DAY).new == 1


def many(count: int) -> list[dict[str, object]]:
    """Reports of one child by as many sources: each is likely for the one intake."""
    return [{**REPORT, "record_id": f"police/{number}"} for number in range(count)]


def test_a_record_that_is_likely_for_more_than_fifty_others_is_stopped_with_its_reason(tmp_path: Path) -> None:
    with opened(tmp_path / "home", *many(60), INTAKE) as installation:
        run = reconcile(installation, at=AT)
        assert [stopped["record_id"] for stopped in run.stopped] == ["shelter/1"]
        assert "new likely matches" in run.stopped[0]["reason"]
        assert run.new == 0
        stored = installation.store.get_reconciliation(run.id)
        assert stored is not None
        assert stored.status == "stopped"


def test_fifty_likely_matches_of_one_record_are_not_yet_too_many(tmp_path: Path) -> None:
    strangers = [{**STRANGER, "record_id": f"x/{number}", "kind": "report", "full_name": ""} for number in range(140)]
    with opened(tmp_path / "home", *many(50), *strangers, INTAKE) as installation:
        run = reconcile(installation, at=AT)
        assert run.stopped == []
        assert run.new >= 50


def test_a_record_that_is_likely_for_a_third_of_a_block_is_stopped(tmp_path: Path) -> None:
    strangers = [{**STRANGER, "record_id": f"x/{number}", "kind": "report", "full_name": ""} for number in range(45)]
    with opened(tmp_path / "home", *many(25), *strangers, INTAKE) as installation:
        run = reconcile(installation, at=AT)
        assert [stopped["record_id"] for stopped in run.stopped] == ["shelter/1"]
        assert "of 70 records compared" in run.stopped[0]["reason"]


def test_what_a_breaker_stopped_is_tried_again_once_the_record_is_corrected(tmp_path: Path) -> None:
    with opened(tmp_path / "home", *many(60), INTAKE) as installation:
        reconcile(installation, at=AT)
        installation.put([{**row, "status": "closed"} for row in many(60)[5:]], at=NEXT_DAY)
        installation.put([{**INTAKE, "marks": "scar on the left knee"}], at=NEXT_DAY)
        run = reconcile(installation, at=NEXT_DAY)
        assert (run.new, run.stopped) == (5, [])


def three_children() -> list[dict[str, object]]:
    return [
        {**row, "record_id": f"{row['record_id']}-{number}", "date_of_birth": f"201{number}-04-15"}
        for number in range(3)
        for row in (REPORT, INTAKE)
    ]


def test_workers_find_what_one_process_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(night, "BLOCK", 2)
    rows = three_children()
    with opened(tmp_path / "one", *rows) as one, opened(tmp_path / "two", *rows) as two:
        alone = reconcile(one, at=AT)
        together = reconcile(two, workers=2, at=AT)
        assert together.to_json() == alone.to_json()
        assert [match.score for match in kept(two)] == [match.score for match in kept(one)]


def not_here(*_args: object) -> Compared:
    raise AssertionError("compared in the process that people wait for")


def test_behind_a_server_the_night_compares_in_another_process_and_finds_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(night, "BLOCK", 2)
    monkeypatch.setattr(night, "_FEW", 0)
    rows, waited = three_children(), []
    with opened(tmp_path / "one", *rows) as one, opened(tmp_path / "two", *rows) as two:
        alone = reconcile(one, at=AT)
        monkeypatch.setattr(night, "compare_block", not_here)
        apart = night.Night(two, full=False, at=AT).run(on_wait=lambda: waited.append(1))
        assert apart.to_json() == alone.to_json()
        assert waited
        assert [match.score for match in kept(two)] == [match.score for match in kept(one)]
    assert active_children() == []


def test_a_few_records_are_compared_sooner_than_a_process_starts(installation: Installation) -> None:
    def never() -> None:
        raise AssertionError("a process was waited for")

    assert night.Night(installation, full=False, at=AT).run(on_wait=never).new == 1


def test_a_night_that_is_ended_does_not_wait_for_the_block_under_way_and_leaves_no_process(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(night, "_FEW", 0)

    def ends() -> None:
        raise ConflictError("ended")

    with pytest.raises(ConflictError, match="ended"):
        night.Night(installation, full=False, at=AT).run(on_wait=ends)
    assert active_children() == []
    (run,) = installation.store.last_reconciliations()
    assert (run.status, run.summary["records"], kept(installation)) == ("failed", 0, [])
    assert reconcile(installation, at=AT).new == 1


def test_a_night_whose_process_is_killed_goes_on_in_this_one(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(night, "_FEW", 0)

    def kills() -> None:
        for worker in active_children():
            worker.kill()

    report = night.Night(installation, full=False, at=AT).run(on_wait=kills)
    assert (report.records, report.new) == (3, 1)
    assert "the night goes on in this one" in caplog.text


_NIGHT = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from indexer import reconcile as night
from indexer.blocks import Compared
from indexer.installation import Installation
from indexer.settings import Settings
night.BLOCK = 1
with Installation.open(Settings(home=Path(sys.argv[1]))) as installation:
    def slowly(done, total):
        print(done, flush=True)
        time.sleep(0.5)
    night.reconcile(installation, at=datetime(2026, 1, 10, tzinfo=UTC), on_progress=slowly)
"""


def test_a_night_killed_in_the_middle_loses_nothing_and_the_next_one_finishes_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    rows = [
        {**row, "record_id": f"{row['record_id']}-{number}", "date_of_birth": f"201{number}-04-15"}
        for number in range(4)
        for row in (REPORT, INTAKE)
    ]
    opened(home, *rows).close()
    with subprocess.Popen([sys.executable, "-c", _NIGHT, str(home)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert [process.stdout.readline().strip() for _ in range(2)] == ["1", "2"]
        os.kill(process.pid, signal.SIGKILL)
    with Installation.open(Settings(home=home)) as installation, opened(tmp_path / "whole", *rows) as whole:
        before = len(kept(installation))
        rest = reconcile(installation, at=NEXT_DAY)
        assert before > 0
        assert rest.records < len(rows)
        reconcile(whole, at=AT)
        assert {(m.report_id, m.intake_id, m.score) for m in kept(installation)} == {
            (m.report_id, m.intake_id, m.score) for m in kept(whole)
        }
        assert [run.status for run in installation.store.last_reconciliations()] == ["done", "failed"]
