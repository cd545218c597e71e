"""How far down the list the keys of a name bring the true one, among very many distinct names that are near each other."""

from __future__ import annotations

import random
import zlib
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.noise import mistype
from bench.world_names import PersonName, latin_full, latin_given, stock
from matcher.names import analyse, keys

CANDIDATES: Final = 200
_BITS: Final = 24  # as indexer.retrieval weighs a key
_NOT_FOUND: Final = 1 << 40


@dataclass(frozen=True)
class KeyIndex:
    """Hashed keys in order, and beside each the name that has it."""

    hashes: NDArray[np.uint32]
    owners: NDArray[np.int32]
    names: int

    def rank(self, wanted: set[str], true: int) -> int:
        """How many names weigh at least as much as the true one; very many where it has none of the keys."""
        weight = np.zeros(self.names, np.int32)
        for key in wanted:
            start, end = (int(np.searchsorted(self.hashes, np.uint32(_hash(key)), side)) for side in ("left", "right"))
            if end > start:
                weight[self.owners[start:end]] += max(1, round(_BITS - np.log2(end - start + 1)))
        return int((weight >= weight[true]).sum()) if weight[true] else _NOT_FOUND


def _hash(key: str) -> int:
    return zlib.crc32(key.encode())


def distinct_people(count: int, rng: random.Random) -> list[PersonName]:
    """So many full names, all different, every combination as likely as another: nearer to each other than real ones."""
    family, given, first, second = (stock(role) for role in ("family", "given", "first", "second"))
    shapes = ((given,), (first, second), (given, second), (first, second, second))
    found: dict[str, PersonName] = {}
    while len(found) < count:
        shape = rng.choices(shapes, (2, 48, 30, 20))[0]
        name = PersonName(rng.choice(family), tuple(rng.choice(parts) for parts in shape))
        found.setdefault(name.khmer, name)
    return list(found.values())


def index_of(people: list[PersonName]) -> KeyIndex:
    """The Khmer names of these people by their keys."""
    hashes = array("I")
    counts = np.zeros(len(people), np.int64)
    for i, person in enumerate(people):
        found = [_hash(key) for name in analyse(person.khmer) for key in keys(name)]
        hashes.extend(found)
        counts[i] = len(found)
    owners = np.repeat(np.arange(len(people), dtype=np.int32), counts)
    hashed = np.frombuffer(hashes, np.uint32)
    order = np.argsort(hashed, kind="stable")
    return KeyIndex(hashed[order], owners[order], len(people))


def report(count: int, queries: int) -> None:
    """Print the share of true names among 200 candidates, by the way they are written."""
    rng = random.Random(4)  # noqa: S311  # a repeatable draw, no secret
    people = distinct_people(count, rng)
    index = index_of(people)
    print(f"keys: {count:,} distinct names, {len(index.hashes) / count:.1f} keys a name; true name among {CANDIDATES}:")
    ways: dict[str, Callable[[PersonName], str]] = {
        "usual spelling": lambda p: latin_full(p, rng, 2.0),
        "respelled, swapped": lambda p: latin_full(p, rng, 0.8, swapped=True),
        "respelled, swapped, typo": lambda p: mistype(latin_full(p, rng, 0.8, swapped=True), rng),
        "given name only": lambda p: latin_given(p.given, rng, 0.8),
    }
    for label, write in ways.items():
        ranks = [
            index.rank({key for name in analyse(write(person)) for key in keys(name)}, i)
            for i, person in enumerate(people[:queries])
        ]
        print(f"  {label:<28} {np.mean(np.array(ranks) <= CANDIDATES):.4f}")
