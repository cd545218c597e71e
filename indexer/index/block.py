"""Documents as arrays: what is stored, sent between processes and merged. Keys are 64-bit hashes, never text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from indexer.index.protocol import Document
from matcher.record import Kind

OPEN, TRACEABLE, INTAKE = 1, 2, 4


@lru_cache(maxsize=500_000)
def key_hash(key: str) -> int:
    """A key as a 64-bit number. Two of a billion keys collide with a chance of 3 %; a collision only brings up one candidate more."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "little")


@lru_cache(maxsize=10_000)
def source_hash(source: str) -> int:
    """A source as a 64-bit number; 0 is nobody."""
    return key_hash(f"source\0{source}") | 1 if source else 0


@dataclass(frozen=True, slots=True)
class DocumentBlock:
    """Documents side by side. The keys of document i are `keys[offsets[i]:offsets[i + 1]]`."""

    numbers: NDArray[np.int64]
    versions: NDArray[np.int64]
    flags: NDArray[np.uint8]
    sources: NDArray[np.uint64]
    keys: NDArray[np.uint64]
    offsets: NDArray[np.int64]

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
            keys.extend(map(key_hash, document.keys))
            lengths.append(len(keys))
        return cls(
            np.array(numbers, dtype=np.int64),
            np.array(versions, dtype=np.int64),
            np.array(flags, dtype=np.uint8),
            np.array(sources, dtype=np.uint64),
            np.array(keys, dtype=np.uint64),
            np.array(lengths, dtype=np.int64),
        )

    def __len__(self) -> int:
        return len(self.numbers)

    def select(self, rows: NDArray[np.int64]) -> DocumentBlock:
        """The documents at these positions, in this order."""
        lengths = np.diff(self.offsets)[rows]
        offsets = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
        places = np.repeat(self.offsets[rows] - offsets[:-1], lengths) + np.arange(offsets[-1])
        return DocumentBlock(
            self.numbers[rows], self.versions[rows], self.flags[rows], self.sources[rows], self.keys[places], offsets
        )

    @classmethod
    def join(cls, blocks: list[DocumentBlock]) -> DocumentBlock:
        """Blocks one after the other."""
        if not blocks:
            return cls.from_documents(())
        columns = {
            field.name: np.concatenate([getattr(block, field.name) for block in blocks]) for field in fields(cls)[:5]
        }
        starts = np.concatenate(([0], np.cumsum([len(block.keys) for block in blocks])))
        parts = [block.offsets[:-1] + start for block, start in zip(blocks, starts[:-1], strict=True)]
        return cls(**columns, offsets=np.concatenate([*parts, starts[-1:]]).astype(np.int64))

    def newest(self) -> DocumentBlock:
        """One document per number, the one of the highest version, by number."""
        order = np.lexsort((self.versions, self.numbers))
        numbers = self.numbers[order]
        last = np.append(numbers[1:] != numbers[:-1], True) if len(numbers) else np.zeros(0, dtype=bool)
        return self.select(order[last])


def _flags(document: Document) -> int:
    return OPEN * document.open | TRACEABLE * document.traceable | INTAKE * (document.kind is Kind.INTAKE)
