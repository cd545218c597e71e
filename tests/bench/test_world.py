"""Invented worlds: repeatable, well-formed, and as noisy as they say."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from bench.world import World, main, make_world
from matcher.record import Kind, Record


@cache
def field_world() -> World:
    return make_world(400, 2000, seed=7)


def by_id(rows: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    return {row["record_id"]: row for row in rows}


def test_the_same_seed_gives_the_same_world_and_another_seed_another() -> None:
    first, again, other = (make_world(40, 150, seed=seed) for seed in (3, 3, 4))
    assert first == again
    assert first.intakes != other.intakes


def test_sizes_are_as_asked_and_no_id_appears_twice() -> None:
    world = field_world()
    assert (len(world.reports), len(world.intakes)) == (400, 2000)
    assert len({row["record_id"] for row in [*world.reports, *world.intakes]}) == 2400


def test_every_row_is_a_record_and_nothing_is_extra() -> None:
    world = field_world()
    for rows, kind in ((world.reports, Kind.REPORT), (world.intakes, Kind.INTAKE)):
        found = [Record.from_flat(row) for row in rows]
        assert {record.kind for record in found} == {kind}
        assert not any(record.extra for record in found)


def test_the_linked_share_of_the_reports_has_a_pair_that_exists() -> None:
    world = field_world()
    reports, intakes = by_id(world.reports), by_id(world.intakes)
    assert 240 <= len(world.truth) <= 250  # a second report of a family now and then meets its arrived sister
    assert all(report in reports and intake in intakes for report, intake in world.truth)
    assert len({intake for _, intake in world.truth}) == len(world.truth)


def test_siblings_are_other_children_than_the_truth() -> None:
    world = field_world()
    reports, intakes = by_id(world.reports), by_id(world.intakes)
    assert len(world.siblings) >= 20
    assert not set(world.siblings) & set(world.truth)
    assert all(report in reports and intake in intakes for report, intake in world.siblings)


def test_few_intakes_go_to_the_reported_children_first() -> None:
    world = make_world(50, 10, seed=1)
    assert len(world.intakes) == len(world.truth) == 10


@pytest.mark.parametrize(("reports", "intakes"), [(0, 0), (0, 12), (12, 0)])
def test_an_empty_side_is_no_error(reports: int, intakes: int) -> None:
    world = make_world(reports, intakes, seed=1)
    assert (len(world.reports), len(world.intakes)) == (reports, intakes)
    assert world.truth == []


@pytest.mark.parametrize("wrong", [{"reports": -1}, {"intakes": -1}, {"linked": 1.5}, {"noise": "loud"}])
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    asked: dict[str, object] = {"reports": 5, "intakes": 5, "seed": 1, **wrong}
    with pytest.raises(ValueError, match=r"negative|between|unknown noise model"):
        make_world(**asked)  # type: ignore[arg-type]  # one argument is wrong on purpose


def test_about_three_in_a_hundred_intakes_have_no_consent() -> None:
    world = field_world()
    refused = sum(row["consent_for_tracing"] == "false" for row in world.intakes)
    assert 30 <= refused <= 95
    assert {row["consent_for_tracing"] for row in world.intakes} == {"true", "false"}
    assert set(world.findable) < set(world.truth)


def test_reports_are_mostly_khmer_and_intakes_mostly_latin() -> None:
    world = field_world()
    shares = [
        sum(any("\u1780" <= letter <= "\u17ff" for letter in row.get("full_name", "")) for row in rows) / len(rows)
        for rows in (world.reports, world.intakes)
    ]
    assert shares[0] > 0.7
    assert shares[1] < 0.35


def test_intakes_are_recorded_after_they_arrived_and_nobody_is_grown_up() -> None:
    world = make_world(200, 400, seed=5, noise="clean")
    for row in world.intakes:
        assert date(2021, 1, 1) <= date.fromisoformat(row["recorded_on"]) <= date(2026, 10, 31)
        if row.get("age", "").isdigit():
            assert int(row["age"]) <= 22


def test_harsh_worlds_say_less_than_field_worlds_and_those_less_than_clean_ones() -> None:
    filled = [
        sum(len(row) for row in make_world(100, 300, seed=2, noise=noise).intakes)
        for noise in ("clean", "field", "harsh")
    ]
    assert filled[0] > filled[1] > filled[2]


def test_common_names_collide_as_in_the_country() -> None:
    names = Counter(
        row["full_name"] for row in make_world(0, 3000, seed=9, noise="clean").intakes if "full_name" in row
    )
    assert names.most_common(1)[0][1] >= 3
    assert len(names) > 2000


def test_the_command_writes_four_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--reports", "20", "--intakes", "60", "--seed", "7", "--out", str(tmp_path / "w")])
    assert "20 reports, 60 intakes" in capsys.readouterr().out
    counts = {}
    for name in ("reports", "intakes", "truth", "siblings"):
        with (tmp_path / "w" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            counts[name] = len(list(csv.DictReader(file)))
    assert (counts["reports"], counts["intakes"]) == (20, 60)
    assert counts["truth"] >= 12


def test_the_command_refuses_what_cannot_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--reports", "-1", "--out", str(tmp_path)])
    assert stopped.value.code == 2
    assert "must not be negative" in capsys.readouterr().err
