"""Scoring at the scale of a ministry: the candidates of engines.md 1.4 through the product's own scorer, beside Splink.

Run: `python -m bench.night [--incoming 100000] [--register 1000000] [--splink]`. The candidates are the union of the seven rules
that Splink is given, so that both score the same pairs. Reading the records is timed apart from scoring: an installation reads a
record once, when it is loaded. `--splink` needs `.venv-peers` (requirements-bench.txt).
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import get_context
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
_RULES: Final = (
    ("dob",), ("given_name", "surname"), ("phone",), ("commune", "year", "sex"), ("given_name", "commune"),
    ("surname", "commune"), ("turned", "year"),
)  # fmt: skip
_PAIRS_AT_ONCE: Final = BLOCK


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


def _blocks(pairs: int) -> Iterator[slice]:
    for start in range(0, pairs, _PAIRS_AT_ONCE):
        yield slice(start, start + _PAIRS_AT_ONCE)


class _Shared:
    """What a forked child scores with: set before the fork, so that what was read is there once."""

    score: Callable[[slice], NDArray[np.float64]]


def _score(block: slice) -> NDArray[np.float64]:
    return _Shared.score(block)


def _score_all(pairs: int, workers: int) -> NDArray[np.float64]:
    blocks = list(_blocks(pairs))
    if workers == 1:
        return np.concatenate([_score(block) for block in blocks])
    with get_context("fork").Pool(workers) as pool:
        return np.concatenate(pool.map(_score, blocks, chunksize=1))


def report(incoming: int, register: int) -> None:
    """Print the times, the memory, and how well the scores part true pairs from others."""
    reports, known = scale_world(incoming, register)
    left, right = candidates(reports, known)
    print(f"{incoming:,} x {register:,}: {len(left):,} candidates of the seven rules")
    scorer = Scorer(Gazetteer.shipped())
    load_kernel()
    start = time.perf_counter()
    mine, yours = (
        scorer.columns(people.records(kind)) for people, kind in ((reports, Kind.REPORT), (known, Kind.INTAKE))
    )
    print(f"reading {len(reports) + len(known):,} records: {time.perf_counter() - start:.1f} s")
    _Shared.score = lambda block: scorer.score(mine, yours, left[block], right[block]).score
    _score(slice(0, 1))  # lays out what is laid out once
    for workers in (1, 2):
        start = time.perf_counter()
        score = _score_all(len(left), workers)
        taken = time.perf_counter() - start
        print(f"scoring in {workers}: {taken:.2f} s, {len(left) / taken / 1e6:.2f} million pairs a second")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
    is_true = reports.person[left] == known.person[right]
    order = np.argsort(-score, kind="stable")
    hits, linked = np.cumsum(is_true[order]), np.arange(1, len(order) + 1)
    truth = int((reports.person >= 0).sum())
    f1 = 2 * hits / (linked + truth)
    print(f"blocking recall {is_true.sum() / truth:.4f}; best F1 {f1.max():.4f}")


def main(arguments: Sequence[str] = ()) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incoming", type=int, default=10_000)
    parser.add_argument("--register", type=int, default=100_000)
    options = parser.parse_args(arguments)
    report(options.incoming, options.register)


if __name__ == "__main__":
    main(sys.argv[1:])
