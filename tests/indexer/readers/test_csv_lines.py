from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.readers.csv_lines import csv_lines
from indexer.readers.headers import read_header
from indexer.readers.table import Line

CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def lines_of(text: str, delimiter: str = ",", *, width: int | None = None) -> list[Line]:
    header = read_header(Line(1, [f"c{at}" for at in range(width)])) if width else None
    return list(csv_lines(io.StringIO(text, newline=""), delimiter, header))


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=6), st.sampled_from(",;\t"))
def test_whatever_was_written_as_csv_is_read_back(rows: list[list[str]], delimiter: str) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows(rows)
    lines = lines_of(file.getvalue(), delimiter)
    assert [line.cells for line in lines] == rows
    assert [line.problem for line in lines] == [""] * len(rows)


def test_rows_are_numbered_as_a_spreadsheet_shows_them_also_below_a_cell_of_several_lines() -> None:
    lines = lines_of('a,b\n\n1,"two\nlines"\n2,x\n')
    assert [(line.number, line.cells) for line in lines] == [
        (1, ["a", "b"]), (2, []), (3, ["1", "two\nlines"]), (4, ["2", "x"]),
    ]  # fmt: skip


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_known(end: str) -> None:
    assert [line.cells for line in lines_of(end.join(["a,b", "1,2", "3,4"]))] == [["a", "b"], ["1", "2"], ["3", "4"]]


def test_a_quotation_mark_that_is_never_closed_costs_its_own_row_only() -> None:
    lines = lines_of('a,b\n1,"open\n2,x\n3,y\n')
    assert [bool(line.problem) for line in lines] == [False, True, False, False]
    assert [line.cells for line in lines][1:] == [["1", "open"], ["2", "x"], ["3", "y"]]


def test_a_quotation_mark_that_a_later_one_seems_to_close_costs_its_own_row_only() -> None:
    lines = lines_of('a,b\n1,"open\n2,"x, y"\n3,"z"\n', width=2)
    assert [bool(line.problem) for line in lines] == [False, True, False, False]
    assert lines[2].cells == ["2", "x, y"]


def test_swallowed_rows_that_make_a_row_too_wide_are_given_back() -> None:
    lines = lines_of('a,b\n1,"open\n2",x,3\n4,y\n', width=2)
    assert [bool(line.problem) for line in lines] == [False, True, False, False]
    assert lines[-1].cells == ["4", "y"]


def test_several_open_quotation_marks_each_cost_one_row() -> None:
    lines = lines_of('a,b\n1,"open\n2,"open\n3,fine\n', width=2)
    assert [bool(line.problem) for line in lines] == [False, True, True, False]


def test_an_open_quotation_mark_in_the_last_row_is_seen() -> None:
    lines = lines_of('a,b\n1,x\n2,"open')
    assert [bool(line.problem) for line in lines] == [False, False, True]


def test_a_quotation_mark_inside_a_cell_is_an_ordinary_letter() -> None:
    (line,) = lines_of('1,Sok "Dara" Chan\n')
    assert line.cells == ["1", 'Sok "Dara" Chan']
    assert line.problem == ""


def test_a_cell_without_end_costs_its_own_row_only() -> None:
    lines = lines_of(f"a,b\n1,{'x' * 1_500_000}\n2,y\n")
    assert [bool(line.problem) for line in lines] == [False, True, False]
    assert lines[1].cells[0] == "1"


def test_a_long_cell_of_several_lines_is_one_cell() -> None:
    cell = "line\n" * 40_000
    (line,) = lines_of(f'1,"{cell}"\n')
    assert line.cells == ["1", cell]


def test_the_limit_of_other_readers_in_the_process_stays() -> None:
    before = csv.field_size_limit()
    lines_of(f"1,{'x' * 200_000}\n2,y\n")
    assert csv.field_size_limit() == before


def test_an_open_quotation_mark_before_a_very_long_rest_costs_its_own_row_only() -> None:
    rest = "".join(f"{number},plain\n" for number in range(2, 120_002))
    lines = lines_of(f'1,"open\n{rest}')
    assert len(lines) == 120_001
    assert [line.number for line in lines if line.problem] == [1]


@pytest.mark.parametrize("length", [200_000, 1_500_000])
def test_an_open_quotation_mark_before_a_very_long_line_costs_its_own_row_only(length: int) -> None:
    lines = lines_of(f'1,"{"x" * length}\n2,y\n')
    assert [bool(line.problem) for line in lines] == [True, False]


@given(st.text(alphabet='ab",\n\r', max_size=40))
def test_no_letter_is_lost_or_moved_whatever_the_marks(text: str) -> None:
    read = "".join("".join(line.cells) for line in lines_of(text))
    assert [letter for letter in read if letter in "ab"] == [letter for letter in text if letter in "ab"]
