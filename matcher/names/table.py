"""Distinct names laid out as arrays, so that many pairs of them are compared without touching a Python object a pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matcher.names.alignment import Codes
from matcher.names.name import FORM, HAS_INITIAL, JOINED, NUMBERS, PARTS, RANK, UNITS, Name

Indexes = NDArray[np.intp]


class Shape:
    """Names with one number of parts. Every array has one column a name; units are padded with 0."""

    def __init__(self, names: Sequence[Name], numbers: NDArray[np.int64]) -> None:
        self._names = names
        self.parts = names[0].parts
        self.units = numbers[:, UNITS].astype(np.uint16)
        self.initials = numbers[:, HAS_INITIAL].astype(np.bool_)

    @cached_property
    def orders(self) -> Codes:
        """The units of every order of the parts: (units, orders, names)."""
        return self._unpacked([name.codes for name in self._names], [name.width for name in self._names])

    @cached_property
    def ends(self) -> NDArray[np.uint8]:
        """How many units the first part has, the first two, and so on: (parts - 1, orders, names)."""
        ends = np.frombuffer(b"".join(name.ends for name in self._names), np.uint8)
        return np.ascontiguousarray(ends.reshape(len(self._names), -1, self.parts - 1).transpose(2, 1, 0))

    @cached_property
    def part_codes(self) -> Codes:
        """The units of each part: (units, parts, names)."""
        return self._unpacked([name.part_codes for name in self._names], [name.token_width for name in self._names])

    @cached_property
    def letters(self) -> NDArray[np.object_]:
        """The Latin letters of every order: (names, orders)."""
        return np.array([name.romans for name in self._names], object).reshape(len(self._names), -1)

    def name(self, row: int) -> Name:
        """The name of one column."""
        return self._names[row]

    def in_fewer_parts(self, names: Indexes, parts: int) -> Codes:
        """The units of some names written in fewer parts: (units, ways, parts, names)."""
        wanted, back = np.unique(names, return_inverse=True)
        ways = [self._names[row].in_fewer_parts(parts) for row in wanted.tolist()]
        runs = padded([run for way in ways for word in way for run in word])
        return np.moveaxis(runs.reshape(len(wanted), len(ways[0]), parts, -1), (3, 0), (0, 3))[..., back]

    def tails(self, names: Indexes) -> Codes:
        """The units of the last syllables of the parts of some names: (units, parts, names)."""
        wanted, back = np.unique(names, return_inverse=True)
        runs = padded([run for row in wanted.tolist() for run in self._names[row].tails()])
        return runs.reshape(len(wanted), self.parts, -1).transpose(2, 1, 0)[..., back]

    def _unpacked(self, runs: list[bytes], widths: list[int]) -> Codes:
        """Runs of padded units as an array; the widths of the names differ only where a long one is among them."""
        units = np.zeros((len(runs), len(runs[0]) // widths[0], max(widths)), np.uint8)
        for width in set(widths):
            members = [i for i, other in enumerate(widths) if other == width]
            codes = np.frombuffer(b"".join([runs[i] for i in members]), np.uint8)
            units[members, :, :width] = codes.reshape(len(members), -1, width)
        return np.ascontiguousarray(units.transpose(2, 1, 0))


class NameTable:
    """Some names with all that comparing them needs; `similarity.compare_positions` takes pairs of positions in it."""

    def __init__(self, names: Sequence[Name]) -> None:
        numbers = np.frombuffer(b"".join(name.numbers for name in names), np.int64).reshape(-1, NUMBERS)
        self.rank, self.form, self.joined, self.parts = (numbers[:, i].copy() for i in (RANK, FORM, JOINED, PARTS))
        self.row = np.zeros(len(names), np.intp)
        self.shapes: dict[int, Shape] = {}
        for parts in set(self.parts[self.parts > 0].tolist()):
            members = np.flatnonzero(self.parts == parts)
            self.row[members] = np.arange(len(members))
            self.shapes[parts] = Shape([names[i] for i in members.tolist()], numbers[members])


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of names of two shapes: column `rows[i]` of `lesser` with column `columns[i]` of `greater`."""

    lesser: Shape
    rows: Indexes
    greater: Shape
    columns: Indexes

    @property
    def equally_many(self) -> bool:
        """True where both have the same number of parts."""
        return self.lesser.parts == self.greater.parts

    def parts(self) -> tuple[Codes, Codes]:
        """The units of the parts of both sides: (units, parts, pairs) each."""
        return self.lesser.part_codes.take(self.rows, axis=2), self.greater.part_codes.take(self.columns, axis=2)

    def with_initials(self) -> NDArray[np.bool_]:
        """Which pairs have an initial on either side."""
        return np.asarray(self.lesser.initials[self.rows] | self.greater.initials[self.columns])


def padded(runs: Sequence[bytes]) -> Codes:
    """Runs of units, one below the other, all as wide as the longest."""
    width = max(1, *map(len, runs))
    return np.frombuffer(b"".join(run.ljust(width, b"\0") for run in runs), np.uint8).reshape(-1, width)
