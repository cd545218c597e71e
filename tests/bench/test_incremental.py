"""The bench of the night after: what it changes is repeatable and little, and its figures are of the runs that it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.incremental import changed_rows, measure
from bench.world import make_world


def test_a_day_changes_the_share_of_both_kinds_that_it_says_one_field_each() -> None:
    world = make_world(200, 600, seed=7)
    changed = changed_rows(world, 0.01, seed=1)
    assert [row["kind"] for row in changed] == ["report"] * 2 + ["intake"] * 6
    before = {row["record_id"]: row for row in (*world.reports, *world.intakes)}
    for row in changed:
        old = before[str(row["record_id"])]
        assert sum(row.get(name, "") != old.get(name, "") for name in {*row, *old}) <= 1


def test_the_same_seed_changes_the_same_and_another_another() -> None:
    world = make_world(200, 600, seed=7)
    assert changed_rows(world, 0.05, seed=1) == changed_rows(world, 0.05, seed=1)
    assert changed_rows(world, 0.05, seed=1) != changed_rows(world, 0.05, seed=2)


def test_the_nights_are_printed_in_order_with_what_they_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    measure(tmp_path, make_world(10, 20, seed=7), 0.1, rounds=1, workers=1)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in lines[:4]] == ["first", "full", "10% changed", "nothing changed"]
    assert "30 records" in lines[1]
    assert "0 records, 0 pairs" in lines[3]
    assert "of the full run (target 1/30)" in lines[4]
