"""How well names find each other across scripts and spellings, beside anyascii + Jaro-Winkler, and how fast.

Run: `python -m bench.names` from the checkout; needs ../shared/data/khmer_names_dev.csv (not part of the checkout).
"""

from __future__ import annotations

import csv
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from anyascii import anyascii
from numpy.typing import NDArray
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cdist

from matcher.names import Name, NameLevel, analyse, compare_many, keys

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "khmer_names_dev.csv"
PEOPLE = 600
Matrix = NDArray[np.float32]
Method = Callable[[Sequence[str], Sequence[str]], Matrix]


@dataclass(frozen=True)
class Row:
    """One name of the development file."""

    khmer: str
    main: str
    variants: tuple[str, ...]
    habits: tuple[str, ...]
    kind: str

    @property
    def spellings(self) -> frozenset[str]:
        """Every Latin spelling, in lower case."""
        return frozenset(s.lower() for s in (self.main, *self.variants, *self.habits))


def read_rows() -> list[Row]:
    """The development names."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return [
            Row(r["khmer"], r["latin"], _split(r["latin_variants"]), _split(r["latin_variants_habit"]), r["kind"])
            for r in csv.DictReader(file)
        ]


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def first_form(text: str) -> Name:
    """The first name of a field."""
    return analyse(text)[0]


def ours(left: Sequence[str], right: Sequence[str]) -> Matrix:
    """All against all with matcher.names."""
    a, b = [first_form(t) for t in left], [first_form(t) for t in right]
    flat = compare_many([x for x in a for _ in b], [y for _ in a for y in b])[0]
    return flat.reshape(len(a), len(b))


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
    right = np.array(
        [[names[j] in spelled[q.lower()] for j in line] for (q, _), line in zip(queries, ranked, strict=True)]
    )
    if "-v" in sys.argv and method is ours:
        for (q, khmer), line, good in zip(queries, ranked, right, strict=True):
            if not good[0]:
                i = names.index(khmer)
                row = table[queries.index((q, khmer))]
                print("   miss", q, khmer, f"{row[i]:.3f}", [(names[j], round(float(row[j]), 3)) for j in line[:2]])
    return float(right[:, 0].mean()), float(right.any(axis=1).mean())


def people(rows: list[Row], rng: random.Random) -> list[tuple[str, str, str]]:
    """Invented full names: Khmer, main Latin spelling, respelled and swapped Latin spelling; no two with the same sounds in Khmer."""
    family = [r for r in rows if r.kind == "family"]
    given = [r for r in rows if r.kind == "given"]
    found: dict[tuple[str, str], tuple[str, str, str]] = {}
    while len(found) < PEOPLE:
        f, g = rng.choice(family), rng.choice(given)
        respelled = [rng.choice([*r.variants, *r.habits] or [r.main]) for r in (f, g)]
        key = (f.main, g.main)
        found.setdefault(key, (f"{f.khmer} {g.khmer}", f"{f.main} {g.main}", " ".join(reversed(respelled))))
    return list(found.values())


def with_typo(text: str, rng: random.Random) -> str:
    """The text with one letter left out, doubled or changed."""
    at = rng.randrange(1, len(text))
    return text[:at] + rng.choice(["", text[at] * 2, rng.choice("abdehiknoprstuy")]) + text[at + 1 :]


def same_spelling(rows: list[Row], made: list[tuple[str, str, str]]) -> NDArray[np.bool_]:
    """Which pairs of people no method can tell apart in Latin, since each part shares a listed spelling (Khoun: ឃុន, ឃួន)."""
    spelled: dict[str, set[str]] = {}
    for row in rows:
        spelled.setdefault(row.khmer, set()).update(row.spellings)
    parts = [[spelled[part] for part in p[0].split(" ", 1)] for p in made]
    return np.array([[all(x & y for x, y in zip(a, b, strict=True)) for b in parts] for a in parts])


def true_positive_rates(
    left: list[str], right: list[str], method: Method, ambiguous: NDArray[np.bool_]
) -> tuple[float, float, float]:
    """hit@1, and the share of true pairs above what 1 in 1,000 and 1 in 10,000 false pairs reach."""
    table = method(left, right)
    true = np.diag(table)
    false = np.sort(table[~ambiguous])[::-1]
    top = float((np.where(ambiguous, -1, table).max(axis=1) <= true).mean())
    return (top, *(float((true > false[int(len(false) * rate)]).mean()) for rate in (1e-3, 1e-4)))


def key_recall(pairs: list[tuple[str, str]]) -> tuple[float, float]:
    """Share of pairs with a key in common, and the mean number of keys of a name."""
    sides = [(set(keys(first_form(a))), set(keys(first_form(b)))) for a, b in pairs]
    return float(np.mean([bool(a & b) for a, b in sides])), float(np.mean([len(k) for side in sides for k in side]))


def candidates_per_query(queries: list[str], stored: list[str]) -> float:
    """How many of the stored names the keys bring up for a query, in the mean."""
    sets = [set(keys(first_form(name))) for name in stored]
    return float(np.mean([sum(bool(set(keys(first_form(q))) & s) for s in sets) for q in queries[:200]]))


def report_speed(made: list[tuple[str, str, str]]) -> None:
    """Milliseconds for 1,000 pairs and for reading a new name."""
    a, b = [first_form(p[0]) for p in made], [first_form(p[2]) for p in made]
    rng = random.Random(2)  # noqa: S311  # a repeatable draw, no secret
    pairs = [(rng.choice(a), rng.choice(b)) for _ in range(1000)]
    left, right = [p[0] for p in pairs], [p[1] for p in pairs]
    times = []
    for _ in range(9):
        start = time.perf_counter()
        compare_many(left, right)
        times.append(time.perf_counter() - start)
    from matcher.names import name, tokens  # noqa: PLC0415  # only to empty the caches

    name._analyse.cache_clear()
    tokens.token.cache_clear()
    texts = [text for p in made for text in p]
    start = time.perf_counter()
    for text in texts:
        analyse(text)
    reading = (time.perf_counter() - start) / len(texts)
    print(f"1,000 pairs: {1000 * sorted(times)[4]:.1f} ms (median of 9); a new name: {1000 * reading:.3f} ms")


def report_levels(made: list[tuple[str, str, str]]) -> None:
    """Which levels true pairs, brothers and sisters (same family name) and strangers get, in percent."""
    khmer, respelled = [first_form(p[0]) for p in made], [first_form(p[2]) for p in made]
    n = len(made)
    shift = [(i, (i + k) % n) for k in range(1, 40) for i in range(n)]
    family = [p[0].split(" ", 1)[0] for p in made]
    groups = {
        "true": [(i, i) for i in range(n)],
        "same family name": [(i, j) for i, j in shift if family[i] == family[j]],
        "strangers": [(i, j) for i, j in shift if family[i] != family[j]],
    }
    print("levels, %".ljust(28), *(level.name.lower().rjust(11) for level in NameLevel))
    for label, pairs in groups.items():
        levels = compare_many([khmer[i] for i, _ in pairs], [respelled[j] for _, j in pairs])[1]
        shares = np.bincount(levels, minlength=len(NameLevel)) / len(levels)
        print(f"{label} ({len(pairs)})".ljust(28), *(f"{100 * share:11.3f}" for share in shares))


def main() -> None:
    """Print the tables."""
    if not DATA.exists():
        sys.exit(f"bench.names needs {DATA}: the development names lie beside the checkout, not in it")
    rows = read_rows()
    rng = random.Random(7)  # noqa: S311  # a repeatable draw, no secret
    made = people(rows, rng)
    queries = {
        "main spelling": [(r.main, r.khmer) for r in rows],
        "attested variants": [(v, r.khmer) for r in rows for v in r.variants],
        "habit variants": [(v, r.khmer) for r in rows for v in r.habits],
    }
    print(f"{len(rows)} names, {PEOPLE} invented full names".ljust(40), "ours".rjust(16), "anyascii+JW".rjust(16))
    for label, asked in queries.items():
        cells = [
            "/".join(f"{value:.3f}" for value in hits(rows, asked, method)) for method in (ours, plain_jaro_winkler)
        ]
        print(f"{label} ({len(asked)}) hit@1/@5".ljust(40), *(cell.rjust(16) for cell in cells))
    sides = {
        "Khmer x main": (0, 1),
        "Khmer x respelled+swapped": (0, 2),
        "main x respelled+swapped": (1, 2),
        "Khmer x respelled+swapped+typo": (0, 3),
    }
    columns = [list(column) for column in zip(*made, strict=True)]
    columns.append([with_typo(text, rng) for text in columns[2]])
    ambiguous = same_spelling(rows, made)
    for label, (i, j) in sides.items():
        for method_label, method in (("ours", ours), ("anyascii+JW", plain_jaro_winkler)):
            values = "  ".join(f"{v:.3f}" for v in true_positive_rates(columns[i], columns[j], method, ambiguous))
            print(f"{label}, {method_label}".ljust(42), "hit@1, TPR@1e-3, TPR@1e-4:", values)
    for label, pairs in {
        "respelled+swapped": [(p[0], p[2]) for p in made],
        "respelled+swapped+typo": list(zip(columns[0], columns[3], strict=True)),
        "variants": queries["attested variants"] + queries["habit variants"],
    }.items():
        recall, mean = key_recall(pairs)
        print(f"key recall, {label}: {recall:.3f} ({mean:.1f} keys a name)")
    print(f"candidates a query of {PEOPLE}: {candidates_per_query([p[2] for p in made], [p[0] for p in made]):.1f}")
    report_levels(made)
    report_speed(made)


if __name__ == "__main__":
    main()
