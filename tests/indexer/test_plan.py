"""What a night would cost is said before it is run, and saying it changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.installation import Installation
from indexer.plan import plan
from indexer.reconcile import reconcile
from indexer.store import MatchFilter
from tests.indexer.world import AT, INTAKE, NEXT_DAY, REPORT, STRANGER, opened


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    with opened(tmp_path / "home", REPORT, INTAKE, STRANGER) as one:
        yield one


def test_a_first_night_compares_every_report_and_marks_the_intakes_that_these_meet(installation: Installation) -> None:
    planned = plan(installation)
    assert (planned.reports, planned.intakes, planned.marked) == (1, 2, 2)
    assert planned.pairs == reconcile(installation, at=AT).pairs


def test_a_plan_keeps_nothing(installation: Installation) -> None:
    plan(installation)
    assert installation.store.list_matches(MatchFilter()).matches == ()
    assert plan(installation).reports == 1


def test_after_a_night_there_is_nothing_left_to_compare_but_for_a_full_one(installation: Installation) -> None:
    reconcile(installation, at=AT)
    assert plan(installation).to_json() == {
        "reports": 0, "intakes": 0, "marked": 0, "sampled": 0, "pairs": 0, "seconds": 0.0,
    }  # fmt: skip
    assert plan(installation, full=True).reports == 1


def test_a_changed_intake_is_planned_against_the_reports_that_were_compared(installation: Installation) -> None:
    reconcile(installation, at=AT)
    installation.put([{**INTAKE, "marks": "mole on chin"}], at=NEXT_DAY)
    planned = plan(installation)
    assert (planned.reports, planned.intakes, planned.marked, planned.sampled) == (0, 1, 0, 1)
    assert planned.pairs == reconcile(installation, at=NEXT_DAY).pairs
