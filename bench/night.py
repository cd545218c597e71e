"""Scoring at the scale of a ministry: the candidates of engines.md 1.4 through the product's own scorer, as its night does it.

Run: `python -m bench.night [--incoming 100000] [--register 1000000] [--stretch 50000]`. The candidates are the union of the seven
rules that Splink is given (`bench.peers`), so that both score the same pairs. As in the product, the register is taken in
stretches: read, scored against everything that came in, let go. Reading is timed apart from scoring: an installation reads a
record once, when it is loaded.
"""

from __future__ import annotations

import argparse
import gc
import pickle
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.scale_world import People, scale_world
from matcher.names import load_kernel
from matcher.places import Gazetteer
from matcher.record import Kind
from matcher.scoring import BLOCK, Scorer

Positions = NDArray[np.int64]
STRETCH: Final = 50_000
_RULES: Final = (
    ("dob",), ("given_name", "surname"), ("phone",), ("commune", "year", "sex"), ("given_name", "commune"),
    ("surname", "commune"), ("turned", "year"),
)  # fmt: skip


def candidates(incoming: People, register: People) -> tuple[Positions, Positions]:
    """The distinct pairs that share the values of one rule: positions in both sides."""
    left, right = _frame(incoming, turned=True), _frame(register, turned=False)
    codes = [_joined(left, right, rule) for rule in _RULES]
    found = np.sort(np.concatenate(codes))
    found = found[np.concatenate(([True], found[1:] != found[:-1]))]
    return found // len(register), found % len(register)


def _frame(people: People, *, turned: bool) -> pd.DataFrame:
    given, surname = (people.surname, people.given_name) if turned else (people.given_name, people.surname)
    blank = people.dob == ""
    columns = {
        "dob": people.dob,
        "given_name": people.given_name,
        "surname": people.surname,
        "phone": people.phone,
        "commune": people.commune,
        "sex": people.sex,
        "year": np.where(blank, "", [day[:4] for day in people.dob]),
        "turned": [f"{a} {b}" for a, b in zip(given, surname, strict=True)],
    }
    return pd.DataFrame(columns).replace("", None)


def _joined(left: pd.DataFrame, right: pd.DataFrame, rule: tuple[str, ...]) -> Positions:
    on = list(rule)
    mine, yours = (side[on].dropna().reset_index() for side in (left, right))
    met = mine.merge(yours, on=on)
    return np.asarray(met["index_x"].to_numpy(np.int64) * len(right) + met["index_y"].to_numpy(np.int64))


@dataclass(frozen=True, slots=True)
class World:
    """What is to be scored, on disk: people by stretch of the register, and the pairs of each."""

    folder: Path

    @classmethod
    def write(cls, folder: Path, incoming: int, register: int, stretch: int) -> None:
        """Make the world and bring up its candidates. Takes several times the memory of scoring them."""
        reports, known = scale_world(incoming, register)
        left, right = candidates(reports, known)
        by_stretch = np.argsort(right // stretch, kind="stable")
        left, right = left[by_stretch], right[by_stretch]
        _dump(folder / "incoming", (reports, Kind.REPORT))
        bounds = np.searchsorted(right // stretch, np.arange(-(-register // stretch) + 1))
        for place, start in enumerate(range(0, register, stretch)):
            rows = np.arange(start, min(start + stretch, register))
            part = slice(bounds[place], bounds[place + 1])
            is_true = reports.person[left[part]] == known.person[right[part]]
            people = People(**known.taken(rows))  # type: ignore[arg-type]  # the columns of `taken` are People's own
            _dump(folder / f"stretch-{place:04}", (people, left[part].copy(), right[part] - start, is_true))

    def incoming(self) -> People:
        """Who came in."""
        people, _ = _load(self.folder / "incoming")
        return people  # type: ignore[no-any-return]  # pickled by `write`

    def stretches(self) -> Iterator[tuple[People, Positions, Positions, NDArray[np.bool_]]]:
        """Stretches of the register: its people, the pairs as positions in the incoming and in it, which of them are true."""
        return map(_load, sorted(self.folder.glob("stretch-*")))


def _dump(path: Path, what: object) -> None:
    with path.open("wb") as file:
        pickle.dump(what, file, pickle.HIGHEST_PROTOCOL)


def _load(path: Path) -> tuple:  # type: ignore[type-arg]  # as it was dumped
    with path.open("rb") as file:
        return pickle.load(file)  # type: ignore[no-any-return]  # noqa: S301  # as it was dumped, into a folder of its own


def _blocks(pairs: int, workers: int) -> list[slice]:
    """As many blocks for each worker, none larger than what is scored at once."""
    rounds = max(1, -(-pairs // (workers * BLOCK)))
    size = max(1, -(-pairs // (workers * rounds)))
    return [slice(start, start + size) for start in range(0, pairs, size)]


class _Shared:
    """What a forked child scores with: set before the fork, so that what was read is there once."""

    score: Callable[[slice], NDArray[np.float64]]


def _score(block: slice) -> tuple[NDArray[np.float64], int]:
    """The scores of a block, and this process's peak in kilobytes."""
    return _Shared.score(block), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@dataclass(slots=True)
class Night:
    """The figures of a night, summed over the stretches."""

    reading: float = 0.0
    records: int = 0
    scoring: dict[int, float] = field(default_factory=dict)
    peak_kb: int = 0
    scores: list[NDArray[np.float64]] = field(default_factory=list)
    is_true: list[NDArray[np.bool_]] = field(default_factory=list)

    def run(self, world: World, scorer: Scorer, workers: Sequence[int]) -> None:
        """Read and score stretch by stretch, with each of these numbers of processes."""
        start = time.perf_counter()
        reports = world.incoming().records(Kind.REPORT)
        mine = scorer.columns(reports)
        self.reading += time.perf_counter() - start
        self.records += len(reports)
        for people, left, right, is_true in world.stretches():
            start = time.perf_counter()
            yours = scorer.columns(people.records(Kind.INTAKE))
            self.reading += time.perf_counter() - start
            self.records += len(people)
            _Shared.score = lambda block: scorer.score(mine, yours, left[block], right[block]).score  # noqa: B023  # used at once
            _score(slice(0, 1))  # lays out what is laid out once
            for count in workers:
                self._score(len(left), count)
            self.is_true.append(is_true)

    def _score(self, pairs: int, workers: int) -> None:
        start = time.perf_counter()
        blocks = _blocks(pairs, workers)
        if workers == 1:
            done = list(map(_score, blocks))
        else:
            # A collection in a child would write to every object's page, and so copy it.
            gc.freeze()
            with get_context("fork").Pool(workers) as pool:
                done = pool.map(_score, blocks, chunksize=1)
            gc.unfreeze()
        self.scoring[workers] = self.scoring.get(workers, 0.0) + time.perf_counter() - start
        self.peak_kb = max([self.peak_kb, *(peak for _, peak in done)])
        scores = np.concatenate([score for score, _ in done]) if done else np.zeros(0)
        if len(self.scores) == len(self.is_true):
            self.scores.append(scores)


def report(incoming: int, register: int, stretch: int) -> None:
    """Print the times, the memory, and how well the scores part true pairs from others."""
    with tempfile.TemporaryDirectory(prefix="elijah-night-") as name:
        # In a process of its own: making the world is no part of what is measured.
        making = get_context("fork").Process(target=World.write, args=(Path(name), incoming, register, stretch))
        making.start()
        making.join()
        if making.exitcode:
            raise SystemExit("the world could not be made")
        scorer = Scorer(Gazetteer.shipped())
        load_kernel()
        night, world = Night(), World(Path(name))
        night.run(world, scorer, (1, 2))
        truth = int((world.incoming().person >= 0).sum())
    score, is_true = np.concatenate(night.scores), np.concatenate(night.is_true)
    print(
        f"{incoming:,} x {register:,}: {len(score):,} candidates of the seven rules, {stretch:,} of the register at once"
    )
    print(f"reading {night.records:,} records: {night.reading:.1f} s")
    for workers, taken in night.scoring.items():
        print(f"scoring in {workers}: {taken:.2f} s, {len(score) / taken / 1e6:.2f} million pairs a second")
    print(f"peak memory of one process {night.peak_kb / 1024:,.0f} MB; two share what was read")
    order = np.argsort(-score, kind="stable")
    hits, linked = np.cumsum(is_true[order]), np.arange(1, len(order) + 1)
    f1 = 2 * hits / (linked + truth)
    print(f"blocking recall {is_true.sum() / truth:.4f}; best F1 {f1.max():.4f}")


def main(arguments: Sequence[str] = ()) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incoming", type=int, default=10_000)
    parser.add_argument("--register", type=int, default=100_000)
    parser.add_argument("--stretch", type=int, default=STRETCH)
    options = parser.parse_args(arguments)
    report(options.incoming, options.register, options.stretch)


if __name__ == "__main__":
    main(sys.argv[1:])
