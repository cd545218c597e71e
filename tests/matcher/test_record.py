from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.errors import InputError
from matcher.record import COLUMNS, LIST_COLUMNS, Kind, Record, Sex, Status

TEXT = st.text(alphabet=st.characters(codec="utf-8", exclude_characters=";\n"), max_size=30)


def test_a_row_needs_its_own_record_id() -> None:
    with pytest.raises(InputError) as error:
        Record.from_flat({"kind": "report", "record_id": " "})
    assert error.value.column == "record_id"


def test_an_unknown_kind_is_refused_with_the_two_words_that_are_known() -> None:
    with pytest.raises(InputError, match="`report` or `intake`") as error:
        Record.from_flat({"record_id": "a/1", "kind": "rumour"})
    assert error.value.column == "kind"


def test_a_row_without_a_kind_takes_the_kind_of_its_file() -> None:
    assert Record.from_flat({"record_id": "a/1"}, kind=Kind.INTAKE).kind is Kind.INTAKE


@pytest.mark.parametrize(("column", "cell"), [("status", "lost"), ("sex", "x")])
def test_an_unknown_word_of_a_closed_list_is_refused_naming_the_column(column: str, cell: str) -> None:
    with pytest.raises(InputError) as error:
        Record.from_flat({"record_id": "a/1", "kind": "report", column: cell})
    assert error.value.column == column


def test_errors_do_not_repeat_what_was_written() -> None:
    with pytest.raises(InputError) as error:
        Record.from_flat({"record_id": "a/1", "kind": "Sok Dara"})
    assert "Sok" not in error.value.message


@pytest.mark.parametrize(
    ("cell", "sex"), [("F", Sex.FEMALE), ("ប្រុស", Sex.MALE), ("Girl", Sex.FEMALE), ("-", None), ("", None)]
)
def test_sex_is_read_in_both_languages(cell: str, sex: Sex | None) -> None:
    assert Record.from_flat({"record_id": "a/1", "kind": "report", "sex": cell}).sex is sex


@pytest.mark.parametrize(
    ("cell", "consent"), [("true", True), ("trUe", True), (1, True), ("1", True), ("ture", False), ("no", False)]
)
def test_only_a_clear_yes_is_consent(cell: object, consent: bool) -> None:
    assert (
        Record.from_flat({"record_id": "a/1", "kind": "intake", "consent_for_tracing": cell}).consent_for_tracing
        is consent
    )


def test_blank_consent_hides_an_intake_and_not_a_report() -> None:
    assert not Record.from_flat({"record_id": "a/1", "kind": "intake"}).may_be_traced
    assert Record.from_flat({"record_id": "a/1", "kind": "report"}).may_be_traced


def test_lists_are_split_at_semicolons_and_hold_each_item_once() -> None:
    record = Record.from_flat({"record_id": "a/1", "kind": "report", "nickname": " Pov ;Touch; Pov;- "})
    assert record.nickname == ("Pov", "Touch")


def test_json_lists_and_numbers_are_taken_too() -> None:
    record = Record.from_flat(
        {"record_id": "a/1", "kind": "report", "phones": ["012 345 678", "099"], "age": 7.0, "height_cm": 120.5}
    )
    assert (record.phones, record.age, record.height_cm) == (("012 345 678", "099"), "7", "120.5")


def test_unknown_columns_come_back_out() -> None:
    record = Record.from_flat({"record_id": "a/1", "kind": "report", "shoe_size": 31})
    assert record.to_flat()["shoe_size"] == "31"


def test_a_name_that_looks_like_a_blank_word_stays_a_name() -> None:
    assert Record.from_flat({"record_id": "a/1", "kind": "report", "given_name": "Nan"}).given_name == "Nan"


@pytest.mark.parametrize("record_id", ["r1", "/r1"])
def test_an_id_without_a_source_belongs_to_nobody(record_id: str) -> None:
    assert Record.from_flat({"record_id": record_id, "kind": "report"}).source == ""


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from([c for c in COLUMNS if c not in ("record_id", "kind", "status", "sex")]), TEXT))
def test_a_flat_record_reads_back_as_itself(cells: dict[str, str]) -> None:
    record = Record.from_flat({"record_id": "a/1", "kind": "intake", **cells})
    assert Record.from_flat(record.to_flat()) == record


def test_a_withdrawn_row_is_read() -> None:
    assert Record.from_flat({"record_id": "a/1", "kind": "report", "status": "Withdrawn"}).status is Status.WITHDRAWN


def test_every_list_column_is_a_column() -> None:
    assert set(COLUMNS) > LIST_COLUMNS


@given(
    st.fixed_dictionaries(
        {"record_id": st.just("police/1"), "kind": st.sampled_from(["report", "intake"])},
        optional={
            "full_name": st.text(max_size=20),
            "nickname": st.text(max_size=20),
            "sex": st.sampled_from(["F", "male", ""]),
            "description": st.text(max_size=40),
            "consent_for_tracing": st.sampled_from(["true", "false", ""]),
            "phones": st.lists(st.text(max_size=8), max_size=3),
            "a column of their own": st.text(max_size=8),
        },
    )
)
def test_the_quick_way_back_reads_what_was_written(row: dict[str, object]) -> None:
    record = Record.from_flat(row)
    assert Record.from_own_flat(record.to_flat()) == record


def test_the_quick_way_back_fills_every_column_and_leaves_the_others_blank() -> None:
    own = {"record_id": "a/1", "kind": "report", "status": "closed", "sex": "female", "consent_for_tracing": "true"}
    full = Record.from_flat({**dict.fromkeys(COLUMNS, "x; y"), **own})
    assert all(getattr(full, name) for name in COLUMNS)
    assert Record.from_own_flat(full.to_flat()) == full
    least = Record(record_id="a/1", kind=Kind.INTAKE)
    assert Record.from_own_flat(least.to_flat()) == least
    assert Record.from_own_flat(least.to_flat()).extra == {}
