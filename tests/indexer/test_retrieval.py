"""From a record to what the index keeps of it, and to the query that brings its candidates up."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.world import make_world
from indexer.index import DocumentBlock, EmbeddedIndex
from indexer.retrieval import bring_up, candidate_queries, candidate_query, document, document_block
from indexer.store import StoredRecord
from matcher.keys import KeyMaker
from matcher.places import Gazetteer
from matcher.record import Kind, Record
from tests.builders import intake, report
from tests.indexer.store.builders import DAY


@cache
def keys() -> KeyMaker:
    """One maker of keys for all tests."""
    return KeyMaker(Gazetteer.shipped())


def stored(record: Record, number: int = 7, version: int = 2) -> StoredRecord:
    return StoredRecord.of(number, version, record, "{}", DAY)


def index_of(folder: Path, *records: Record) -> EmbeddedIndex:
    """An index in which record i has number i + 1."""
    index = EmbeddedIndex(folder)
    made = [document(stored(record, number), keys()) for number, record in enumerate(records, start=1)]
    index.rebuild([DocumentBlock.from_documents(made)], position=1)
    return index


def brought_up(index: EmbeddedIndex, record: Record, **how: Any) -> list[int]:
    asked = candidate_query(record, keys(), index, **{"sources": frozenset(), "limit": 10, **how})
    return [candidate.number for candidate in index.candidates(asked)]


def test_a_document_has_the_keys_of_its_record_and_none_of_its_text() -> None:
    child = intake(full_name="Sok Dara", description="seen at the market")
    made = document(stored(child), keys())
    assert (made.number, made.version, made.kind, made.source) == (7, 2, Kind.INTAKE, "shelter")
    assert made.keys == keys().keys(child)
    assert "market" not in repr(made)


@pytest.mark.parametrize(
    ("cells", "is_open", "traceable"),
    [
        ({}, True, True),
        ({"status": "closed"}, False, True),
        ({"consent_for_tracing": ""}, True, False),
        ({"consent_for_tracing": "no"}, True, False),
        ({"consent_for_tracing": "perhaps"}, True, False),
    ],
)
def test_who_may_find_it_stands_on_the_document(cells: dict[str, object], is_open: bool, traceable: bool) -> None:
    made = document(stored(intake(**cells)), keys())
    assert (made.open, made.traceable) == (is_open, traceable)


def test_a_report_may_always_be_found_for_it_asks_to_be() -> None:
    assert document(stored(report(consent_for_tracing="no")), keys()).traceable


def test_a_record_without_a_source_belongs_to_nobody() -> None:
    assert document(stored(intake(record_id="17")), keys()).source == ""


def test_a_query_asks_for_the_other_kind(tmp_path: Path) -> None:
    index = index_of(tmp_path, intake(full_name="Sok Dara"), report(full_name="Sok Dara"))
    assert brought_up(index, report(full_name="Sok Dara")) == [1]
    assert brought_up(index, intake(full_name="Sok Dara")) == [2]


def test_khmer_brings_up_latin_and_latin_khmer(tmp_path: Path) -> None:
    index = index_of(
        tmp_path, intake(full_name="Dara SOKH"), intake(local_name="សុខ ដារ៉ា"), intake(full_name="Heng Bopha")
    )
    assert sorted(brought_up(index, report(local_name="សុខ ដារ៉ា"))) == [1, 2]
    assert sorted(brought_up(index, report(full_name="Sok Dara"))) == [1, 2]


def test_a_child_without_consent_is_brought_up_for_its_owner_only(tmp_path: Path) -> None:
    index = index_of(tmp_path, intake(full_name="Sok Dara", consent_for_tracing=""))
    assert brought_up(index, report(full_name="Sok Dara")) == []
    assert brought_up(index, report(full_name="Sok Dara"), sources=frozenset({"shelter"})) == [1]


def test_a_record_without_keys_asks_for_nothing(tmp_path: Path) -> None:
    index = index_of(tmp_path, intake(full_name="Sok Dara"))
    assert candidate_query(report(), keys(), index, sources=frozenset(), limit=10).keys == ()
    assert brought_up(index, report()) == []


def test_a_rare_key_weighs_more_than_a_common_one_and_every_key_weighs_something(tmp_path: Path) -> None:
    common = [intake(full_name="Sok Dara") for _ in range(60)]
    index = index_of(tmp_path, *common, intake(full_name="Khieu Ponnary"))
    weights = {
        name: dict(candidate_query(report(full_name=name), keys(), index, sources=frozenset(), limit=10).keys)
        for name in ("Sok Dara", "Khieu Ponnary")
    }
    assert max(weights["Sok Dara"].values()) < max(weights["Khieu Ponnary"].values())
    assert all(weight >= 1 for of_name in weights.values() for weight in of_name.values())
    assert all(type(weight) is int for of_name in weights.values() for weight in of_name.values())


def test_the_limit_and_the_sources_go_into_the_query(tmp_path: Path) -> None:
    index = index_of(tmp_path, *(intake(full_name="Sok Dara") for _ in range(9)))
    assert brought_up(index, report(full_name="Sok Dara"), limit=3) == [1, 2, 3]
    asked = candidate_query(report(), keys(), index, sources=frozenset({"shelter"}), limit=3)
    assert (asked.sources, asked.limit, asked.kind) == (frozenset({"shelter"}), 3, Kind.INTAKE)


def test_many_records_asked_together_bring_up_what_each_brings_up_alone(tmp_path: Path) -> None:
    index = index_of(tmp_path, *(intake(full_name=name) for name in ("Sok Dara", "Khieu Ponnary", "Sok Pisey")))
    records = [report(full_name="Sok Dara"), report(), report(full_name="Ponnary Khieu")]
    asked = candidate_queries(records, keys(), index, sources=frozenset(), limit=10)
    alone = [brought_up(index, record) for record in records]
    assert bring_up(index, asked) == alone
    assert alone[1] == []


def test_a_block_of_very_many_records_is_the_block_of_their_documents() -> None:
    """Numbers made by compiled code, without a text between, are those of the definition, in the same order."""
    world = make_world(20, 180, seed=11)
    records = [
        stored(Record.from_flat(row), number) for number, row in enumerate((*world.reports, *world.intakes), start=1)
    ]
    made = document_block(records, keys())
    defined = DocumentBlock.from_documents(document(one, keys()) for one in records)
    for name in ("numbers", "versions", "flags", "sources", "keys", "offsets"):
        np.testing.assert_array_equal(getattr(made, name), getattr(defined, name))
        assert getattr(made, name).dtype == getattr(defined, name).dtype
    assert len(made.keys) > 20 * len(made)


def test_a_block_keeps_documents_without_keys_and_may_be_empty() -> None:
    named = report(full_name="Sok Dara", nickname="Dara; Sok Dara")
    records = [stored(report(), 1), stored(named, 2), stored(intake(clothing="red shirt"), 5)]
    made = document_block(records, keys())
    assert np.diff(made.offsets).tolist() == [len(keys().keys(one.record)) for one in records]
    assert len(document_block([], keys())) == 0


def test_the_keys_of_many_records_are_those_of_each_in_their_fixed_order() -> None:
    records = [Record.from_flat(row) for row in make_world(10, 50, seed=12).intakes]
    assert keys().many(records).texts() == [keys().keys(record) for record in records]
    assert keys().many([]).texts() == []
