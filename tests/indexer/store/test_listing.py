"""The queue: pages, filters, and consent."""

from __future__ import annotations

from typing import Any

import pytest

from indexer.errors import NotFoundError
from indexer.store import Decision, MatchFilter, Store
from tests.indexer.store.builders import entry, pair, put, save, say, scored


def listed(store: Store, **wanted: Any) -> list[str]:
    """The intakes of the matches that a filter lists, in order."""
    return [match.intake_id for match in store.list_matches(MatchFilter(**wanted)).matches]


@pytest.fixture
def queue(store: Store) -> Store:
    """Four matches of one report."""
    pair(store, "police/1", "shelter/1", probability=0.3, likelihood="unlikely")
    pair(store, "police/1", "shelter/2", probability=0.9, likelihood="likely", held=True)
    pair(store, "police/1", "hospital/3", probability=0.5, outcome="same_family")
    pair(store, "police/2", "shelter/4", probability=0.5)
    return store


def test_the_most_probable_come_first_and_ties_in_the_order_they_came(queue: Store) -> None:
    assert listed(queue) == ["shelter/2", "hospital/3", "shelter/4", "shelter/1"]


def test_pages_follow_each_other_and_each_knows_the_total(queue: Store) -> None:
    pages = [queue.list_matches(limit=2, offset=offset) for offset in (0, 2, 4)]
    assert [[match.intake_id for match in page.matches] for page in pages] == [
        ["shelter/2", "hospital/3"],
        ["shelter/4", "shelter/1"],
        [],
    ]
    assert {page.total for page in pages} == {4}


def test_matches_are_filtered_by_where_they_stand_and_what_they_are(queue: Store) -> None:
    decided = queue.list_matches().matches[-1]
    say(queue, decided, Decision.NOT_A_MATCH)
    assert listed(queue, status="not_a_match") == ["shelter/1"]
    assert listed(queue, status="potential", likelihood="possible") == ["hospital/3", "shelter/4"]
    assert listed(queue, held=True) == ["shelter/2"]
    assert listed(queue, held=False, outcome="same_family") == ["hospital/3"]
    assert listed(queue, status="no such status") == []
    assert queue.list_matches(MatchFilter(likelihood="possible"), limit=1).total == 2


def test_matches_are_listed_for_a_record_from_either_side(queue: Store) -> None:
    assert listed(queue, record_id="police/2") == ["shelter/4"]
    assert listed(queue, record_id="hospital/3") == ["hospital/3"]
    assert listed(queue, record_id="police/1") == ["shelter/2", "hospital/3", "shelter/1"]
    assert listed(queue, record_id="nobody/1") == []


def test_a_child_without_consent_is_listed_for_its_owner_only_from_the_moment_consent_is_taken_back(
    queue: Store,
) -> None:
    put(queue, entry("shelter/2", consent_for_tracing=""))
    assert "shelter/2" not in listed(queue)
    assert "shelter/2" not in listed(queue, record_id="police/1")
    assert "shelter/2" not in listed(queue, sources=frozenset({"hospital", "police", ""}))
    assert listed(queue, sources=frozenset({"shelter"}))[0] == "shelter/2"
    assert queue.list_matches(MatchFilter()).total == 3


def test_a_child_that_belongs_to_nobody_is_listed_for_nobody_without_consent(store: Store) -> None:
    pair(store, "police/1", "no-source")
    put(store, entry("no-source", consent_for_tracing="no"))
    assert listed(store, sources=frozenset({"", "no-source"})) == []


def test_a_record_that_was_filed_as_the_wrong_kind_makes_no_match_until_it_is_put_back(store: Store) -> None:
    # Two intakes are no pair, and the consent of the one that stands in the report's place is not looked at.
    match = pair(store)
    put(store, entry("police/1", kind="intake", consent_for_tracing=""))
    assert listed(store, sources=frozenset({"shelter"})) == []
    assert store.get_match(match.id) is None
    put(store, entry("police/1", kind="report"))
    assert listed(store) == ["shelter/1"]


def test_a_number_that_no_database_has_is_not_found_in_words(store: Store) -> None:
    assert store.get_match(999) is None
    with pytest.raises(NotFoundError, match="no such number"):
        store.get_match(10**30)


def test_a_long_queue_is_paged_through_without_loss_or_repetition(store: Store) -> None:
    put(store, entry("police/1", kind="report"), *(entry(f"shelter/{i}") for i in range(120)))
    save(store, *(scored(store, "police/1", f"shelter/{i}", probability=(i % 7) / 7) for i in range(120)))
    seen: list[int] = []
    while page := store.list_matches(limit=11, offset=len(seen)).matches:
        seen += [match.id for match in page]
    assert len(seen) == len(set(seen)) == 120
