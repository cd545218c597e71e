"""A new generation from blocks of documents: written, counted and put in place in one step."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Final

import numpy as np

from indexer.index.block import DocumentBlock, Numbers
from indexer.index.elasticsearch.bulk import write
from indexer.index.elasticsearch.frequencies import Counts, bits_for, table_actions
from indexer.index.elasticsearch.generation import Generations, Note, writing
from indexer.index.elasticsearch.lives import lives
from indexer.index.elasticsearch.reading import lives_of
from indexer.index.elasticsearch.server import Server
from indexer.index.elasticsearch.terms import hashes

# Counts of blocks are folded when they are that many keys together: bounds the memory of a build.
_FOLD: Final = 2_000_000


class Building:
    """One build. Searches go on in the old generation until `publish`."""

    def __init__(self, server: Server, generations: Generations) -> None:
        self._server = server
        self._generations = generations
        self._name = generations.create()
        self._counts: list[Counts] = []
        self._numbers: list[Numbers] = []

    def fill(self, blocks: Iterable[DocumentBlock], position: int) -> None:
        """Write the documents. Of a record in two blocks the newest version counts."""
        for block in blocks:
            fresh = self._without_older(block.newest())
            write(self._server, writing(self._name), (life.action() for life in lives(fresh, position)))
            self._add(Counts.of(fresh.keys))
            self._numbers.append(fresh.numbers)

    def publish(self, position: int) -> None:
        """Write the table of frequencies and put this generation in the place of the old one."""
        counts = Counts.sum(self._counts)
        table, bits = new_table(), bits_for(len(counts))
        write(self._server, writing(self._name), table_actions(table, bits, counts))
        self._server.ask(lambda client: client.indices.refresh(index=self._name))
        documents = len(np.unique(np.concatenate(self._numbers))) if self._numbers else 0
        self._generations.publish(self._name, Note(position, position, documents, table, bits))

    def abandon(self) -> None:
        """Remove what was written so far."""
        self._generations.drop(self._name)

    def _add(self, counts: Counts) -> None:
        self._counts.append(counts)
        if sum(map(len, self._counts[1:])) > max(_FOLD, len(self._counts[0])):
            self._counts = [Counts.sum(self._counts)]

    def _without_older(self, block: DocumentBlock) -> DocumentBlock:
        """Without documents that are here in a newer version; the keys of older ones that go are taken off the counts."""
        twice = np.zeros(len(block), dtype=np.bool_)
        for numbers in self._numbers:
            twice |= np.isin(block.numbers, numbers)
        if not twice.any():
            return block
        there = lives_of(self._server, self._name, block.numbers[twice].tolist())
        kept = [
            row
            for row, (number, version) in enumerate(zip(block.numbers.tolist(), block.versions.tolist(), strict=True))
            if number not in there or there[number].version < 2 * version
        ]
        fresh = block.select(np.array(kept, dtype=np.int64))
        gone = [key for number in fresh.numbers.tolist() if number in there for key in there[number].keys]
        self._add(Counts.of(hashes(gone)).minus())
        return fresh


def new_table() -> str:
    """The name of a table of frequencies that nobody has read yet."""
    return f"frequencies-{secrets.token_hex(6)}"
