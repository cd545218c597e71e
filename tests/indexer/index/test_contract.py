"""What every candidate index does, whatever is behind it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indexer.index import Candidate, CandidateIndex, Document, DocumentBlock, Removal
from matcher.record import Kind
from tests.indexer.index.builders import document, found, query, rebuild

# finding and ordering


def test_a_document_is_found_by_any_key_that_it_shares_with_the_query(index: CandidateIndex) -> None:
    rebuild(index, [document(1, "a", "b"), document(2, "c"), document(3, "x")])
    assert found(index, "b", "c", "nobody's") == [1, 2]


def test_the_weights_of_all_shared_keys_are_summed_as_integers(index: CandidateIndex) -> None:
    rebuild(index, [document(1, "a", "b", "c"), document(2, "b")])
    asked = query(("a", 3), ("b", 1_000_000_007), ("z", 5))
    assert index.candidates(asked) == [Candidate(1, 1_000_000_010), Candidate(2, 1_000_000_007)]
    assert all(type(one.weight) is int and type(one.number) is int for one in index.candidates(asked))


def test_the_heaviest_come_first_and_ties_go_by_number(index: CandidateIndex) -> None:
    rebuild(index, [document(9, "a"), document(4, "a", "b"), document(7, "a"), document(2, "b")])
    assert found(index, ("a", 2), ("b", 1)) == [4, 7, 9, 2]


def test_ties_go_by_number_across_what_was_built_and_what_was_applied_since(index: CandidateIndex) -> None:
    rebuild(index, [document(2, "a"), document(6, "a")])
    index.apply([document(1, "a"), document(4, "a"), document(9, "a", "a2")], position=2)
    assert found(index, "a", "a2") == [9, 1, 2, 4, 6]


@pytest.mark.parametrize("limit", [0, 1, 2, 5, 100])
def test_a_limit_keeps_the_best(index: CandidateIndex, limit: int) -> None:
    rebuild(index, [document(number, "a", *["b"] * (number % 3 == 0)) for number in range(1, 31)])
    index.apply([document(40, "a", "b")], position=2)
    everybody = found(index, "a", ("b", 4), limit=1_000)
    assert found(index, "a", ("b", 4), limit=limit) == everybody[:limit]


def test_a_cut_among_equals_keeps_the_lowest_numbers(index: CandidateIndex) -> None:
    rebuild(index, [document(number, "a") for number in range(1, 2_001)])
    assert found(index, "a", limit=3) == [1, 2, 3]


def test_a_query_without_keys_finds_nobody(index: CandidateIndex) -> None:
    rebuild(index, [document(1, "a")])
    assert index.candidates(query()) == []


def test_an_index_that_has_never_been_filled_finds_nobody(index: CandidateIndex) -> None:
    assert index.candidates(query("a")) == []
    assert index.count() == 0
    assert index.position == 0
    assert index.frequencies(["a"]) == [0]


def test_a_key_that_very_many_documents_have_still_ranks_them_all(index: CandidateIndex) -> None:
    rebuild(index, [document(number, "all", f"only {number}") for number in range(1, 20_001)])
    assert found(index, "all", ("only 19999", 3), limit=3) == [19_999, 1, 2]
    assert len(found(index, "all", limit=50_000)) == 20_000
    assert index.frequencies(["all", "only 3"]) == [20_000, 1]


def test_a_key_given_twice_counts_once_in_a_document_and_with_both_weights_in_a_query(index: CandidateIndex) -> None:
    rebuild(index, [document(1, "a", "a", "a")])
    index.apply([document(2, "a", "a")], position=2)
    assert index.candidates(query(("a", 2), ("a", 5))) == [Candidate(1, 7), Candidate(2, 7)]
    assert index.frequencies(["a"]) == [1]


def test_many_queries_are_answered_each_as_if_it_were_alone_in_their_order(index: CandidateIndex) -> None:
    rebuild(index, [document(1, "a"), document(2, "b"), document(3, "a", "b")])
    asked = [query("b"), query(), query("a", limit=1), query("b", "a")]
    assert index.candidates_many(asked) == [index.candidates(one) for one in asked]
    assert index.candidates_many([]) == []


def test_keys_in_khmer_and_of_any_length_are_keys_like_others(index: CandidateIndex) -> None:
    keys = ("n:សុខ", "k" * 5_000, "with space", "ü", "", "emoji 👧")
    rebuild(index, [document(1, *keys)])
    assert [found(index, key) for key in keys] == [[1]] * len(keys)


# who may be found


def test_only_the_kind_that_is_asked_for_is_found(index: CandidateIndex) -> None:
    rebuild(index, [document(1, "a"), document(2, "a", kind=Kind.REPORT)])
    assert found(index, "a", kind=Kind.INTAKE) == [1]
    assert found(index, "a", kind=Kind.REPORT) == [2]


def test_a_closed_record_is_not_found_until_it_is_opened_again(index: CandidateIndex) -> None:
    rebuild(index, [document(1, "a", open=False), document(2, "a")])
    assert found(index, "a", sources=frozenset({"shelter"})) == [2]
    index.apply([document(1, "a", version=2), document(2, "a", version=2, open=False)], position=2)
    assert found(index, "a") == [1]


def test_a_child_without_consent_is_found_by_its_owner_only(index: CandidateIndex) -> None:
    rebuild(index, [document(1, "a", traceable=False, source="shelter"), document(2, "a", source="police")])
    assert found(index, "a") == [2]
    assert found(index, "a", sources=frozenset({"police", "hospital"})) == [2]
    assert found(index, "a", sources=frozenset({"shelter"})) == [1, 2]


def test_consent_holds_in_both_directions_and_follows_each_change(index: CandidateIndex) -> None:
    reports = [document(1, "a", kind=Kind.REPORT, traceable=False), document(2, "a", kind=Kind.REPORT)]
    rebuild(index, reports)
    assert found(index, "a", kind=Kind.REPORT) == [2]
    index.apply(
        [replace(reports[0], version=2, traceable=True), replace(reports[1], version=2, traceable=False)], position=2
    )
    assert found(index, "a", kind=Kind.REPORT) == [1]


def test_a_blank_source_belongs_to_nobody(index: CandidateIndex) -> None:
    rebuild(index, [document(1, "a", source="", traceable=False), document(2, "a", source="")])
    assert found(index, "a", sources=frozenset({""})) == [2]
    assert found(index, "a", within=frozenset({""})) == []


def test_within_leaves_only_those_sources(index: CandidateIndex) -> None:
    rebuild(
        index,
        [
            document(1, "a", source="shelter"),
            document(2, "a", source="police"),
            document(3, "a", source="shelter", traceable=False),
        ],
    )
    assert found(index, "a", within=frozenset({"shelter"})) == [1]
    assert found(index, "a", within=frozenset({"shelter"}), sources=frozenset({"shelter"})) == [1, 3]
    assert found(index, "a", within=frozenset()) == []
    assert found(index, "a", within=None) == [1, 2]


def test_a_hidden_record_does_not_use_up_the_limit(index: CandidateIndex) -> None:
    hidden = [document(number, "a", "b", traceable=False) for number in range(1, 50)]
    rebuild(index, [*hidden, document(99, "a")])
    assert found(index, "a", "b", limit=1) == [99]


# following


def test_changes_are_seen_at_once(index: CandidateIndex) -> None:
    rebuild(index, [document(1, "a"), document(2, "a")])
    index.apply([document(2, "b", version=2), document(3, "a"), Removal(1, 2)], position=4)
    assert found(index, "a") == [3]
    assert found(index, "b") == [2]
    assert index.count() == 2
    assert index.position == 4


def test_the_same_changes_again_change_nothing(index: CandidateIndex) -> None:
    rebuild(index, [document(1, "a"), document(2, "a")])
    changes: list[Document | Removal] = [document(1, "b", version=2), Removal(2, 2), document(3, "a", "b")]
    for _ in range(3):
        index.apply(changes, position=4)
        assert index.candidates(query("a", "b")) == [Candidate(3, 2), Candidate(1, 1)]
        assert index.count() == 2


@pytest.mark.parametrize("built", [True, False], ids=["built", "applied"])
def test_an_older_version_never_replaces_a_newer_one(index: CandidateIndex, built: bool) -> None:
    newer = document(1, "new", version=5)
    if built:
        rebuild(index, [newer], position=5)
    else:
        index.apply([newer], position=5)
    index.apply([document(1, "old", version=4)], position=6)
    index.apply([document(1, "same", version=5)], position=7)
    index.apply([Removal(1, 4)], position=8)
    assert found(index, "new", "old", "same") == [1]
    assert found(index, "new") == [1]


def test_of_several_versions_in_one_batch_the_newest_counts_in_any_order(index: CandidateIndex) -> None:
    index.apply([document(1, "c", version=3), document(1, "a", version=1), document(1, "b", version=2)], position=3)
    assert (found(index, "a"), found(index, "b"), found(index, "c")) == ([], [], [1])
    assert index.count() == 1


@pytest.mark.parametrize("removal_first", [True, False])
def test_a_removal_beats_its_own_version_in_one_batch_and_across_two(
    index: CandidateIndex, removal_first: bool
) -> None:
    batch: list[Document | Removal] = [document(1, "a", version=2), Removal(1, 2)]
    index.apply(batch[::-1] if removal_first else batch, position=1)
    assert found(index, "a") == []
    index.apply([document(1, "a", version=2)], position=2)
    assert found(index, "a") == []
    assert index.count() == 0


def test_after_a_removal_only_a_higher_version_comes_back(index: CandidateIndex) -> None:
    rebuild(index, [document(1, "a")])
    index.apply([Removal(1, 2)], position=2)
    index.apply([document(1, "a", version=2)], position=3)
    assert found(index, "a") == []
    index.apply([document(1, "a", version=3)], position=4)
    assert found(index, "a") == [1]
    index.compact(force=True)
    assert found(index, "a") == [1]


def test_the_removal_of_a_record_that_never_came_is_taken(index: CandidateIndex) -> None:
    index.apply([Removal(7, 1)], position=1)
    assert index.count() == 0
    assert index.position == 1


def test_changes_that_have_been_passed_already_do_not_bring_a_removed_record_back(index: CandidateIndex) -> None:
    rebuild(index, [document(1, "a")])
    index.apply([Removal(1, 2)], position=5)
    index.compact(force=True)
    index.apply([document(1, "a")], position=4)
    assert found(index, "a") == []
    assert index.position == 5


def test_a_position_without_changes_is_noted(index: CandidateIndex) -> None:
    rebuild(index, [document(1, "a")], position=3)
    index.apply([], position=9)
    assert index.position == 9
    assert found(index, "a") == [1]


# building anew


def test_building_anew_replaces_everything_and_its_position(index: CandidateIndex) -> None:
    rebuild(index, [document(1, "a"), document(2, "a")], position=9)
    index.apply([document(3, "a")], position=10)
    rebuild(index, [document(4, "a"), document(2, "b", version=7)], position=5)
    assert found(index, "a") == [4]
    assert found(index, "b") == [2]
    assert (index.count(), index.position) == (2, 5)


def test_building_from_nothing_empties_the_index(index: CandidateIndex) -> None:
    rebuild(index, [document(1, "a")])
    index.rebuild([], position=2)
    assert found(index, "a") == []
    assert (index.count(), index.position, index.needs_rebuild) == (0, 2, "")


def test_of_a_record_that_is_in_two_blocks_the_newest_version_counts(index: CandidateIndex) -> None:
    blocks = [[document(5, "new", version=3), document(1, "a")], [document(5, "old", version=2)]]
    index.rebuild(map(DocumentBlock.from_documents, blocks), position=1)
    assert (found(index, "new"), found(index, "old"), found(index, "a")) == ([5], [], [1])
    assert index.count() == 2


def test_once_built_an_index_needs_no_building(index: CandidateIndex) -> None:
    assert index.needs_rebuild
    rebuild(index, [document(1, "a")])
    assert index.needs_rebuild == ""


def test_a_discarded_index_says_why_and_holds_nothing(index: CandidateIndex) -> None:
    rebuild(index, [document(1, "a")], position=9)
    index.discard("the database was restored from a backup")
    assert index.needs_rebuild == "the database was restored from a backup"
    assert (found(index, "a"), index.count(), index.position) == ([], 0, 0)
    rebuild(index, [document(2, "a")])
    assert (found(index, "a"), index.needs_rebuild) == ([2], "")


def test_frequencies_stay_as_they_were_when_the_index_was_last_built(index: CandidateIndex) -> None:
    rebuild(index, [document(1, "a", "b"), document(2, "a")])
    assert index.frequencies(["a", "b", "c", "a"]) == [2, 1, 0, 2]
    index.apply([document(3, "a", "c"), Removal(1, 2)], position=2)
    assert index.frequencies(["a", "b", "c"]) == [2, 1, 0]
    index.compact(force=True)
    assert index.frequencies(["a", "b", "c"]) == [2, 0, 1]
    assert index.frequencies([]) == []


def test_compacting_changes_no_answer(index: CandidateIndex) -> None:
    rebuild(index, [document(number, "a", f"b{number % 3}") for number in range(1, 40)])
    index.apply([Removal(3, 2), document(5, "c", version=2), document(50, "a")], position=7)
    before = [index.candidates(query("a", ("b1", 2), "c")), index.count(), index.position]
    index.compact(force=True)
    index.compact(force=True)
    assert [index.candidates(query("a", ("b1", 2), "c")), index.count(), index.position] == before


def test_refreshing_without_news_changes_nothing(index: CandidateIndex) -> None:
    rebuild(index, [document(1, "a")])
    index.apply([document(2, "a")], position=2)
    index.refresh()
    assert found(index, "a") == [1, 2]
    assert index.position == 2


def test_a_closed_index_can_be_closed_again(index: CandidateIndex) -> None:
    rebuild(index, [document(1, "a")])
    index.close()
    index.close()
