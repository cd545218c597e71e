"""The compiled hash is BLAKE2b with 8 bytes, as the definition computes it."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.index.block import key_hash
from indexer.index.hashing import hash_keys


def hashed(keys: list[str]) -> list[int]:
    """The hashes of some keys, side by side in one array."""
    written = [key.encode() for key in keys]
    hashes: list[int] = hash_keys(
        np.frombuffer(b"".join(written), np.uint8), np.cumsum([0, *map(len, written)], dtype=np.int64)
    ).tolist()
    return hashes


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=90), max_size=8))
def test_a_compiled_hash_is_the_hash_of_the_key(keys: list[str]) -> None:
    assert hashed(keys) == [key_hash(key) for key in keys]


def test_keys_of_every_length_around_a_block_of_the_hash_are_hashed_whole() -> None:
    keys = ["x" * length for length in range(400)]
    assert hashed(keys) == [key_hash(key) for key in keys]
