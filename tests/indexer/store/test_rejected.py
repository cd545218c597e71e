"""Rows that could not be loaded are kept, untouched, until somebody mends them."""

from __future__ import annotations

from indexer.store import RejectedRow, Store
from tests.indexer.store.builders import DAY, entry, put


def rejected(row: int, file: str = "arrivals.csv", record_id: str = "") -> RejectedRow:
    return RejectedRow(file, row, "sex", "unknown sex", {"full_name": " សុខ ", "sex": "?"}, record_id)


def test_a_rejected_row_is_kept_untouched_with_where_it_stands(store: Store) -> None:
    store.keep_rejected([rejected(3)], at=DAY)
    [kept] = store.rejected()
    assert (kept.file, kept.row, kept.column, kept.message) == ("arrivals.csv", 3, "sex", "unknown sex")
    assert kept.source_row == {"full_name": " សុខ ", "sex": "?"}


def test_the_newest_come_first_up_to_a_limit(store: Store) -> None:
    store.keep_rejected([rejected(row) for row in range(2, 8)], at=DAY)
    assert [row.row for row in store.rejected(limit=2)] == [7, 6]


def test_loading_a_file_again_forgets_its_rejected_rows_and_no_others(store: Store) -> None:
    store.keep_rejected([rejected(2), rejected(3, file="other.csv")], at=DAY)
    store.clear_rejected("arrivals.csv")
    assert [row.file for row in store.rejected()] == ["other.csv"]


def test_nothing_of_a_withdrawn_record_is_kept(store: Store) -> None:
    put(store, entry("shelter/1"))
    store.withdraw("shelter/1", at=DAY)
    store.keep_rejected([rejected(2, record_id="shelter/1"), rejected(3, record_id="shelter/2"), rejected(4)], at=DAY)
    assert [row.row for row in store.rejected()] == [4, 3]


def test_no_rows_are_no_trouble(store: Store) -> None:
    store.keep_rejected([], at=DAY)
    assert store.rejected() == []
