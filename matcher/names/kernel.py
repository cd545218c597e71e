"""The compiled kernel of the alignment: the same whole numbers as `alignment.align`, twenty times as many pairs a second.

numba compiles it on first use and keeps the result beside this file (or in the user's cache folder).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint8]
Floats = NDArray[np.float32]
# The longest run of units: longer names are cut.
MOST_UNITS: Final = 40
_RUNS: Final = "uint8[:,::1], uint8[::1], int64[::1]"
_TYPES: Final = f"void({_RUNS}, {_RUNS}, uint8[:,::1], uint16[:,::1], uint16[::1], float32[::1], float32[::1])"


# Fills `whole` and `part` of the arrays of `_align`, without the interpreter's lock.
Kernel = Callable[..., None]


def is_loaded() -> bool:
    """Whether the kernel is ready: a server loads it before the first question."""
    return load.cache_info().currsize > 0


@cache
def load() -> Kernel:
    """The compiled kernel; half a second the first time in a process, several seconds the first time on a machine."""
    from numba import njit  # noqa: PLC0415  # as slow to import as all the rest of a search

    # With the types given it is compiled here and now, not when the first question waits for it.
    compiler: Any = njit
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
    try:
        return cast("Kernel", compiler(_TYPES, cache=True, **options)(_align))
    except RuntimeError:
        # No folder to keep the compiled code in: a read-only container.
        return cast("Kernel", compiler(_TYPES, **options)(_align))


def _align(  # noqa: PLR0913, PLR0917  # one loop over one table: compiled as a whole
    first: Codes,
    first_lengths: Codes,
    a: NDArray[np.intp],
    second: Codes,
    second_lengths: Codes,
    b: NDArray[np.intp],
    ends: Codes,
    costs: NDArray[np.uint16],
    weights: NDArray[np.uint16],
    whole: Floats,
    part: Floats,
) -> None:
    row, across = np.empty(MOST_UNITS + 1, np.int32), np.empty(MOST_UNITS + 1, np.int32)
    for pair in range(len(a)):
        one, other = a[pair], b[pair]
        rows, columns = np.int32(first_lengths[one]), np.int32(second_lengths[other])
        row[0] = across[0] = 0
        for j in range(columns):
            row[j + 1] = across[j + 1] = row[j] + np.int32(weights[second[other, j]])
        for i in range(rows):
            unit = first[one, i]
            out = np.int32(weights[unit])
            diagonal = row[0]
            row[0] += out
            for j in range(columns):
                met = second[other, j]
                best = min(diagonal + np.int32(costs[unit, met]), row[j + 1] + out, row[j] + np.int32(weights[met]))
                diagonal = row[j + 1]
                row[j + 1] = best
        weight = np.float32(row[0])
        mean = (weight + np.float32(across[columns])) * np.float32(0.5)
        whole[pair] = max(np.float32(1) - np.float32(row[columns]) / max(mean, np.float32(1)), np.float32(0))
        for k in range(ends.shape[1]):
            end = ends[other, k]
            mean = (weight + np.float32(across[end])) * np.float32(0.5)
            said = np.float32(1) - np.float32(row[end]) / max(mean, np.float32(1))
            part[pair] = max(part[pair], said)
