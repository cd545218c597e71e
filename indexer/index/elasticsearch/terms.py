"""Keys as Elasticsearch knows them: the same 64-bit hashes as in the embedded index, in 11 letters. No key is there as text."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import numpy as np

from indexer.index.block import Hashes

# 9 bytes are 12 letters of base64; the last byte is always 0, and so is the last letter, which is left out.
_WIDTH: Final = 9
_LETTERS: Final = 12


def terms(hashes: Hashes) -> list[str]:
    """Hashes as terms, in order; fast for millions."""
    padded = np.zeros((len(hashes), _WIDTH), dtype=np.uint8)
    padded[:, :8] = np.ascontiguousarray(hashes, dtype=">u8").view(np.uint8).reshape(-1, 8)
    written = urlsafe_b64encode(padded.tobytes()).decode("ascii")
    return [written[start : start + _LETTERS - 1] for start in range(0, len(written), _LETTERS)]


@lru_cache(maxsize=100_000)
def term(number: int) -> str:
    """One hash as a term."""
    return terms(np.array([number], dtype=np.uint64))[0]


def hashes(written: Iterable[str]) -> Hashes:
    """Terms back as hashes, in order."""
    packed = urlsafe_b64decode("".join(f"{one}A" for one in written))
    bare = np.frombuffer(packed, dtype=np.uint8).reshape(-1, _WIDTH)[:, :8]
    return np.ascontiguousarray(bare).view(">u8").reshape(-1).astype(np.uint64)
