"""Records in and out: upsert by id, versions, the change log."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.store import Change, Outcome, Store
from matcher.errors import InputError
from matcher.record import Kind
from tests.indexer.store.builders import DAY, day, entry, number_of, put

CREATED, UPDATED, UNCHANGED = Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED
WITHDRAWN_NOW, WITHDRAWN_BEFORE = Outcome.WITHDRAWN_NOW, Outcome.WITHDRAWN_BEFORE


def test_a_record_comes_back_as_it_was_given_with_its_untouched_row(store: Store) -> None:
    given = entry(
        "shelter/1", full_name=" Sok  Dara ", local_name="សុខ ដារ៉ា", marks="scar; tattoo", unknown_column="kept"
    )
    assert put(store, given) == [CREATED]
    stored = store.get("shelter/1")
    assert stored is not None
    assert stored.record == given.record
    assert stored.record.extra == {"unknown_column": "kept"}
    assert stored.source_row == given.source_row
    assert stored.source_row["full_name"] == " Sok  Dara "
    assert (stored.version, stored.updated_at) == (1, DAY)


def test_an_unknown_id_is_none(store: Store) -> None:
    assert store.get("shelter/1") is None
    assert store.history("shelter/1") == []


def test_the_same_id_again_is_an_update_that_keeps_its_number_and_its_earlier_versions(store: Store) -> None:
    put(store, entry("shelter/1", full_name="Sok Dara"))
    number = number_of(store, "shelter/1")
    assert put(store, entry("shelter/1", full_name="Sok Darith"), at=day(1)) == [UPDATED]
    assert put(store, entry("shelter/1", full_name="Sok Daravuth"), at=day(2)) == [UPDATED]
    stored = store.get("shelter/1")
    assert stored is not None
    assert (stored.number, stored.version, stored.record.full_name) == (number, 3, "Sok Daravuth")
    earlier = [(one.version, one.record.full_name, one.updated_at) for one in store.history("shelter/1")]
    assert earlier == [(2, "Sok Darith", day(1)), (1, "Sok Dara", DAY)]


def test_the_same_content_again_is_unchanged_and_leaves_no_trace(store: Store) -> None:
    put(store, entry("shelter/1", full_name="Sok Dara"))
    before = store.get("shelter/1"), store.last_change()
    assert put(store, entry("shelter/1", full_name="Sok Dara"), at=day(1)) == [UNCHANGED]
    assert (store.get("shelter/1"), store.last_change()) == before
    assert store.history("shelter/1") == []


def test_columns_in_another_order_and_spelled_with_more_space_are_no_change(store: Store) -> None:
    put(store, entry("shelter/1", full_name="Sok Dara", zone="A", camp="B"))
    assert put(store, entry("shelter/1", camp="B", zone="A", full_name="Sok  Dara ")) == [UNCHANGED]


def test_a_change_of_any_cell_is_an_update_unknown_columns_too(store: Store) -> None:
    put(store, entry("shelter/1", zone="A"))
    assert put(store, entry("shelter/1", zone="B")) == [UPDATED]
    assert put(store, entry("shelter/1", zone="B", status="closed")) == [UPDATED]
    assert put(store, entry("shelter/1", zone="B", status="closed", consent_for_tracing="no")) == [UPDATED]


def test_of_two_rows_with_one_id_in_a_batch_the_later_wins(store: Store) -> None:
    batch = [entry("a/1", age="3"), entry("a/2"), entry("a/1", age="4"), entry("a/1", age="4")]
    assert put(store, *batch) == [CREATED, CREATED, UPDATED, UNCHANGED]
    stored = store.get("a/1")
    assert stored is not None
    assert (stored.record.age, stored.version) == ("4", 1)
    assert put(store, entry("a/1", age="5"), entry("a/1", age="6"), entry("a/1", age="6")) == [
        UPDATED,
        UPDATED,
        UNCHANGED,
    ]
    stored = store.get("a/1")
    assert stored is not None
    assert (stored.record.age, stored.version) == ("6", 2)


def test_an_empty_batch_does_nothing(store: Store) -> None:
    assert put(store) == []
    assert store.last_change() == 0


def test_records_are_found_by_number_in_the_order_asked_for_and_unknown_ones_left_out(store: Store) -> None:
    put(store, *(entry(f"a/{i}") for i in range(5)))
    assert list(store.get_many([4, 99, 2, 4, 1])) == [4, 2, 1]
    assert store.get_many([]) == {}


def test_more_ids_than_a_statement_can_take_are_no_limit(store: Store) -> None:
    many = [entry(f"a/{i}", age="3") for i in range(11_000)]
    assert set(put(store, *many)) == {CREATED}
    assert len(store.get_many(range(1, 11_001))) == 11_000
    older = [entry(f"a/{i}", age="4" if i > 10_500 else "3") for i in range(11_000)]
    assert put(store, *older).count(UPDATED) == 499


def test_all_records_are_streamed_by_number_across_blocks(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.store.store._BLOCK", 3)
    kinds = ("intake", "report", "intake", "intake", "report", "intake", "report")
    closed = {"a/2"}
    put(
        store,
        *(
            entry(f"a/{i}", kind=kind, status="closed" if f"a/{i}" in closed else "open")
            for i, kind in enumerate(kinds)
        ),
    )
    assert [one.number for one in store.records()] == [1, 2, 3, 4, 5, 6, 7]
    assert [one.number for one in store.records(after=3)] == [4, 5, 6, 7]
    assert [one.record.record_id for one in store.records(kind=Kind.INTAKE)] == ["a/0", "a/2", "a/3", "a/5"]
    assert [one.record.record_id for one in store.records(kind=Kind.INTAKE, open_only=True)] == ["a/0", "a/3", "a/5"]
    assert [one.number for one in store.records(kind=Kind.REPORT, after=2)] == [5, 7]


def test_writing_goes_on_while_somebody_streams(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.store.store._BLOCK", 2)
    put(store, *(entry(f"a/{i}") for i in range(4)))
    stream = store.records()
    assert next(stream).number == 1
    assert store.withdraw("a/3", at=day(1))
    put(store, entry("a/9"))
    assert [one.record.record_id for one in stream] == ["a/1", "a/2", "a/9"]


def test_records_are_counted_by_kind_and_status(store: Store) -> None:
    put(store, entry("a/1"), entry("a/2", kind="report"), entry("a/3", kind="report", status="closed"))
    assert store.count() == 3
    assert store.count(Kind.REPORT) == 2
    assert store.count(Kind.REPORT, open_only=True) == 1
    assert store.last_number() == 3


def test_each_write_has_its_place_in_the_change_log(store: Store) -> None:
    put(store, entry("a/1"), entry("a/2"))
    put(store, entry("a/1", age="4"), entry("a/3"), entry("a/2"))
    store.withdraw("a/2", at=DAY)
    assert store.changes(after=0) == [Change(3, 1, 2, False), Change(4, 3, 1, False), Change(5, 2, 2, True)]
    assert store.changes(after=3) == [Change(4, 3, 1, False), Change(5, 2, 2, True)]
    assert store.changes(after=0, limit=2) == [Change(1, 1, 1, False), Change(2, 2, 1, False)]
    assert store.changes(after=5) == []
    assert store.last_change() == 5


def test_half_a_character_is_refused_in_words_and_nothing_of_the_batch_is_stored(store: Store) -> None:
    with pytest.raises(InputError, match="half a character"):
        put(store, entry("a/1"), entry("a/2", full_name="Sok \ud800"))
    assert store.count() == 0
    assert store.last_change() == 0
    with pytest.raises(InputError, match="half a character"):
        store.get("a/\ud800")


def test_texts_of_any_length_and_script_are_kept(store: Store) -> None:
    long = "ក" * 200_000
    put(store, entry("a/1", description=long, full_name="O'Neil\"; DROP TABLE records;--\x00 👧🏽"))
    stored = store.get("a/1")
    assert stored is not None
    assert stored.record.description == long
    assert stored.record.full_name.startswith("O'Neil\"; DROP TABLE")


EXAMPLES = count()
ids = st.sampled_from(["a/1", "a/2", "a/3"])
statuses = st.sampled_from(["open", "open", "open", "closed", "withdrawn"])
rows = st.tuples(ids, st.sampled_from(["3", "4", "5"]), statuses)
batches = st.lists(st.lists(rows, max_size=6), max_size=5)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=batches)
def test_any_batches_leave_what_a_plain_dictionary_has_and_a_log_that_tells_it(
    store: Store, batches: list[list[tuple[str, str, str]]]
) -> None:
    # One store for all examples, which is slower to make than to use: each example has ids of its own.
    own = f"example-{next(EXAMPLES)}-"
    start = store.last_change()
    living: dict[str, tuple[str, str]] = {}
    gone: set[str] = set()
    for batch in batches:
        outcomes = put(store, *(entry(own + record_id, age=age, status=status) for record_id, age, status in batch))
        for (record_id, age, status), outcome in zip(batch, outcomes, strict=True):
            if record_id in gone:
                assert outcome is WITHDRAWN_BEFORE
            elif status == "withdrawn":
                assert outcome is WITHDRAWN_NOW
                living.pop(record_id, None)
                gone.add(record_id)
            else:
                expected = CREATED if record_id not in living else UPDATED
                assert outcome is (UNCHANGED if living.get(record_id) == (age, status) else expected)
                living[record_id] = (age, status)
    for record_id in ("a/1", "a/2", "a/3"):
        stored = store.get(own + record_id)
        assert (stored and (stored.record.age, stored.record.status.value)) == living.get(record_id)
    log = {change.number: change for change in store.changes(after=start)}
    told = {number for number, change in log.items() if not change.removed}
    assert told == {number_of(store, own + record_id) for record_id in living}
    assert all(
        change.version == store.get_many([number])[number].version for number, change in log.items() if number in told
    )
