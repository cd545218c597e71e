"""The tables behind the invented worlds, read once.

`bench/data/*.csv`, and the provinces and districts that the matcher ships.
"""

from __future__ import annotations

import csv
import random
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Final, Generic, TypeVar

_HERE: Final = Path(__file__).parent
_OWN: Final = _HERE / "data"
_SHIPPED: Final = _HERE.parent / "matcher" / "data"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Draw(Generic[T]):
    """Items with a share each; `pick` draws one in a microsecond. Built once, drawn from a million times."""

    items: tuple[T, ...]
    cumulative: tuple[float, ...]

    @classmethod
    def of(cls, items: Sequence[T], weights: Sequence[float]) -> Draw[T]:
        """Any positive weights, one an item."""
        total = sum(weights)
        return cls(tuple(items), tuple(accumulate(weight / total for weight in weights)))

    @classmethod
    def zipf(cls, items: Sequence[T], exponent: float) -> Draw[T]:
        """The item of rank r (from 1) has a share proportional to 1 / r ** exponent."""
        return cls.of(items, [1 / rank**exponent for rank in range(1, len(items) + 1)])

    def pick(self, rng: random.Random) -> T:
        """One item by its share."""
        return self.items[min(bisect(self.cumulative, rng.random()), len(self.items) - 1)]


def make_rng(seed: int | str) -> random.Random:
    """A generator of invented data: the same seed gives the same world on every machine."""
    return random.Random(seed)  # noqa: S311  # invented data, nothing secret


def own_rows(name: str) -> list[dict[str, str]]:
    """The rows of `bench/data/<name>.csv`."""
    return _rows(_OWN / f"{name}.csv")


def shipped_rows(name: str) -> list[dict[str, str]]:
    """The rows of `matcher/data/<name>.csv`."""
    return _rows(_SHIPPED / f"{name}.csv")


def ways(text: str) -> tuple[str, ...]:
    """The ways of writing in one cell, the usual one first."""
    return tuple(text.split("|"))


@cache
def spellings() -> dict[str, tuple[tuple[str, float], ...]]:
    """Sound -> its Latin spellings with their weights; `""` where a writer leaves the sound out."""
    return {row["sound"]: _weights(row["spellings"]) for row in own_rows("spellings")}


def _weights(cell: str) -> tuple[tuple[str, float], ...]:
    pairs = (part.split(":") for part in cell.split())
    return tuple(("" if spelling == "_" else spelling, float(weight)) for spelling, weight in pairs)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))
