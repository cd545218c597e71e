"""Places: how often a name written in one script finds its place in a gazetteer that has only the other,
and how fast.

Run: `.venv/bin/python -m bench.places [ROWS]` (default 400). Needs
`../shared/data/third_party/gazetteer/ncdd.csv`.
"""

from __future__ import annotations

import csv
import random
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from matcher.places import Gazetteer, PlaceCandidate, read_gazetteer

OFFICIAL = Path(__file__).resolve().parents[2] / "shared/data/third_party/gazetteer/ncdd.csv"
_SEED = 20261124

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """Shares of the queries whose place is among the first candidates: by code, and by the Khmer name it
    bears.
    """

    queries: int
    code_at: dict[int, float]
    name_at: dict[int, float]
    median_ms: float
    p95_ms: float


def rows() -> list[dict[str, str]]:
    """The rows of the official file."""
    with OFFICIAL.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def khmer_only(table: Sequence[Row]) -> Gazetteer:
    """The shipped gazetteer with the official file imported, its Latin names taken out."""
    return Gazetteer.shipped().extended(read_gazetteer([{**row, "latin": "", "ungegn": ""} for row in table]))


def sample(table: Sequence[Row], levels: frozenset[str], size: int) -> list[Row]:
    """Rows of some levels, the same ones every time."""
    wanted = [row for row in table if row["level"] in levels]
    return random.Random(_SEED).sample(wanted, min(size, len(wanted)))  # noqa: S311  # a sample, not a secret


def misspelt(name: str, chance: random.Random) -> str:
    """One letter left out, doubled or exchanged with its neighbour, never the first."""
    if len(name) < 5:
        return name
    at = chance.randrange(1, len(name) - 1)
    change = chance.choice(("drop", "double", "swap"))
    if change == "drop":
        return name[:at] + name[at + 1 :]
    return (
        name[:at]
        + (name[at] + name[at] if change == "double" else name[at + 1] + name[at])
        + name[at + (1 if change == "double" else 2) :]
    )


def address(row: Row, by_code: Mapping[str, Row]) -> str:
    """The Latin address of a village: `Phum …, Khum …, Srok …, …`."""
    code = row["code"]
    units = ("", " Khum ", " Srok ", " ")
    names = [by_code[code[:length]]["latin"] for length in (8, 6, 4, 2)]
    return "Phum " + ",".join(unit + name for unit, name in zip(units, names, strict=True))


def measure(gazetteer: Gazetteer, queries: Sequence[tuple[str, Row]]) -> Found:
    """How well the gazetteer answers (text, row) queries."""
    times, ranks_code, ranks_name = [], [], []
    for text, row in queries:
        start = time.perf_counter()
        found = gazetteer.look_up(text, limit=10)
        times.append((time.perf_counter() - start) * 1000)
        ranks_code.append(_rank([candidate.place.code for candidate in found], row["code"]))
        ranks_name.append(_rank([_khmer(candidate) for candidate in found], _plain(row["khmer"])))
    times.sort()
    return Found(
        len(queries),
        _shares(ranks_code),
        _shares(ranks_name),
        statistics.median(times),
        times[int(len(times) * 0.95)],
    )


def _rank(found: Sequence[str], wanted: str) -> int:
    return found.index(wanted) if wanted in found else 99


def _khmer(candidate: PlaceCandidate) -> str:
    return _plain(candidate.place.khmer)


def _plain(khmer: str) -> str:
    return khmer.replace(" ", "").replace("ភូមិ", "").replace("្ដ", "្ត")


def _shares(ranks: Sequence[int]) -> dict[int, float]:
    return {k: sum(rank < k for rank in ranks) / max(len(ranks), 1) for k in (1, 5, 10)}


def _show(title: str, found: Found) -> None:
    codes = " ".join(f"@{k} {share:.3f}" for k, share in found.code_at.items())
    names = " ".join(f"@{k} {share:.3f}" for k, share in found.name_at.items())
    times = f"{found.median_ms:.2f} ms (p95 {found.p95_ms:.2f})"
    print(f"{title:40} n={found.queries:4} code {codes}  name {names}  {times}")


def _first_look_ups(gazetteer: Gazetteer) -> None:
    for kind, text in (("exact", "Battambang"), ("by sound", "Trapaing Prolit Tboung")):
        start = time.perf_counter()
        gazetteer.look_up(text)
        print(f"first look-up, {kind}: {time.perf_counter() - start:.2f} s")


def main(size: int = 400) -> None:
    """Print the shares and the times."""
    table = rows()
    by_code = {row["code"]: row for row in table}
    start = time.perf_counter()
    gazetteer = khmer_only(table)
    print(f"import: {time.perf_counter() - start:.2f} s")
    _first_look_ups(gazetteer)
    chance = random.Random(_SEED)  # noqa: S311  # a sample, not a secret
    small = sample(table, frozenset({"commune", "village"}), size)
    large = sample(table, frozenset({"district", "province"}), size)
    villages = sample(table, frozenset({"village"}), size // 2)
    queries: dict[str, list[tuple[str, Row]]] = {
        "commune or village, Latin on Khmer only": [(row["latin"], row) for row in small],
        "the same, one slip of the pen": [(misspelt(row["latin"], chance), row) for row in small],
        "the same, in Khmer": [(row["khmer"], row) for row in small],
        "province or district, Latin": [(row["latin"], row) for row in large],
        "province or district, one slip": [(misspelt(row["latin"], chance), row) for row in large],
        "village as a Latin address": [(address(row, by_code), row) for row in villages],
    }
    for title, asked in queries.items():
        _show(title, measure(gazetteer, asked))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
