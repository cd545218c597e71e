"""How many documents had each key at the freeze: a table in the index itself, read in pieces, and small changes to it since.

The keys are sorted by hash and cut into buckets by their first bits, about 256 keys each. A process reads the buckets that its
queries touch and keeps them: 12 bytes a key, all of them where it works long enough.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np

from indexer.index.block import Hashes, Numbers
from indexer.index.elasticsearch.bulk import Action
from indexer.index.elasticsearch.generation import Note
from indexer.index.elasticsearch.server import GoneError, Server

_BUCKET: Final = 256
_REPLACED: Final = "table of frequencies"
_HASH: Final = np.dtype("<u8")
_COUNT: Final = np.dtype("<i4")


@dataclass(frozen=True, slots=True)
class Counts:
    """Distinct hashes, sorted, and a number for each."""

    hashes: Hashes
    numbers: Numbers

    @classmethod
    def of(cls, hashes: Hashes, numbers: Numbers | None = None) -> Counts:
        """Hashes in any order, a hash given twice counting with both numbers (1 each, where none are given)."""
        values = np.ones(len(hashes), dtype=np.int64) if numbers is None else numbers
        distinct, places = np.unique(hashes, return_inverse=True)
        sums = np.bincount(places, weights=values, minlength=len(distinct)).astype(np.int64)
        return cls(distinct.astype(np.uint64), sums)

    @classmethod
    def sum(cls, parts: Sequence[Counts]) -> Counts:
        """All together; what adds up to nothing is left out."""
        if not parts:
            return cls.of(np.array([], dtype=np.uint64))
        total = cls.of(
            np.concatenate([part.hashes for part in parts]), np.concatenate([part.numbers for part in parts])
        )
        kept = total.numbers != 0
        return cls(total.hashes[kept], total.numbers[kept])

    def minus(self) -> Counts:
        """With the opposite sign."""
        return Counts(self.hashes, -self.numbers)

    def __len__(self) -> int:
        return len(self.hashes)

    def find(self, hashes: Hashes) -> Numbers:
        """The number of each hash, 0 where it is not here."""
        places = np.searchsorted(self.hashes, hashes)
        known = places < len(self.hashes)
        known[known] = self.hashes[places[known]] == hashes[known]
        found = np.zeros(len(hashes), dtype=np.int64)
        found[known] = self.numbers[places[known]]
        return found

    def packed(self) -> dict[str, Any]:
        """As the content of a document."""
        return {
            "hashes": b64encode(self.hashes.astype(_HASH).tobytes()).decode("ascii"),
            "numbers": b64encode(self.numbers.astype(_COUNT).tobytes()).decode("ascii"),
        }

    @classmethod
    def unpacked(cls, stored: Mapping[str, str]) -> Counts:
        """From the content of a document."""
        hashes = np.frombuffer(b64decode(stored["hashes"]), dtype=_HASH).astype(np.uint64)
        return cls(hashes, np.frombuffer(b64decode(stored["numbers"]), dtype=_COUNT).astype(np.int64))


def bits_for(keys: int) -> int:
    """By how many first bits a table of that many keys is cut."""
    return max((keys // _BUCKET).bit_length(), 1)


def table_actions(table: str, bits: int, counts: Counts) -> Iterator[Action]:
    """A table as bulk actions; empty buckets too, so that one that is missing says that the table is gone."""
    buckets = _buckets(counts.hashes, bits)
    bounds = np.searchsorted(buckets, np.arange((1 << bits) + 1)).tolist()
    for bucket, (start, end) in enumerate(pairwise(bounds)):
        part = Counts(counts.hashes[start:end], counts.numbers[start:end])
        yield _action(_bucket_id(table, bucket), part)


def delta_action(name: str, counts: Counts) -> Action:
    """A small change of the table as a bulk action."""
    return _action(name, counts)


class Frequencies:
    """The frozen frequencies that one note names. Thread-safe: what is read twice at once is the same."""

    def __init__(self, server: Server, index: str, note: Note) -> None:
        self._server = server
        self._index = index
        self._note = note
        self._read: dict[int, Counts] = {}
        self._delta: Counts | None = None

    def is_of(self, index: str, note: Note) -> bool:
        """Whether they are still those of this note."""
        mine = (self._index, self._note.table, self._note.deltas)
        return mine == (index, note.table, note.deltas)

    def find(self, hashes: Hashes) -> Numbers:
        """How many documents had each key. Raises `GoneError`, `IndexUnavailableError`."""
        buckets = _buckets(hashes, self._note.bits)
        self._fetch(set(buckets.tolist()))
        found = self._deltas().find(hashes)
        for bucket in np.unique(buckets).tolist():
            inside = buckets == bucket
            found[inside] += self._read[bucket].find(hashes[inside])
        return found

    def whole(self) -> Counts:
        """Everything, for building a new table."""
        self._fetch(set(range(1 << self._note.bits)))
        return Counts.sum([*self._read.values(), self._deltas()])

    def _deltas(self) -> Counts:
        if self._delta is None:
            self._delta = Counts.sum(list(self._documents(self._note.deltas).values()))
        return self._delta

    def _fetch(self, buckets: set[int]) -> None:
        missing = {_bucket_id(self._note.table, bucket): bucket for bucket in sorted(buckets - self._read.keys())}
        found = self._documents(tuple(missing))
        self._read.update({bucket: found[name] for name, bucket in missing.items()})

    def _documents(self, names: Sequence[str]) -> dict[str, Counts]:
        found = self._server.get_many(self._index, names, quick=True)
        if len(found) < len(names):
            raise GoneError(_REPLACED)
        return {one["_id"]: Counts.unpacked(one["_source"]["stored"]) for one in found}


def _buckets(hashes: Hashes, bits: int) -> Numbers:
    return (hashes >> np.uint64(64 - bits)).astype(np.int64)


def _bucket_id(table: str, bucket: int) -> str:
    return f"{table}-{bucket}"


def _action(name: str, counts: Counts) -> Action:
    return {"index": {"_id": name}}, {"stored": counts.packed()}
