"""Very many keys as 64-bit numbers at once: the compiled twin of `key_hash`, which a test holds it to.

BLAKE2b as RFC 7693 has it, without a key, digest of 8 bytes. Loaded when an index is built: it imports numba.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.machine_code import compiled

_IV: Final = np.array(
    [
        0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
        0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
    ],
    np.uint64,
)  # fmt: skip
_SIGMA: Final = np.array(
    [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
        [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
        [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
        [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
        [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
        [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
        [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
        [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
        [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
    ],
    np.int64,
)  # fmt: skip
_ROUNDS: Final = 12
_BLOCK: Final = 128
_FIRST_WORD: Final = np.uint64(0x01010000 ^ 8)


@compiled
def hash_keys(letters: NDArray[np.uint8], ends: NDArray[np.int64]) -> NDArray[np.uint64]:
    """One number for each key `letters[ends[k]:ends[k + 1]]`."""
    hashes = np.empty(len(ends) - 1, np.uint64)
    words, mixed, state = np.empty(16, np.uint64), np.empty(16, np.uint64), np.empty(8, np.uint64)
    for key in range(len(hashes)):
        state[:] = _IV
        state[0] ^= _FIRST_WORD
        start, end = ends[key], ends[key + 1]
        at = start
        while True:
            done = min(at + _BLOCK, end)
            _take_words(letters, at, done, words)
            _compress(state, words, mixed, np.uint64(done - start), done == end)
            at = done
            if at == end:
                break
        hashes[key] = state[0]
    return hashes


@compiled
def _take_words(letters: NDArray[np.uint8], start: int, end: int, words: NDArray[np.uint64]) -> None:
    words[:] = 0
    for i in range(end - start):
        words[i >> 3] |= np.uint64(letters[start + i]) << np.uint64((i & 7) << 3)


@compiled
def _compress(
    state: NDArray[np.uint64], words: NDArray[np.uint64], mixed: NDArray[np.uint64], taken: np.uint64, last: bool
) -> None:
    mixed[:8] = state
    mixed[8:] = _IV
    mixed[12] ^= taken
    if last:
        mixed[14] = ~mixed[14]
    for turn in range(_ROUNDS):
        order = _SIGMA[turn % 10]
        # The columns, then the diagonals.
        _mix(mixed, 0, 4, 8, 12, words[order[0]], words[order[1]])
        _mix(mixed, 1, 5, 9, 13, words[order[2]], words[order[3]])
        _mix(mixed, 2, 6, 10, 14, words[order[4]], words[order[5]])
        _mix(mixed, 3, 7, 11, 15, words[order[6]], words[order[7]])
        _mix(mixed, 0, 5, 10, 15, words[order[8]], words[order[9]])
        _mix(mixed, 1, 6, 11, 12, words[order[10]], words[order[11]])
        _mix(mixed, 2, 7, 8, 13, words[order[12]], words[order[13]])
        _mix(mixed, 3, 4, 9, 14, words[order[14]], words[order[15]])
    for i in range(8):
        state[i] ^= mixed[i] ^ mixed[i + 8]


@compiled
def _mix(  # noqa: PLR0913, PLR0917  # as the standard writes it
    mixed: NDArray[np.uint64], a: int, b: int, c: int, d: int, first: np.uint64, second: np.uint64
) -> None:
    one, other, third, fourth = mixed[a] + mixed[b] + first, mixed[b], mixed[c], mixed[d]
    fourth = _turned(fourth ^ one, 32)
    third += fourth
    other = _turned(other ^ third, 24)
    one += other + second
    fourth = _turned(fourth ^ one, 16)
    third += fourth
    mixed[a], mixed[b], mixed[c], mixed[d] = one, _turned(other ^ third, 63), third, fourth


@compiled
def _turned(word: np.uint64, by: int) -> np.uint64:
    return np.uint64((word >> np.uint64(by)) | (word << np.uint64(64 - by)))
