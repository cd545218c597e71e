"""Pieces of names: parts, neighbours joined, last syllables. Few stand for many names; each distinct one is laid out once."""

from __future__ import annotations

import numpy as np

from matcher.names.alignment import Floats, Indexes, Runs, similarity


class Pieces:
    """Runs of units by number. Two equal runs have one number, but an initial is apart from a part that sounds like it."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[bytes, bool], int] = {}
        self._runs = Runs.of([])
        self._initial = np.zeros(0, np.bool_)

    def number(self, codes: bytes, *, is_initial: bool = False) -> int:
        """The number of a run of units."""
        return self._numbers.setdefault((codes, is_initial), len(self._numbers))

    def similarity(self, first: Indexes, others: Pieces, second: Indexes) -> Floats:
        """How alike pieces of these numbers and some `others` sound, 0 to 1, element by element; an initial agrees with what
        begins with it.
        """
        self._lay_out()
        others._lay_out()
        a, b = first.flatten(), second.flatten()
        found = similarity(self._runs, a, others._runs, b)
        begins = np.flatnonzero(self._initial[a] | others._initial[b])
        if len(begins):
            mine, yours = self._runs.beginnings(), others._runs.beginnings()
            found[begins] = np.maximum(found[begins], similarity(mine, a[begins], yours, b[begins]))
        return found.reshape(first.shape)

    @property
    def runs(self) -> Runs:
        """The pieces laid out, each at its number."""
        self._lay_out()
        return self._runs

    def _lay_out(self) -> None:
        if len(self._initial) != len(self._numbers):
            self._runs = Runs.of([run for run, _ in self._numbers])
            self._initial = np.array([is_initial for _, is_initial in self._numbers], np.bool_)
