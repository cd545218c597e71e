from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.index.block import DocumentBlock, key_hash, source_hash
from tests.indexer.index.builders import document


def block(*numbers_and_versions: tuple[int, int]) -> DocumentBlock:
    """Documents whose keys say which number and version they are of."""
    return DocumentBlock.from_documents(
        document(number, f"key {number}.{version}", f"more {number % 3}", version=version)
        for number, version in numbers_and_versions
    )


def rows(block: DocumentBlock) -> list[tuple[int, int, list[int]]]:
    return [
        (int(block.numbers[i]), int(block.versions[i]), block.keys[block.offsets[i] : block.offsets[i + 1]].tolist())
        for i in range(len(block))
    ]


def test_a_key_is_the_same_number_in_every_process() -> None:
    assert key_hash("n:SOK@") == 14130374676340939139
    assert key_hash("n:សុខ") != key_hash("n:សុខា")


def test_no_source_has_the_number_of_nobody() -> None:
    assert source_hash("") == 0
    assert source_hash("shelter") not in (0, key_hash("shelter"))


def test_a_key_given_twice_is_kept_once_in_its_place() -> None:
    packed = DocumentBlock.from_documents([document(1, "b", "a", "b")])
    assert packed.keys.tolist() == [key_hash("b"), key_hash("a")]


def test_documents_without_keys_and_no_documents_at_all_can_be_packed() -> None:
    packed = DocumentBlock.from_documents([document(1), document(2, "a"), document(3)])
    assert packed.offsets.tolist() == [0, 0, 1, 1]
    nothing = DocumentBlock.from_documents([])
    assert len(nothing) == 0
    assert len(nothing.newest()) == 0
    assert len(DocumentBlock.join([])) == 0


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 5)), max_size=20), st.data())
def test_select_takes_documents_whole_in_the_order_asked_for(pairs: list[tuple[int, int]], data: st.DataObject) -> None:
    packed = block(*pairs)
    wanted = data.draw(st.lists(st.integers(0, len(pairs) - 1), max_size=8)) if pairs else []
    assert rows(packed.select(np.array(wanted, dtype=np.int64))) == [rows(packed)[i] for i in wanted]


@given(st.lists(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 5)), max_size=6), max_size=5))
def test_join_puts_blocks_one_after_the_other(parts: list[list[tuple[int, int]]]) -> None:
    joined = DocumentBlock.join([block(*part) for part in parts])
    assert rows(joined) == rows(block(*(pair for part in parts for pair in part)))


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 5)), max_size=20, unique=True))
def test_newest_keeps_one_document_a_number_by_number(pairs: list[tuple[int, int]]) -> None:
    newest = dict(sorted(pairs))
    assert [row[:2] for row in rows(block(*pairs).newest())] == sorted(newest.items())


@pytest.mark.parametrize(("asked", "places"), [([2, 4], [0, 1]), ([1, 3, 9], []), ([9, 8, 2], [2, 0]), ([], [])])
def test_places_of_finds_those_that_are_here(asked: list[int], places: list[int]) -> None:
    packed = block((2, 1), (4, 1), (8, 1))
    assert packed.places_of(np.array(asked, dtype=np.int64)).tolist() == places
    assert block().places_of(np.array(asked, dtype=np.int64)).tolist() == []
