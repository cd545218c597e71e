"""Distinct names laid out as arrays, so that many pairs of them are compared without touching a Python object a pair."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matcher.names.alignment import Indexes, Runs
from matcher.names.name import FORM, INITIALS, JOINED, NUMBERS, PARTS, RANK, SCRIPT, UNITS, Name, orders_of
from matcher.names.pieces import Pieces


class Shape:
    """Names with one number of parts, laid out for comparing."""

    def __init__(self, names: Sequence[Name], numbers: NDArray[np.int64], pieces: Pieces) -> None:
        self._names = names
        self.registry = pieces
        self._in_fewer: dict[int, Indexes] = {}
        self.parts = names[0].parts
        self.units = numbers[:, UNITS].astype(np.uint16)
        self.script = numbers[:, SCRIPT].astype(np.int8)

    @cached_property
    def orders(self) -> Runs:
        """The units of every order of the parts: order `i` of name `n` is run n * number of orders + i."""
        return Runs.of([run for name in self._names for run in name.orders])

    @property
    def order_count(self) -> int:
        """In how many orders each name is tried."""
        return len(orders_of(self.parts))

    @cached_property
    def ends(self) -> NDArray[np.uint8]:
        """How many units of each run of `orders` its first part has, its first two, and so on: (runs, parts - 1)."""
        ends = np.frombuffer(bytearray().join([name.ends for name in self._names]), np.uint8)
        return ends.reshape(len(self._names) * self.order_count, self.parts - 1)

    @cached_property
    def pieces(self) -> Indexes:
        """The pieces that are the parts: (parts, names)."""
        numbers = [
            self.registry.number(part.codes, is_initial=part.is_initial) for name in self._names for part in name.tokens
        ]
        return np.array(numbers, np.intp).reshape(-1, self.parts).T

    @cached_property
    def longest_part(self) -> NDArray[np.uint16]:
        """How many units the longest part of each name has: (names,)."""
        longest = (max(len(part.codes) for part in name.tokens) for name in self._names)
        return np.fromiter(longest, np.uint16, len(self._names))

    @cached_property
    def letters(self) -> NDArray[np.object_]:
        """The Latin letters of every order, without fashions of spelling: (names, orders)."""
        return np.array([name.romans for name in self._names], object).reshape(len(self._names), -1)

    @cached_property
    def spelled(self) -> NDArray[np.object_]:
        """The letters of every order as written: (names, orders)."""
        return np.array([name.spelled for name in self._names], object).reshape(len(self._names), -1)

    def in_fewer_parts(self, parts: int) -> Indexes:
        """The pieces of the names written in fewer parts: (ways, parts, names)."""
        if parts not in self._in_fewer:
            runs = (run for name in self._names for way in name.in_fewer_parts(parts) for run in way)
            self._in_fewer[parts] = self._numbered(runs).reshape(len(self._names), -1, parts).transpose(1, 2, 0)
        return self._in_fewer[parts]

    @cached_property
    def tails(self) -> Indexes:
        """The pieces that are the last syllables of the parts: (parts, names)."""
        return self._numbered(run for name in self._names for run in name.tails()).reshape(-1, self.parts).T

    def _numbered(self, runs: Iterable[bytes]) -> Indexes:
        return np.fromiter(map(self.registry.number, runs), np.intp)


class NameTable:
    """Some names with all that comparing them needs; `similarity.compare_tables` takes pairs of positions in two of them.

    `laid` holds the names for the kernel, each from its place in `starts` on; `is_laid` which of them it can compare. What numpy
    needs is laid out when it is asked for.
    """

    def __init__(self, names: Sequence[Name]) -> None:
        self._names = names
        # A bytearray: the kernel takes arrays that could be written to.
        numbers = np.frombuffer(bytearray().join([name.numbers for name in names]), np.int64).reshape(-1, NUMBERS)
        self.rank, self.form, self.joined, self.parts = (numbers[:, i] for i in (RANK, FORM, JOINED, PARTS))
        self.units = numbers[:, UNITS].astype(np.uint16)
        self.initials = numbers[:, INITIALS] > 0
        self._numbers = numbers
        laid = [name.laid for name in names]
        sizes = np.fromiter(map(len, laid), np.int64, len(laid))
        self.laid, self.starts, self.is_laid = (
            np.frombuffer(bytearray().join(laid), np.uint8),
            sizes.cumsum() - sizes,
            sizes > 0,
        )

    @cached_property
    def row(self) -> Indexes:
        """Where each name stands in its shape."""
        row = np.zeros(len(self.parts), np.intp)
        for parts in self.shapes:
            members = np.flatnonzero(self.parts == parts)
            row[members] = np.arange(len(members))
        return row

    @cached_property
    def shapes(self) -> dict[int, Shape]:
        """The names by how many parts they have, for numpy."""
        pieces, shapes = Pieces(), {}
        for parts in set(self.parts[self.parts > 0].tolist()):
            members = np.flatnonzero(self.parts == parts)
            shapes[parts] = Shape([self._names[i] for i in members.tolist()], self._numbers[members], pieces)
        return shapes


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of names of two shapes: column `rows[i]` of `lesser` with column `columns[i]` of `greater`."""

    lesser: Shape
    rows: Indexes
    greater: Shape
    columns: Indexes

    @classmethod
    def of(cls, first: NameTable, a: Indexes, second: NameTable, b: Indexes) -> Pairs:
        """Pairs of names of two tables; those of one side all have as many parts."""
        mine, yours = first.shapes[int(first.parts[a[0]])], second.shapes[int(second.parts[b[0]])]
        return cls(mine, first.row[a], yours, second.row[b])

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def equally_many(self) -> bool:
        """True where both have the same number of parts."""
        return self.lesser.parts == self.greater.parts

    def parts(self) -> tuple[Indexes, Indexes]:
        """The pieces that are the parts of both sides: (parts, pairs) each."""
        return self.lesser.pieces.take(self.rows, axis=1), self.greater.pieces.take(self.columns, axis=1)

    def in_one_script(self) -> NDArray[np.bool_]:
        """Which pairs are written in one script, so that their letters can be compared as they stand."""
        mine, yours = self.lesser.script[self.rows], self.greater.script[self.columns]
        return np.asarray((mine == yours) & (mine != 0))
