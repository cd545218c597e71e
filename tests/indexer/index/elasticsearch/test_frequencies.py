"""Sums by key, and how they are cut into the documents of a table."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.index.elasticsearch.frequencies import Counts, bits_for, table_actions

HASHES = st.lists(st.integers(0, 2**64 - 1) | st.sampled_from([0, 1, 2**63, 2**64 - 1]), max_size=30)


def counts(numbers: list[int]) -> Counts:
    return Counts.of(np.array(numbers, dtype=np.uint64))


def as_dict(one: Counts) -> dict[int, int]:
    return dict(zip(one.hashes.tolist(), one.numbers.tolist(), strict=True))


@given(HASHES)
def test_a_key_counts_as_often_as_it_is_given(numbers: list[int]) -> None:
    assert as_dict(counts(numbers)) == Counter(numbers)


@given(st.lists(HASHES, max_size=4), st.lists(HASHES, max_size=4))
def test_a_sum_has_what_is_left_of_gains_and_losses(gains: list[list[int]], losses: list[list[int]]) -> None:
    total: Counter[int] = Counter()
    for numbers in gains:
        total.update(numbers)
    for numbers in losses:
        total.subtract(numbers)
    summed = Counts.sum([*map(counts, gains), *(counts(numbers).minus() for numbers in losses)])
    assert as_dict(summed) == {number: count for number, count in total.items() if count}


@given(HASHES, HASHES)
def test_what_is_not_there_counts_zero(numbers: list[int], asked: list[int]) -> None:
    found = counts(numbers).find(np.array(asked, dtype=np.uint64))
    assert found.tolist() == [Counter(numbers)[number] for number in asked]


@given(HASHES, st.integers(1, 6))
def test_the_buckets_of_a_table_are_all_there_and_hold_each_key_once(numbers: list[int], bits: int) -> None:
    whole = counts(numbers)
    actions = list(table_actions("t", bits, whole))
    assert [action["index"]["_id"] for action, _ in actions] == [f"t-{bucket}" for bucket in range(2**bits)]
    parts = [Counts.unpacked(body["stored"]) for _, body in actions]
    assert as_dict(Counts.sum(parts)) == as_dict(whole)
    for bucket, part in enumerate(parts):
        assert all(number >> (64 - bits) == bucket for number in part.hashes.tolist())


@pytest.mark.parametrize(("keys", "bits"), [(0, 1), (255, 1), (512, 2), (100_000, 9), (10_000_000, 16)])
def test_a_bucket_holds_a_few_hundred_keys(keys: int, bits: int) -> None:
    assert bits_for(keys) == bits
    assert keys / 2**bits <= 512
