"""The parts of two names, each against each: does one agree while another contradicts?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.names.alignment import align
from matcher.names.name import Name

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PartAgreement:
    """Per pair of names: the best agreement of two parts; the worst part of the name with fewer parts; the worst of all parts."""

    best: Floats
    worst_of_fewer: Floats
    worst: Floats


def compare_parts(lesser: list[Name], greater: list[Name]) -> PartAgreement:
    """Compare every part with every part. All names of a side have one number of parts, the lesser side no more than the greater."""
    rows, columns = len(lesser[0].tokens), len(greater[0].tokens)
    width = max(max(name.token_width for name in side) for side in (lesser, greater))
    first = stack([name.padded(name.part_codes, name.token_width, width) for name in lesser], width)
    second = stack([name.padded(name.part_codes, name.token_width, width) for name in greater], width)
    left = np.repeat(first, columns, axis=0)
    right = np.repeat(second.reshape(-1, 1, columns, width), rows, axis=1).reshape(-1, width)
    table = align(left, right).similarity()[-1].reshape(-1, rows, columns)
    _let_initials_agree(table, lesser, greater)
    of_rows, of_columns = table.max(axis=2), table.max(axis=1)
    worst_of_fewer = of_rows.min(axis=1)
    return PartAgreement(of_rows.max(axis=1), worst_of_fewer, np.minimum(worst_of_fewer, of_columns.min(axis=1)))


def stack(runs: list[bytes], width: int) -> NDArray[np.uint8]:
    """Padded runs of units, one below the other."""
    return np.frombuffer(b"".join(runs), np.uint8).reshape(-1, width)


def _let_initials_agree(table: Floats, lesser: list[Name], greater: list[Name]) -> None:
    """An initial agrees with every part that begins with its sound."""
    for i, (a, b) in enumerate(zip(lesser, greater, strict=True)):
        if not (a.has_initial or b.has_initial):
            continue
        for row, mine in enumerate(a.tokens):
            for column, yours in enumerate(b.tokens):
                if mine.is_initial or yours.is_initial:
                    begins = align(stack([mine.codes[:1]], 1), stack([yours.codes[:1]], 1)).similarity()[-1, 0]
                    table[i, row, column] = max(table[i, row, column], begins)
