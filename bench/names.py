"""How well names find each other across scripts and spellings, beside anyascii + Jaro-Winkler in the same run, and how fast.

Run: `python -m bench.names [--names 1000000]` from the checkout; needs ../shared/data/khmer_names_dev.csv (not part of it).
`-v` shows the queries that miss. Nothing is fitted in here; the five folds of the people show how much a figure may move.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from anyascii import anyascii
from numpy.typing import NDArray
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cdist

from bench import name_keys
from bench.name_pairs import DATA, Haystack, Row, haystack, read_rows
from matcher.names import Name, NameLevel, NameTable, analyse, compare_many, compare_positions, load_kernel

Matrix = NDArray[np.float32]
Method = Callable[[Sequence[str], Sequence[str]], Matrix]
_FOLDS: Final = 5
_MIX: Final = ("main spelling", "respelled+swapped", "respelled+swapped+typo")


def first_form(text: str) -> Name:
    """The first name of a field."""
    return analyse(text)[0]


def ours(left: Sequence[str], right: Sequence[str]) -> Matrix:
    """All against all with matcher.names."""
    table = NameTable([first_form(text) for text in (*left, *right)])
    a, b = np.arange(len(left)), np.arange(len(left), len(left) + len(right))
    found = compare_positions(table, np.repeat(a, len(b)), np.tile(b, len(a)))[0]
    return found.reshape(len(a), len(b))


def plain_jaro_winkler(left: Sequence[str], right: Sequence[str]) -> Matrix:
    """All against all with anyascii and Jaro-Winkler, the better of both orders of the parts."""
    a, b = ([anyascii(t).lower() for t in side] for side in (left, right))
    turned = [" ".join(reversed(t.split())) for t in b]
    tables = [cdist(a, side, scorer=JaroWinkler.normalized_similarity, dtype=np.float32) for side in (b, turned)]
    return np.asarray(np.maximum(*tables), np.float32)


def hits(rows: list[Row], queries: list[tuple[str, str]], method: Method) -> tuple[float, float]:
    """hit@1 and hit@5 of Latin queries among all Khmer names; a homograph that lists the same spelling counts."""
    names = sorted({row.khmer for row in rows})
    spelled: dict[str, set[str]] = {}
    for row in rows:
        for spelling in row.spellings:
            spelled.setdefault(spelling, set()).add(row.khmer)
    table = method([q for q, _ in queries], names)
    ranked = np.argsort(-table, axis=1, kind="stable")[:, :5]
    right = [[names[j] in spelled[q.lower()] for j in line] for (q, _), line in zip(queries, ranked, strict=True)]
    return float(np.mean([line[0] for line in right])), float(np.mean([any(line) for line in right]))


def latin_hits(rows: list[Row], method: Method) -> float:
    """hit@1 of every other Latin spelling among all main spellings; one that stands for several names may find any of them."""
    mains = sorted({row.main for row in rows})
    meant: dict[str, set[str]] = {}
    for row in rows:
        for spelling in (*row.variants, *row.habits):
            meant.setdefault(spelling, set()).add(row.main)
    table = method(list(meant), mains)
    return float(np.mean([mains[j] in right for j, right in zip(table.argmax(axis=1), meant.values(), strict=True)]))


def true_positive_rate(table: Matrix, right: NDArray[np.intp], rate: float) -> float:
    """The share of true pairs above what this share of the false pairs reaches."""
    rows = np.arange(len(right))
    is_false = np.ones(table.shape, np.bool_)
    is_false[rows, right] = False
    false = np.sort(table[is_false])[::-1]
    return float((table[rows, right] > false[int(len(false) * rate)]).mean())


def report_haystack(stack: Haystack, script: str, *, verbose: bool) -> None:
    """hit@1, hit@5 and true positive rates among the people and 3,000 near misses; the range is over five folds of the people."""
    print(f"\n{stack.people} people among {len(stack.names)} {script} names".ljust(42), "hit@1 hit@5 TPR@1e-3 TPR@1e-4")
    for method_label, method in (("ours", ours), ("anyascii+JW", plain_jaro_winkler)):
        tables = {label: method([q for q, _ in asked], stack.names) for label, asked in stack.queries.items()}
        right = {label: np.array([i for _, i in asked], np.intp) for label, asked in stack.queries.items()}
        for label, table in tables.items():
            print(f"{label} ({len(table)}), {method_label}".ljust(42), _figures(table, right[label]))
        mixed = np.concatenate([tables[label] for label in _MIX]), np.concatenate([right[label] for label in _MIX])
        folds = [true_positive_rate(*_fold(*mixed, fold), 1e-4) for fold in range(_FOLDS)]
        print(f"these together, {method_label}".ljust(42), _figures(*mixed), f"folds {min(folds):.3f}-{max(folds):.3f}")
        if verbose and method is ours:
            _print_misses(stack, tables)


def _figures(table: Matrix, right: NDArray[np.intp]) -> str:
    better = (table > table[np.arange(len(right)), right][:, None]).sum(axis=1)
    rates = [true_positive_rate(table, right, rate) for rate in (1e-3, 1e-4)]
    return "  ".join(f"{value:.3f}" for value in ((better == 0).mean(), (better < 5).mean(), *rates))


def _fold(table: Matrix, right: NDArray[np.intp], fold: int) -> tuple[Matrix, NDArray[np.intp]]:
    mine = right % _FOLDS == fold
    return table[mine], right[mine]


def _print_misses(stack: Haystack, tables: dict[str, Matrix]) -> None:
    for label, table in tables.items():
        for (query, i), line in zip(stack.queries[label], table, strict=True):
            best = int(line.argmax())
            if line[best] > line[i]:
                print(f"   miss: {query} | {stack.names[i]} {line[i]:.3f} | {stack.names[best]} {line[best]:.3f}")


def report_levels(stack: Haystack) -> None:
    """Which levels true pairs, pairs with one part in common and strangers get, in percent."""
    asked = [(query, i) for label in _MIX[:2] for query, i in stack.queries[label]]
    names, queries = [first_form(name) for name in stack.names], [first_form(query) for query, _ in asked]
    rng = random.Random(5)  # noqa: S311  # a repeatable draw, no secret
    pairs = [(q, rng.randrange(len(names))) for q in range(len(asked)) for _ in range(60)]
    parts = [set(name.split(" ", 1)) for name in stack.names]
    near = [bool(parts[asked[q][1]] & parts[j]) for q, j in pairs]
    groups = {
        "true": [(q, i) for q, (_, i) in enumerate(asked)],
        "one part in common": [pair for pair, shared in zip(pairs, near, strict=True) if shared],
        "strangers": [pair for pair, shared in zip(pairs, near, strict=True) if not shared],
    }
    print("\nlevels, %".ljust(30), *(level.name.lower().rjust(11) for level in NameLevel))
    for label, some in groups.items():
        levels = compare_many([queries[q] for q, _ in some], [names[j] for _, j in some])[1]
        shares = np.bincount(levels, minlength=len(NameLevel)) / len(levels)
        print(f"{label} ({len(some)})".ljust(29), *(f"{100 * share:11.3f}" for share in shares))


def report_speed(stack: Haystack) -> None:
    """Seconds of processor time: other work on the machine does not count."""
    texts = [*stack.names, *(query for asked in stack.queries.values() for query, _ in asked)]
    from matcher.names import name, tokens  # noqa: PLC0415  # only to empty the caches

    name._analyse.cache_clear()
    tokens.token.cache_clear()
    start = time.process_time()
    names = [first_form(text) for text in texts]
    print(f"\na new name: {1000 * (time.process_time() - start) / len(texts):.3f} ms")
    load_kernel()
    table, rng = NameTable(names), np.random.default_rng(1)
    query, candidates = np.zeros(1000, np.intp), rng.integers(0, len(names), 1000)
    print(
        f"1,000 candidates of one query: {1000 * _median(lambda: compare_positions(table, query, candidates)):.1f} ms"
    )
    a, b = rng.integers(0, len(names), 500_000), rng.integers(0, len(names), 500_000)
    print(f"a batch: {500_000 / _median(lambda: compare_positions(table, a, b), 3):,.0f} pairs a second")


def _median(work: Callable[[], object], times: int = 9) -> float:
    taken = []
    for _ in range(times):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return sorted(taken)[times // 2]


def main(arguments: Sequence[str] = ()) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=20_000, help="how many distinct names the keys are tried on")
    parser.add_argument("-v", action="store_true", help="show the queries that miss")
    options = parser.parse_args(arguments)
    if not DATA.exists():
        sys.exit(f"bench.names needs {DATA}: the development names lie beside the checkout, not in it")
    rows = read_rows()
    asked = {
        "main spelling": [(r.main, r.khmer) for r in rows],
        "attested variants": [(v, r.khmer) for r in rows for v in r.variants],
        "habit variants": [(v, r.khmer) for r in rows for v in r.habits],
    }
    print(f"{len(rows)} names of the file, hit@1/@5".ljust(42), "ours".rjust(12), "anyascii+JW".rjust(12))
    for label, queries in asked.items():
        cells = ["/".join(f"{v:.3f}" for v in hits(rows, queries, method)) for method in (ours, plain_jaro_winkler)]
        print(f"{label} ({len(queries)})".ljust(42), *(cell.rjust(12) for cell in cells))
    cells = [f"{latin_hits(rows, method):.3f}" for method in (ours, plain_jaro_winkler)]
    print("Latin variant to main spelling, hit@1".ljust(42), *(cell.rjust(12) for cell in cells))
    stack = haystack(rows, random.Random(1))  # noqa: S311  # a repeatable draw, no secret
    report_haystack(stack, "Khmer", verbose=options.v)
    latin = haystack(rows, random.Random(1), latin=True)  # noqa: S311  # as above
    report_haystack(latin, "Latin", verbose=options.v)
    report_levels(stack)
    report_speed(stack)
    name_keys.report(options.names, min(1500, options.names // 4))


if __name__ == "__main__":
    main(sys.argv[1:])
