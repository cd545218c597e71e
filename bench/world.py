"""Larger invented worlds: reports, intakes, and who belongs to whom.

`make_world` gives flat rows in memory; the command writes reports, intakes, truth and siblings as CSV:

    python -m bench.world --reports 2000 --intakes 20000 --seed 7 --out DIR

The same arguments give the same world. Noise models: `clean`, `field`, `harsh` (bench/noise.py has them).
Of the intakes, one is the reported child for the `linked` share of the reports; a brother or sister arrived
for 8 % of the reports (linked or not); another family's child of the same name for 10 %; the rest are
strangers from the same country, whose common names collide by Zipf.
"""

from __future__ import annotations

import argparse
import csv
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.noise import NOISES, Noise
from bench.world_people import Child, Event, draw_event, draw_family, draw_homonym, draw_loss_day, of_an_age
from bench.world_rows import Row, intake_row, report_row
from bench.world_tables import make_rng
from matcher.record import COLUMNS

_SIBLING_SHARE: Final = 0.08
_HOMONYM_SHARE: Final = 0.10
_SECOND_REPORT_SHARE: Final = 0.04  # of the reports: a brother or sister lost on the same day
_REPORT_SOURCES: Final = ("police", "hotline", "ngo")
_INTAKE_SOURCES: Final = ("shelter", "police", "hospital", "ngo")


@dataclass(frozen=True, slots=True)
class World:
    """Flat rows, the pairs that are the same child, and the pairs that are brothers or sisters (report_id,
    intake_id).
    """

    reports: list[Row]
    intakes: list[Row]
    truth: list[tuple[str, str]]
    siblings: list[tuple[str, str]]

    @property
    def findable(self) -> list[tuple[str, str]]:
        """The truth that others than the intake's owner may find: only where there is consent for tracing."""
        free = {row["record_id"] for row in self.intakes if row["consent_for_tracing"] == "true"}
        return [(report, intake) for report, intake in self.truth if intake in free]


@dataclass(frozen=True, slots=True)
class _Case:
    report_id: str
    child: Child
    event: Event


@dataclass(frozen=True, slots=True)
class _Arrival:
    child: Child
    event: Event


def make_world(reports: int, intakes: int, seed: int, linked: float = 0.6, noise: str = "field") -> World:
    """An invented world of that size; some 15,000 records a second. The linked share shrinks where there
    are too few intakes.

    Raises `ValueError` for a negative size, a share outside 0 to 1, an unknown noise model.
    """
    if reports < 0 or intakes < 0 or not 0 <= linked <= 1:
        raise ValueError("reports and intakes must not be negative, linked must be between 0 and 1")
    if noise not in NOISES:
        raise ValueError(f"unknown noise model; there are {', '.join(NOISES)}")
    rng = make_rng(f"{seed}/{reports}/{intakes}/{linked}/{noise}")
    cases = _draw_cases(reports, rng)
    arrivals = _draw_arrivals(cases, intakes, linked, rng)
    return _write_world(cases, arrivals, NOISES[noise], rng)


def _draw_cases(count: int, rng: random.Random) -> list[_Case]:
    cases: list[_Case] = []
    while len(cases) < count:
        day = draw_loss_day(rng)
        family = draw_family(rng, oldest_on=day)
        lost = of_an_age(family, day)
        rng.shuffle(lost)
        event = draw_event(lost[0], day, rng)
        for child in lost[: 2 if rng.random() < _SECOND_REPORT_SHARE else 1]:
            cases.append(_Case(f"{rng.choice(_REPORT_SOURCES)}/m{len(cases) + 1}", child, event))
    return cases[:count]


def _draw_arrivals(cases: Sequence[_Case], count: int, linked: float, rng: random.Random) -> list[_Arrival]:
    found = [_Arrival(case.child, case.event) for case in _sample(cases, linked, rng)]
    found += _draw_siblings(_sample(cases, _SIBLING_SHARE, rng), {arrival.child for arrival in found}, rng)
    for case in _sample(cases, _HOMONYM_SHARE, rng):
        found.append(_draw_stranger(rng, like=case.child))
    del found[count:]
    while len(found) < count:
        found.append(_draw_stranger(rng))
    rng.shuffle(found)
    return found


def _sample(cases: Sequence[_Case], share: float, rng: random.Random) -> list[_Case]:
    return rng.sample(cases, round(share * len(cases)))


def _draw_siblings(cases: Sequence[_Case], arrived: set[Child], rng: random.Random) -> list[_Arrival]:
    """One brother or sister of each reported child who has one old enough; half of them arrived at the same
    time and place.
    """
    reported = {case.child for case in cases}
    found: list[_Arrival] = []
    for case in cases:
        others = [
            other for other in of_an_age(case.child.family, case.event.lost_on) if other not in arrived | reported
        ]
        if others:
            other = rng.choice(others)
            arrived.add(other)
            event = case.event if rng.random() < 0.5 else draw_event(other, case.event.lost_on, rng)
            found.append(_Arrival(other, event))
    return found


def _draw_stranger(rng: random.Random, like: Child | None = None) -> _Arrival:
    day = draw_loss_day(rng)
    child = draw_homonym(like, rng, on=day) if like else draw_family(rng, oldest_on=day).children[0]
    return _Arrival(child, draw_event(child, day, rng))


def _write_world(cases: Sequence[_Case], arrivals: Sequence[_Arrival], noise: Noise, rng: random.Random) -> World:
    reports = [report_row(case.report_id, case.child, case.event, noise, rng) for case in cases]
    ids = [f"{rng.choice(_INTAKE_SOURCES)}/a{number}" for number in range(1, len(arrivals) + 1)]
    intakes = [
        intake_row(record_id, arrival.child, arrival.event, noise, rng)
        for record_id, arrival in zip(ids, arrivals, strict=True)
    ]
    of_child = {arrival.child: record_id for record_id, arrival in zip(ids, arrivals, strict=True)}
    truth = [(case.report_id, of_child[case.child]) for case in cases if case.child in of_child]
    siblings = [
        (case.report_id, of_child[other])
        for case in cases
        for other in case.child.family.children
        if other is not case.child and other in of_child
    ]
    return World(reports, intakes, truth, siblings)


def write_world(world: World, folder: Path) -> None:
    """Write the four CSV files into a folder, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_rows(folder / "reports.csv", world.reports)
    _write_rows(folder / "intakes.csv", world.intakes)
    _write_pairs(folder / "truth.csv", world.truth)
    _write_pairs(folder / "siblings.csv", world.siblings)


def _write_rows(path: Path, rows: Sequence[Row]) -> None:
    used = {column for row in rows for column in row}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [column for column in COLUMNS if column in used], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _write_pairs(path: Path, pairs: Sequence[tuple[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("report_id", "intake_id"))
        writer.writerows(pairs)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write a world as the command line asks and say what is in it."""
    parser = argparse.ArgumentParser(prog="python -m bench.world", description="Write an invented world as CSV files.")
    parser.add_argument("--reports", type=int, default=2_000)
    parser.add_argument("--intakes", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--linked", type=float, default=0.6, help="share of the reports whose child has arrived")
    parser.add_argument("--noise", choices=tuple(NOISES), default="field")
    parser.add_argument("--out", type=Path, required=True, help="folder for the four files")
    asked = parser.parse_args(arguments)
    started = time.perf_counter()
    try:
        world = make_world(asked.reports, asked.intakes, asked.seed, asked.linked, asked.noise)
    except ValueError as error:
        parser.error(str(error))
    write_world(world, asked.out)
    sizes = f"{len(world.reports)} reports, {len(world.intakes)} intakes, {len(world.truth)} pairs"
    sizes += f", {len(world.siblings)} sibling pairs"
    print(f"{asked.out}: {sizes} in {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
