"""What is measured of pairs of names before they are judged: by the compiled kernel, or by numpy in `similarity`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.names import kernel

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Measures:
    """Shares from 0 to 1, a column a pair: (measures, pairs). Sounds if not said otherwise."""

    table: Floats

    @classmethod
    def of(cls, pairs: int) -> Measures:
        """Room for what is measured of so many pairs."""
        return cls(np.zeros((kernel.MEASURES, pairs), np.float32))

    @property
    def whole(self) -> Floats:
        """All of both names."""
        return self._row(kernel.WHOLE)

    @property
    def weakest(self) -> Floats:
        """The weakest part."""
        return self._row(kernel.WEAKEST)

    @property
    def part(self) -> Floats:
        """All of one name in some parts of the other."""
        return self._row(kernel.PART)

    @property
    def called(self) -> Floats:
        """The lesser name as the last syllable of a part of the greater."""
        return self._row(kernel.CALLED)

    @property
    def best(self) -> Floats:
        """The part that agrees best."""
        return self._row(kernel.BEST)

    @property
    def worst_of_fewer(self) -> Floats:
        """The worst part of the name with fewer parts."""
        return self._row(kernel.WORST_OF_FEWER)

    @property
    def worst(self) -> Floats:
        """The worst of all parts."""
        return self._row(kernel.WORST)

    @property
    def letters(self) -> Floats:
        """Jaro-Winkler of the Latin letters."""
        return self._row(kernel.LETTERS)

    @property
    def spelling(self) -> Floats:
        """The share of letters as written that stay."""
        return self._row(kernel.SPELLING)

    def _row(self, place: int) -> Floats:
        return np.asarray(self.table[place], np.float32)
