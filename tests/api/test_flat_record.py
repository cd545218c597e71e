from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from api.models import FlatRecord
from matcher.record import LIST_COLUMNS, Record

NAMES = st.text(st.characters(categories=["Lu", "Ll", "Lo"]), min_size=1, max_size=10)


def wrong_column(**cells: Any) -> object:
    """The one column that a record is refused for."""
    with pytest.raises(ValidationError) as refused:
        FlatRecord.model_validate(cells)
    (error,) = refused.value.errors()
    (column,) = error["loc"]
    return column


@pytest.mark.parametrize("column", sorted(LIST_COLUMNS))
def test_a_list_column_takes_a_list_or_a_text_and_both_mean_the_same(column: str) -> None:
    listed = FlatRecord.model_validate({"record_id": "a/1", "kind": "report", column: ["x1", None, "y2"]}).to_row()
    written = FlatRecord.model_validate({"record_id": "a/1", "kind": "report", column: "x1; y2"}).to_row()
    assert Record.from_flat(listed) == Record.from_flat(written)


@given(st.lists(NAMES, max_size=5))
def test_no_name_of_a_list_is_lost(names: list[str]) -> None:
    row = FlatRecord.model_validate({"sibling_names": names}).to_row()
    assert row["sibling_names"] == "; ".join(names)


@pytest.mark.parametrize(
    ("cells", "row"),
    [
        ({}, {}),
        ({"full_name": None}, {}),
        ({"age": 7}, {"age": 7}),
        ({"height_cm": 120.5}, {"height_cm": 120.5}),
        ({"consent_for_tracing": True}, {"consent_for_tracing": "true"}),
        ({"consent_for_tracing": "បាទ"}, {"consent_for_tracing": "បាទ"}),
        ({"ward": [1, True]}, {"ward": "1; true"}),
    ],
)
def test_a_row_has_only_what_was_given(cells: dict[str, Any], row: dict[str, Any]) -> None:
    assert FlatRecord.model_validate(cells).to_row() == row


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("full_name", True), ("full_name", ["a"]), ("full_name", {}), ("full_name", "x" * 2001), ("age", float("nan")),
        ("age", float("inf")), ("age", 10**30), ("age", -(10**30)), ("description", "x" * 20_001), ("phones", [{}]),
        ("phones", ["x"] * 201), ("phones", [True]), ("consent_for_tracing", ["true"]), ("ward", {"a": 1}), ("ward", [[1]]),
    ],
)  # fmt: skip
def test_what_no_cell_can_hold_is_refused_with_its_column(column: str, cell: Any) -> None:
    assert wrong_column(**{column: cell}) == column


@pytest.mark.parametrize("column", ["description", "clothing", "ward"])
def test_free_text_may_be_long(column: str) -> None:
    assert FlatRecord.model_validate({column: "x" * 20_000}).to_row()[column] == "x" * 20_000
