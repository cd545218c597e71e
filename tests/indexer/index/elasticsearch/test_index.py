"""What only the index on a server has: generations that others swap, foreign hands, blocks, refused documents."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from indexer.errors import IndexUnavailableError
from indexer.index import Candidate, Document, DocumentBlock, Removal
from indexer.index.block import key_hash
from indexer.index.elasticsearch import ElasticsearchIndex, Layout, bulk, freezing
from indexer.index.elasticsearch.terms import term
from tests.indexer.index.builders import document, found, query, rebuild
from tests.servers.elasticsearch.indexes import new_elasticsearch_index

pytestmark = pytest.mark.real("elasticsearch")
WRITE = "indexer.index.elasticsearch.index.write"
Open = Callable[[], ElasticsearchIndex]


@pytest.fixture
def opened(elasticsearch_url: str, alias: str) -> Open:
    """Opens the test's index, as one process more would."""
    return lambda: new_elasticsearch_index(elasticsearch_url, alias)


@pytest.fixture
def index(opened: Open) -> ElasticsearchIndex:
    """The index with two documents."""
    made = opened()
    rebuild(made, [document(1, "a"), document(2, "a", "b")])
    return made


def names(raw: Elasticsearch, alias: str) -> list[str]:
    return sorted(raw.indices.get_alias(index=f"{alias}*"))


def everything(raw: Elasticsearch, alias: str) -> str:
    """All that the server keeps, as text."""
    raw.indices.refresh(index=alias)
    hits = raw.search(index=alias, query={"match_all": {}}, size=1_000)["hits"]["hits"]
    return json.dumps(hits)


# several processes


def test_what_one_process_applies_another_finds_on_its_next_question(index: ElasticsearchIndex, opened: Open) -> None:
    other = opened()
    assert found(other, "a") == [1, 2]
    index.apply([document(3, "a"), Removal(1, 2)], position=2)
    assert found(other, "a") == [2, 3]
    assert other.position == 1
    other.refresh()
    assert (other.position, other.count(), other.needs_rebuild) == (2, 2, "")


def test_an_index_opened_again_stands_where_it_stood(index: ElasticsearchIndex, opened: Open) -> None:
    index.apply([document(3, "a", "c")], position=17)
    again = opened()
    assert (found(again, "a"), again.position, again.needs_rebuild) == ([1, 2, 3], 17, "")
    assert again.frequencies(["a", "b", "c"]) == [2, 1, 0]


def test_frequencies_frozen_by_another_process_are_seen_with_the_next_look(
    index: ElasticsearchIndex, opened: Open
) -> None:
    other = opened()
    assert other.frequencies(["a", "c"]) == [2, 0]
    index.apply([document(3, "a", "c")], position=2)
    index.compact(force=True)
    assert other.frequencies(["a", "c"]) == [2, 0]
    other.refresh()
    assert other.frequencies(["a", "c"]) == [3, 1]


def test_a_search_goes_on_in_a_generation_that_another_process_has_put_in_place(
    index: ElasticsearchIndex, opened: Open
) -> None:
    other = opened()
    assert found(other, "a") == [1, 2]
    rebuild(index, [document(9, "a", "z")], position=4)
    assert found(other, "a") == [9]
    assert other.frequencies(["a", "z"]) == [1, 1]
    assert other.count() == 1


def test_changes_read_for_an_older_generation_are_left_alone_and_the_caller_is_told_where_to_begin(
    index: ElasticsearchIndex, opened: Open
) -> None:
    slow = opened()
    index.apply([document(5, "a")], position=20)
    slow.refresh()
    rebuild(index, [document(1, "a")], position=7)
    # The caller asked for changes after 20; what is between 7 and 20 would be skipped.
    slow.apply([document(6, "a")], position=21)
    assert (slow.position, found(slow, "a")) == (7, [1])
    slow.apply([document(5, "a"), document(6, "a")], position=21)
    assert (slow.position, found(slow, "a")) == (21, [1, 5, 6])


def test_a_process_that_was_asleep_while_the_index_was_built_anew_writes_nowhere(
    index: ElasticsearchIndex, opened: Open, raw: Elasticsearch, alias: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = opened()
    slow.refresh()
    real = bulk.write

    def after_a_sleep(*arguments: Any) -> None:
        monkeypatch.setattr(WRITE, real)
        index.apply([Removal(2, 2)], position=3)
        rebuild(index, [document(1, "a")], position=3)
        real(*arguments)

    monkeypatch.setattr(WRITE, after_a_sleep)
    slow.apply([document(2, "ghost", version=2)], position=2)
    assert (found(slow, "a"), found(slow, "ghost"), slow.position) == ([1], [], 3)
    assert len(names(raw, alias)) == 1


def test_two_processes_that_follow_the_same_log_at_once_leave_one_of_each_record(
    index: ElasticsearchIndex, opened: Open
) -> None:
    log: list[Document | Removal] = [document(number, "a", f"own {number}") for number in range(3, 43)]
    log += [Removal(number, 2) for number in range(3, 13)]
    wrong: list[BaseException] = []

    def follow(step: int) -> None:
        mine = opened()
        try:
            while mine.position <= len(log):
                mine.refresh()
                start = mine.position - 1
                mine.apply(log[start : start + step], position=min(start + step, len(log)) + 1)
                mine.compact(force=step == 3)
        except BaseException as error:  # noqa: BLE001  # told to the test below
            wrong.append(error)

    threads = [threading.Thread(target=follow, args=(step,)) for step in (3, 5, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    index.refresh()
    index.compact(force=True)
    assert (index.position, index.count()) == (len(log) + 1, 32)
    assert found(index, "a") == [1, 2, *range(13, 43)]
    assert index.frequencies(["a", "b", *(f"own {number}" for number in range(3, 43))]) == [32, 1, *[0] * 10, *[1] * 30]


def test_of_two_processes_that_build_at_once_the_later_swap_counts_and_nothing_is_left_over(
    index: ElasticsearchIndex, opened: Open, raw: Elasticsearch, alias: str
) -> None:
    other = opened()

    def slowly() -> Iterator[DocumentBlock]:
        yield DocumentBlock.from_documents([document(1, "a")])
        rebuild(other, [document(7, "a")], position=5)
        yield DocumentBlock.from_documents([document(2, "a")])

    # The other one has removed what was being built here: its work counts, and is followed from its position.
    index.rebuild(slowly(), position=3)
    assert (index.position, found(index, "a"), index.needs_rebuild) == (5, [7], "")
    assert len(names(raw, alias)) == 1


def test_a_build_that_fails_leaves_the_old_index_and_nothing_else(
    index: ElasticsearchIndex, raw: Elasticsearch, alias: str
) -> None:
    before = names(raw, alias)

    def broken() -> Iterator[DocumentBlock]:
        yield DocumentBlock.from_documents([document(9, "a")])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        index.rebuild(broken(), position=9)
    assert (found(index, "a"), index.position, names(raw, alias)) == ([1, 2], 1, before)


def test_what_a_killed_build_left_behind_goes_with_the_next_one(
    index: ElasticsearchIndex, opened: Open, raw: Elasticsearch, alias: str
) -> None:
    killed = opened()._generations.create()
    assert killed in names(raw, alias)
    rebuild(index, [document(3, "a")])
    assert len(names(raw, alias)) == 1
    assert killed not in names(raw, alias)


# foreign hands


def test_an_index_of_that_name_which_elijah_did_not_make_is_neither_used_nor_removed(
    opened: Open, raw: Elasticsearch, alias: str
) -> None:
    raw.indices.create(index=alias)
    try:
        index = opened()
        assert index.needs_rebuild == "the index in Elasticsearch was not made by Elijah"
        assert (found(index, "a"), index.count(), index.position) == ([], 0, 0)
        with pytest.raises(IndexUnavailableError, match=f"called {alias}; remove or rename it"):
            rebuild(index, [document(1, "a")])
        assert names(raw, alias) == [alias]
    finally:
        raw.indices.delete(index=alias)
    rebuild(index, [document(1, "a")])
    assert found(index, "a") == [1]


def test_a_mapping_that_somebody_has_added_to_needs_building_anew(
    index: ElasticsearchIndex, opened: Open, raw: Elasticsearch, alias: str
) -> None:
    raw.indices.put_mapping(index=alias, properties={"full_name": {"type": "text"}})
    late = opened()
    assert late.needs_rebuild == "the mapping of the index in Elasticsearch was changed by somebody else"
    rebuild(late, [document(3, "a")])
    assert (late.needs_rebuild, found(late, "a")) == ("", [3])


def test_an_index_of_another_version_of_elijah_needs_building_anew(
    index: ElasticsearchIndex, opened: Open, raw: Elasticsearch, alias: str
) -> None:
    raw.indices.put_mapping(index=alias, meta={"elijah": 99})
    assert opened().needs_rebuild == "the index in Elasticsearch is of another version"


def test_an_alias_that_somebody_has_pointed_to_two_indexes_needs_building_anew(
    index: ElasticsearchIndex, opened: Open, raw: Elasticsearch, alias: str
) -> None:
    raw.indices.create(index=f"other-{alias}", aliases={alias: {}})
    try:
        late = opened()
        assert "several indexes" in late.needs_rebuild
        rebuild(late, [document(3, "a")])
        assert (late.needs_rebuild, found(late, "a")) == ("", [3])
        assert raw.indices.exists(index=f"other-{alias}")
    finally:
        raw.indices.delete(index=f"other-{alias}")


def test_indexes_that_only_begin_alike_are_left_alone(
    index: ElasticsearchIndex, raw: Elasticsearch, alias: str
) -> None:
    raw.indices.create(index=f"{alias}-of-somebody-else")
    try:
        rebuild(index, [document(3, "a")])
        index.discard("the test says so")
        assert names(raw, alias) == [f"{alias}-of-somebody-else"]
    finally:
        raw.indices.delete(index=f"{alias}-of-somebody-else")


def test_an_index_that_somebody_has_deleted_needs_building_and_finds_nobody_meanwhile(
    index: ElasticsearchIndex, raw: Elasticsearch, alias: str
) -> None:
    raw.indices.delete(index=",".join(names(raw, alias)))
    assert found(index, "a") == []
    assert (index.needs_rebuild, index.position) == ("there is no index in Elasticsearch yet", 0)
    assert names(raw, alias) == []


# what the server does not take


def test_a_refused_document_is_reported_by_its_number_and_the_rest_goes_in(
    index: ElasticsearchIndex, caplog: pytest.LogCaptureFixture
) -> None:
    body = {"number": "Sok Dara", "at": 2, "keys": []}
    seen = index._look()
    assert not isinstance(seen, str)
    good = {"number": 8, "at": 2, "kind": "intake", "open": True, "traceable": True, "keys": [term(key_hash("a"))]}
    actions = [
        ({"index": {"_id": str(number), "version": 2, "version_type": "external"}}, content)
        for number, content in ((7, body), (8, good), (9, {"full_name": "Sok Dara"}))
    ]
    with caplog.at_level(logging.WARNING):
        bulk.write(index._server, seen.writing, actions)
    assert [record.getMessage() for record in caplog.records] == [
        "the index did not take record number 7 (document_parsing_exception); it cannot be found",
        "the index did not take record number 9 (strict_dynamic_mapping_exception); it cannot be found",
    ]
    index.apply([], position=2)
    index.compact(force=True)
    assert found(index, "a") == [1, 2]
    index.apply([document(10, "a")], position=3)
    assert found(index, "a") == [1, 2, 8, 10]


def test_a_read_only_index_can_be_searched_and_says_what_to_do(
    index: ElasticsearchIndex, raw: Elasticsearch, alias: str
) -> None:
    raw.indices.put_settings(index=alias, settings={"index.blocks.read_only_allow_delete": True})
    with pytest.raises(IndexUnavailableError, match="read-only, as on a full disk; free space there"):
        index.apply([document(3, "a")], position=2)
    assert (found(index, "a"), index.position) == ([1, 2], 1)
    raw.indices.put_settings(index=alias, settings={"index.blocks.read_only_allow_delete": None})
    index.apply([document(3, "a")], position=2)
    assert (found(index, "a"), index.position) == ([1, 2, 3], 2)


def test_an_index_closed_for_writing_keeps_its_position_too(
    index: ElasticsearchIndex, raw: Elasticsearch, alias: str
) -> None:
    raw.indices.put_settings(index=alias, settings={"index.blocks.write": True})
    for changes in ([], [document(3, "a")]):
        with pytest.raises(IndexUnavailableError, match="read-only"):
            index.apply(changes, position=2)
    raw.indices.put_settings(index=alias, settings={"index.blocks.write": None})
    assert index.position == 1


# frequencies


@pytest.mark.parametrize("most", [0, 3, 100_000], ids=["a new table each time", "now and then", "differences only"])
def test_frequencies_are_exact_after_any_number_of_freezes(
    index: ElasticsearchIndex, opened: Open, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(freezing, "_MOST_ENTRIES", most)
    keys = ["a", "b", "c", "d"]
    index.apply([document(2, "b", "c", version=2), document(3, "a")], position=2)
    index.apply([document(2, "c", version=3), document(4, "d")], position=3)
    index.compact(force=True)
    assert index.frequencies(keys) == [2, 0, 1, 1]
    index.apply([Removal(4, 2), document(2, "d", version=4)], position=4)
    index.apply([Removal(3, 2), document(5, "a")], position=5)
    assert index.frequencies(keys) == [2, 0, 1, 1]
    index.compact(force=True)
    assert index.frequencies(keys) == [2, 0, 0, 1]
    assert opened().frequencies(keys) == [2, 0, 0, 1]


def test_a_removed_record_that_the_frequencies_count_is_folded_out_at_once_and_small_changes_are_not(
    index: ElasticsearchIndex,
) -> None:
    index.apply([document(3, "b")], position=2)
    index.compact()
    assert index.frequencies(["a", "b"]) == [2, 1]
    index.apply([Removal(1, 2)], position=3)
    index.compact()
    assert index.frequencies(["a", "b"]) == [1, 2]


# rule 8, and what stands on the server


def test_no_key_and_no_source_is_on_the_server_as_text(
    index: ElasticsearchIndex, raw: Elasticsearch, alias: str
) -> None:
    rebuild(index, [document(1, "n:SOKDARA", "p:12345678", source="shelter")])
    index.apply([document(2, "n:SOKDARA", source="police")], position=2)
    index.compact(force=True)
    kept = everything(raw, alias)
    for word in ("SOKDARA", "12345678", "shelter", "police"):
        assert word not in kept


def test_of_a_record_that_came_and_went_since_the_last_freeze_only_its_number_is_left_and_the_freeze_stays(
    index: ElasticsearchIndex, raw: Elasticsearch, alias: str
) -> None:
    index.apply([document(3, "secret", "b")], position=2)
    index.apply([Removal(3, 2)], position=3)
    index.compact()
    (tombstone,) = [hit["_source"] for hit in json.loads(everything(raw, alias)) if hit["_id"] == "3"]
    assert tombstone == {"number": 3, "at": 3}
    index.compact(force=True)
    assert index.frequencies(["a", "b", "secret"]) == [2, 1, 0]


@pytest.mark.parametrize("changed_before", [True, False])
def test_of_a_removed_record_only_its_number_is_left_once_it_is_compacted(
    index: ElasticsearchIndex, raw: Elasticsearch, alias: str, changed_before: bool
) -> None:
    rebuild(index, [document(1, "a"), document(2, "secret", source="hidden")])
    if changed_before:
        index.apply([document(2, "other secret", version=2, source="hidden")], position=2)
    index.apply([Removal(2, 3)], position=3)
    index.compact()
    kept = json.loads(everything(raw, alias))
    (tombstone,) = [hit["_source"] for hit in kept if hit["_id"] == "2"]
    assert tombstone == {"number": 2, "at": 3}
    documents = json.dumps([hit for hit in kept if hit["_source"].get("keys")])
    assert term(key_hash("secret")) not in documents
    assert index.frequencies(["secret", "other secret"]) == [0, 0]


def test_the_server_is_asked_once_and_not_at_once_to_rewrite_its_files_without_a_removed_record(
    index: ElasticsearchIndex, opened: Open, raw: Elasticsearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    merged: list[dict[str, Any]] = []

    def forcemerge(_: object, **how: Any) -> None:
        merged.append(how)

    monkeypatch.setattr(type(raw.indices), "forcemerge", forcemerge)
    index.apply([Removal(1, 2)], position=2)
    index.compact()
    # Nobody's clock has come to it, whoever comes by.
    index.compact()
    opened().compact()
    assert merged == []
    monkeypatch.setattr("indexer.index.elasticsearch.freezing.time.time", lambda: 4e9)
    other = opened()
    other.compact()
    index.refresh()
    index.compact()
    other.compact()
    assert [how["only_expunge_deletes"] for how in merged] == [True]


def test_a_discarded_index_leaves_nothing_on_the_server(
    index: ElasticsearchIndex, opened: Open, raw: Elasticsearch, alias: str
) -> None:
    index.discard("the database was restored from a backup")
    assert names(raw, alias) == []
    assert opened().needs_rebuild == "there is no index in Elasticsearch yet"


# large questions


def test_more_keys_than_a_query_may_have_are_added_up_exactly(index: ElasticsearchIndex) -> None:
    many = [f"k{number}" for number in range(1_500)]
    rebuild(index, [document(1, *many), document(2, *many[:7]), document(3, "x"), document(4, *many[:7], open=False)])
    assert index.candidates(query(*many)) == [Candidate(1, 1_500), Candidate(2, 7)]
    assert index.candidates(query(*many, limit=1)) == [Candidate(1, 1_500)]


def test_hundreds_of_questions_at_once_are_answered_each_in_its_place(index: ElasticsearchIndex) -> None:
    rebuild(index, [document(number, f"own {number}", "all") for number in range(1, 131)])
    asked = [query(f"own {number}", ("all", 2), limit=1) for number in range(1, 131)]
    assert index.candidates_many(asked) == [[Candidate(number, 3)] for number in range(1, 131)]


def test_scores_are_the_same_integers_over_several_shards(elasticsearch_url: str, alias: str) -> None:
    index = new_elasticsearch_index(elasticsearch_url, alias, Layout(shards=3, replicas=0))
    rebuild(index, [document(number, "all", f"{number % 7}") for number in range(1, 200)])
    index.apply([document(500, "all", "3")], position=2)
    asked = query(("all", 16_000_000), ("3", 777_215), limit=400)
    weights = {number: 16_777_215 if number % 7 == 3 else 16_000_000 for number in range(1, 200)} | {500: 16_777_215}
    expected = [
        Candidate(number, weight) for number, weight in sorted(weights.items(), key=lambda one: (-one[1], one[0]))
    ]
    assert index.candidates(asked) == expected
    assert index.frequencies(["all", "3"]) == [199, 29]


def test_nothing_is_logged_in_ordinary_use(index: ElasticsearchIndex, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        index.apply([document(3, "a"), Removal(1, 2)], position=2)
        index.compact(force=True)
        assert found(index, "a") == [2, 3]
    assert [record for record in caplog.records if record.name.startswith(("indexer", "elastic_transport"))] == []
