"""Documents as arrays: what is stored, sent between processes and merged. Keys are 64-bit hashes, never text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from indexer.index.protocol import Document
from matcher.many_keys import ManyKeys
from matcher.record import Kind

OPEN, TRACEABLE, INTAKE = 1, 2, 4
Numbers = NDArray[np.int64]
Hashes = NDArray[np.uint64]


@lru_cache(maxsize=100_000)
def key_hash(key: str) -> int:
    """A key as a 64-bit number. Two of a billion keys collide with a chance of 3 %, and that only brings up a candidate more."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "little")


def key_hashes(keys: Iterable[str]) -> Hashes:
    """Keys as 64-bit numbers, in the order given."""
    return np.array([key_hash(key) for key in keys], dtype=np.uint64)


@lru_cache(maxsize=10_000)
def source_hash(source: str) -> int:
    """A source as a 64-bit number; 0 is nobody."""
    return key_hash(f"source\0{source}") | 1 if source else 0


@dataclass(frozen=True, slots=True)
class DocumentBlock:
    """Documents side by side. The keys of document i are `keys[offsets[i]:offsets[i + 1]]`, each once."""

    numbers: Numbers
    versions: Numbers
    flags: NDArray[np.uint8]
    sources: Hashes
    keys: Hashes
    offsets: Numbers

    @classmethod
    def from_documents(cls, documents: Iterable[Document]) -> DocumentBlock:
        """Hash and pack documents, in the order given."""
        numbers, versions, flags, sources, lengths = [], [], [], [], [0]
        keys: list[int] = []
        for document in documents:
            numbers.append(document.number)
            versions.append(document.version)
            flags.append(_flags(document))
            sources.append(source_hash(document.source))
            keys.extend(dict.fromkeys(map(key_hash, document.keys)))
            lengths.append(len(keys))
        return cls(
            np.array(numbers, dtype=np.int64),
            np.array(versions, dtype=np.int64),
            np.array(flags, dtype=np.uint8),
            np.array(sources, dtype=np.uint64),
            np.array(keys, dtype=np.uint64),
            np.array(lengths, dtype=np.int64),
        )

    @classmethod
    def from_keys(cls, documents: Sequence[Document], keys: ManyKeys) -> DocumentBlock:
        """Pack documents that have no keys yet with their keys, hashed by the compiled twin of `key_hash`: very many at once."""
        from indexer.index.hashing import hash_keys  # noqa: PLC0415  # it imports numba, for which no search should wait

        bare = cls.from_documents(documents)
        hashes = hash_keys(keys.letters, keys.ends)[keys.places]
        owners = np.repeat(np.arange(len(bare)), np.diff(keys.offsets))
        order = np.lexsort((hashes, owners))
        hashes_in_order, owners_in_order = hashes[order], owners[order]
        # Of the same keys of one document the first stays: the sort leaves equals in their order.
        first = np.ones(len(order), np.bool_)
        first[1:] = (hashes_in_order[1:] != hashes_in_order[:-1]) | (owners_in_order[1:] != owners_in_order[:-1])
        kept = np.sort(order[first])
        offsets = np.searchsorted(owners[kept], np.arange(len(bare) + 1))
        return replace(bare, keys=hashes[kept], offsets=offsets.astype(np.int64))

    def __len__(self) -> int:
        return len(self.numbers)

    def select(self, rows: Numbers) -> DocumentBlock:
        """The documents at these positions, in this order."""
        lengths = np.diff(self.offsets)[rows]
        offsets = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
        places = np.repeat(self.offsets[rows] - offsets[:-1], lengths) + np.arange(offsets[-1])
        return DocumentBlock(
            self.numbers[rows], self.versions[rows], self.flags[rows], self.sources[rows], self.keys[places], offsets
        )

    def places_of(self, numbers: Numbers) -> Numbers:
        """The positions of those of the numbers that are here; the block is sorted by number."""
        places = np.searchsorted(self.numbers, numbers)
        inside = places < len(self.numbers)
        places, numbers = places[inside], numbers[inside]
        found: Numbers = places[self.numbers[places] == numbers]
        return found

    @classmethod
    def join(cls, blocks: list[DocumentBlock]) -> DocumentBlock:
        """Blocks one after the other."""
        if len(blocks) < 2:
            return blocks[0] if blocks else cls.from_documents(())
        starts = np.cumsum([0, *(len(block.keys) for block in blocks)])
        offsets = [block.offsets[:-1] + start for block, start in zip(blocks, starts[:-1], strict=True)]
        return cls(
            np.concatenate([block.numbers for block in blocks]),
            np.concatenate([block.versions for block in blocks]),
            np.concatenate([block.flags for block in blocks]),
            np.concatenate([block.sources for block in blocks]),
            np.concatenate([block.keys for block in blocks]),
            np.concatenate([*offsets, starts[-1:]]).astype(np.int64),
        )

    def newest(self) -> DocumentBlock:
        """One document per number, the one of the highest version, by number."""
        if bool((np.diff(self.numbers) > 0).all()):
            return self
        order = np.lexsort((self.versions, self.numbers))
        numbers = self.numbers[order]
        return self.select(order[np.append(numbers[1:] != numbers[:-1], True)])


def _flags(document: Document) -> int:
    return OPEN * document.open | TRACEABLE * document.traceable | INTAKE * (document.kind is Kind.INTAKE)
