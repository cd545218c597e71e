# ruff: noqa: PLR0913, PLR0917  # see `compiled`
"""What numba compiles for the letters of two names, at most 64 each: the numbers of rapidfuzz to the last bit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from matcher.names.layout import MOST_LETTERS

F = TypeVar("F", bound=Callable[..., Any])
Bytes = NDArray[np.uint8]
Masks = NDArray[np.uint64]
# Without `_nrt` numba counts who uses each array, in every call of a function: two thirds of the time of a pair. Nothing that is
# compiled may ask for memory then.
OPTIONS: Final[dict[str, Any]] = {"nogil": True, "error_model": "numpy", "_nrt": False}
_JARO_BOOST: Final = 0.7
_JARO_PREFIX: Final = 4
_BIT, _NO_BITS = np.uint64(1), np.uint64(0)


def jit(function: F) -> F:
    """Let the compiled code call this function; built into the caller, which saves a tenth of the time."""
    return cast("F", numba.njit(forceinline=True, **OPTIONS)(function))


@jit
def _common(mine: Bytes, n: int, yours: Bytes, m: int, masks: Masks, met: Bytes) -> tuple[int, np.uint64]:
    """How many letters of the second have a partner near them in the first; which of the first, and in `met` which letters."""
    bound, common, taken = max(n, m) // 2 - 1, 0, _NO_BITS
    for i in range(n):
        masks[mine[i]] |= _BIT << np.uint64(i)
    for j in range(m):
        free = (masks[yours[j]] & ~taken) >> np.uint64(max(0, j - bound)) << np.uint64(max(0, j - bound))
        if j + bound + 1 < MOST_LETTERS:
            free &= (_BIT << np.uint64(j + bound + 1)) - _BIT
        if free:
            taken |= free & (~free + _BIT)
            met[common] = yours[j]
            common += 1
    for i in range(n):
        masks[mine[i]] = _NO_BITS
    return common, taken


@jit
def _turned(mine: Bytes, n: int, taken: np.uint64, met: Bytes) -> int:
    turned, k = 0, 0
    for i in range(n):
        if (taken >> np.uint64(i)) & _BIT:
            turned += mine[i] != met[k]
            k += 1
    return turned


@jit
def jaro_winkler(mine: Bytes, n: int, yours: Bytes, m: int, masks: Masks, met: Bytes) -> float:
    """As rapidfuzz has it, for up to 64 letters: a bit a letter."""
    if not n or not m:
        return 1.0 if n == m else 0.0
    if n == 1 and m == 1:
        return 1.0 if mine[0] == yours[0] else 0.0
    common, taken = _common(mine, n, yours, m, masks, met)
    if not common:
        return 0.0
    turned = _turned(mine, n, taken, met)
    found = (common / n + common / m + (common - turned // 2) / common) / 3.0
    if found > _JARO_BOOST:
        same = 0
        while same < min(n, m, _JARO_PREFIX) and mine[same] == yours[same]:
            same += 1
        found = min(found + same * 0.1 * (1.0 - found), 1.0)
    # As rapidfuzz has it: a distance, turned round.
    return 1.0 - (1.0 - found)


@jit
def _edits(mine: Bytes, n: int, yours: Bytes, m: int, masks: Masks) -> int:
    """Edits and exchanges of neighbours that turn one into the other, up to 64 letters (Hyrrö 2003, as in rapidfuzz)."""
    for i in range(n):
        masks[mine[i]] |= _BIT << np.uint64(i)
    positive, negative, diagonal, before = ~_NO_BITS, _NO_BITS, _NO_BITS, _NO_BITS
    last, found = np.uint64(n - 1), n
    for j in range(m):
        same = masks[yours[j]]
        turned = ((~diagonal & same) << _BIT) & before
        diagonal = (((same & positive) + positive) ^ positive) | same | negative | turned
        more, less = negative | ~(diagonal | positive), diagonal & positive
        found += int((more >> last) & _BIT) - int((less >> last) & _BIT)
        more, less = (more << _BIT) | _BIT, less << _BIT
        positive, negative, before = less | ~(diagonal | more), more & diagonal, same
    for i in range(n):
        masks[mine[i]] = _NO_BITS
    return found


@jit
def spelled_alike(mine: Bytes, n: int, yours: Bytes, m: int, masks: Masks, least: float) -> float:
    """The share of letters that stay; 0 below `least`."""
    longest = max(n, m)
    if not n or not m or 1.0 - abs(n - m) / longest < least:
        return 0.0
    found = 1.0 - _edits(mine, n, yours, m, masks) / longest
    return found if found >= least else 0.0
