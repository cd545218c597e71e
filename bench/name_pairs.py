"""Names to look for and names to look among: people of the development file, near misses of them, and how clerks write them."""

from __future__ import annotations

import csv
import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "khmer_names_dev.csv"
DISTRACTORS: Final = 3000
# Habits of clerks (khmer.md 2.4): what is written, and what others write for it.
_HABITS: Final = tuple(
    (re.compile(written), tuple(others.split("|")))
    for written, others in (
        ("(?<=[kpt])h(?=[aeiouy])", ""),
        ("(?<=[aeiouy])th?$", "th|t"),
        ("(?<=[aeiouy])k$", "kh"),
        ("(?<=[aeiouy])p$", "b"),
        ("(?<=[aeiou])n$", "nn"),
        ("nn", "n"),
        ("s$", "h"),
        ("v", "w"),
        ("ph", "f"),
        ("chh", "ch"),
        ("ch(?!h)(?=[aeiou])", "chh|j"),
        ("d(?=[aeiou])", "t"),
        ("ou", "u|oo"),
        ("(?<![oe])u(?![aeiou])", "ou|o"),
        ("o(?![aeiouv])", "or|u|ou"),
        ("or(?![aeiou])", "o"),
        ("ea", "ia|ie|ear"),
        ("oeu", "eu|oeur"),
        ("ey(?![aeiou])", "ei|y|ay|i"),
        ("(?<![aeo])y(?![aeiou])", "i|ey"),
        ("i(?![aeiou])", "y|e"),
        ("e(?![aeiouy])", "ae|i"),
        ("ao", "au|ov"),
        ("eo", "ev|eov"),
        ("uo", "ou|ua"),
        ("ai", "ay"),
        ("ay", "ai|ey"),
        ("(?<!e)a(?![aeiouy])", "ar"),
    )
)


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


@dataclass(frozen=True)
class Haystack:
    """Khmer names, the people first, and Latin queries by kind: (spelling, position of the right name)."""

    names: list[str]
    people: int
    queries: dict[str, list[tuple[str, int]]]


def read_rows() -> list[Row]:
    """The development names."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return [
            Row(r["khmer"], r["latin"], _split(r["latin_variants"]), _split(r["latin_variants_habit"]), r["kind"])
            for r in csv.DictReader(file)
        ]


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def haystack(rows: list[Row], rng: random.Random, *, latin: bool = False) -> Haystack:
    """The full names of the file, in Khmer or in their main Latin spelling, among 3,000 others that share their family or their
    given name.
    """
    people = [row for row in rows if row.kind == "person"]
    family = [_written(r, latin) for r in rows if r.kind == "family"] + [
        _written(p, latin).split(" ", 1)[0] for p in people
    ]
    given = [_written(r, latin) for r in rows if r.kind == "given"] + [
        _written(p, latin).split(" ", 1)[1] for p in people
    ]
    names = dict.fromkeys(_written(person, latin) for person in people)
    while len(names) < len(people) + DISTRACTORS:
        mine, own = _written(rng.choice(people), latin).split(" ", 1)
        names[f"{mine} {rng.choice(given)}" if len(names) % 2 else f"{rng.choice(family)} {own}"] = None
    return Haystack(list(names), len(people), _queries(people, rng))


def _written(row: Row, latin: bool) -> str:
    return row.main if latin else row.khmer


def _queries(people: list[Row], rng: random.Random) -> dict[str, list[tuple[str, int]]]:
    queries: dict[str, list[tuple[str, int]]] = {
        "main spelling": [(p.main, i) for i, p in enumerate(people)],
        "attested": [(spelling, i) for i, p in enumerate(people) for spelling in p.variants],
        "habit": [(spelling, i) for i, p in enumerate(people) for spelling in p.habits],
    }
    respelled = [
        (respell(" ".join(reversed(rng.choice([p.main, *p.variants]).split(" ", 1))), rng), i)
        for i, p in enumerate(people)
        for _ in range(2)
    ]
    queries["typo"] = [(with_typo(p.main, rng), i) for i, p in enumerate(people) for _ in range(2)]
    queries["respelled+swapped"] = respelled
    queries["respelled+swapped+typo"] = [(with_typo(spelling, rng), i) for spelling, i in respelled]
    return queries


def respell(text: str, rng: random.Random, times: int = 2) -> str:
    """The text after so many habits of other clerks, each drawn from all that fit somewhere."""
    words = text.lower().split()
    for _ in range(times):
        ways = [
            (at, found.start(), found.end(), other)
            for at, word in enumerate(words)
            for written, others in _HABITS
            for found in written.finditer(word)
            for other in others
        ]
        if ways:
            at, start, end, other = rng.choice(ways)
            words[at] = words[at][:start] + other + words[at][end:]
    return " ".join(word.capitalize() for word in words)


def with_typo(text: str, rng: random.Random) -> str:
    """The text with one letter left out, doubled or changed."""
    at = rng.randrange(1, len(text))
    return text[:at] + rng.choice(["", text[at] * 2, rng.choice("abdehiknoprstuy")]) + text[at + 1 :]
