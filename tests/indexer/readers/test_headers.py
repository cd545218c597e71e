from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.readers.headers import Header, find_header, letters, normalised, read_header
from indexer.readers.table import Line
from matcher.record import COLUMNS, LIST_COLUMNS
from matcher.tables import rows


def header(*cells: str) -> Header:
    return read_header(Line(1, cells))


def found_in(*lines: list[str]) -> Header | None:
    return find_header(Line(number, cells) for number, cells in enumerate(lines, start=1))


@given(st.sampled_from(sorted(COLUMNS)), st.sampled_from([" ", "_", "-", "  ", " - ", "."]), st.booleans())
def test_case_and_what_sets_words_apart_do_not_matter(column: str, between: str, upper: bool) -> None:
    written = between.join(column.split("_"))
    assert header(f"  {written.upper() if upper else written.title()} ").names == (column,)


@pytest.mark.parametrize(
    ("written", "column"),
    [
        ("Record ID", "record_id"), ("full-name", "full_name"), ("Father's name", "father_name"), ("Height (cm)", "height_cm"),
        ("DOB", "date_of_birth"), ("Gender*", "sex"), ("Phone no.", "phones"), ("ឈ្មោះ", "full_name"), ("ភេទ", "sex"),
        ("ថ្ងៃ ខែ ឆ្នាំ កំណើត", "date_of_birth"), ("ថ្ងៃខែឆ្នាំកំណើត", "date_of_birth"), ("ឈ្មោះ\u200bម្តាយ", "mother_name"),
        ("លេខទូរស័ព្ទ:", "phones"), ("person_record_id", "record_id"), ("name_given_post_separation", "other_names"),
    ],
)  # fmt: skip
def test_a_column_is_known_by_other_names(written: str, column: str) -> None:
    assert header(written).names == (column,)


@pytest.mark.parametrize("written", ["Address", "Consent", "Notes", "ល.រ", "No", "Contact", "ឣាសយដ្ឋាន", "Village"])
def test_a_header_that_could_mean_several_things_is_kept_as_unknown(written: str) -> None:
    assert header(written).names == (written,)


@pytest.mark.parametrize(
    ("written", "column"),
    [("ឈ្មោះ (Name)", "full_name"), ("ភេទ\nSex", "sex"), ("Date of birth / ថ្ងៃខែឆ្នាំកំណើត", "date_of_birth")],
)
def test_a_header_may_be_in_both_languages(written: str, column: str) -> None:
    assert header(written).names == (column,)


def test_two_languages_that_mean_different_things_are_unknown() -> None:
    assert header("ភេទ / Name").names == ("ភេទ / Name",)


@pytest.mark.parametrize("written", ["_id", "_status", " _index"])
def test_what_kobotoolbox_says_of_the_form_is_not_taken_for_the_child(written: str) -> None:
    assert header(written).names == (written.strip(),)


def test_every_other_name_means_one_column_that_exists() -> None:
    table = rows("headers.csv")
    keys = [normalised(row["header"]) for row in table]
    assert {row["column"] for row in table} <= set(COLUMNS)
    assert [key for key in set(keys) if keys.count(key) > 1] == []
    assert set(keys).isdisjoint(COLUMNS)
    assert {row["source"] for row in table} == {"plain", "primero", "pfif", "oscar", "civil", "khmer"}


def test_its_own_name_goes_before_another() -> None:
    read = header("Name", "full_name", "id", "record_id")
    assert read.names == ("Name", "full_name", "id", "record_id")
    assert read.doubles == ("Name", "id")
    assert read.by_alias == frozenset()


def test_a_list_may_be_spread_over_several_columns() -> None:
    assert header("Phone 1", "Phone 2", "phones").names == ("phones", "phones", "phones")
    assert header("Phone 1", "Phone 2", "phones").doubles == ()


def test_a_number_after_a_single_column_makes_it_unknown() -> None:
    assert header("full_name 2").names == ("full_name 2",)


def test_a_header_that_comes_twice_is_kept_under_two_keys() -> None:
    read = header("full_name", "full_name", "remark", "remark")
    assert read.names == ("full_name", "full_name (2)", "remark", "remark (2)")
    assert read.written == ("full_name", "full_name (2)", "remark", "remark (2)")


def test_a_second_spelling_never_takes_the_place_of_the_first() -> None:
    read = header("Full Name", "full_name")
    assert read.names == ("full_name", "full_name (2)")


def test_a_column_without_a_header_is_called_as_the_spreadsheet_calls_it() -> None:
    assert header("record_id", "", " ").names == ("record_id", "column B", "column C")


def test_the_header_is_found_below_titles_and_instructions() -> None:
    found = found_in(
        ["Arrivals of March"], [], ["please fill in", "all"], ["Record ID", "Full name", "Sex"], ["a/1", "x", "male"]
    )
    assert found is not None
    assert found.row == 4


def test_a_row_with_record_id_is_the_header_even_with_unknown_columns() -> None:
    found = found_in(["Name", "of the shelter"], ["record_id", "kind", "x"])
    assert found is not None
    assert found.row == 2


def test_one_known_column_is_enough_where_there_is_nothing_better() -> None:
    found = found_in(["full_name"], ["Sok Dara"])
    assert found is not None
    assert found.known == {"full_name"}


def test_rows_without_any_known_column_have_no_header() -> None:
    assert found_in(["a", "b"], ["1", "2"]) is None


def test_the_apostrophe_that_neutralised_a_header_is_taken_off() -> None:
    assert header("'=cmd", "'+x").names == ("=cmd", "+x")


@pytest.mark.parametrize(("position", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_lettered_as_in_a_spreadsheet(position: int, name: str) -> None:
    assert letters(position) == name


@given(st.lists(st.sampled_from(["full_name", "Name", "phones", "Phone 1", "x", "", "full_name (2)"]), max_size=8))
def test_no_two_columns_share_a_key_but_those_of_a_list(cells: list[str]) -> None:
    read = header(*cells)
    single = [name for name in read.names if name not in LIST_COLUMNS]
    assert len(set(single)) == len(single)
    assert len(set(read.written)) == len(read.written)
