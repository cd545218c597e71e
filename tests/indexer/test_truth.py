"""The file of known pairs: what it may hold, and what is said of one that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.truth import Truth, read_truth
from matcher.errors import InputError

PAIR = ("police/1", "shelter/1")


def truth_file(folder: Path, content: str) -> Path:
    path = folder / "truth.csv"
    path.write_text(content, encoding="utf-8")
    return path


def test_two_columns_are_pairs_that_are_the_same_child(tmp_path: Path) -> None:
    assert read_truth(truth_file(tmp_path, "report_id,intake_id\npolice/1,shelter/1\n")) == Truth.of([PAIR])


def test_a_third_column_tells_the_child_from_brothers_and_sisters_and_blank_is_the_child(tmp_path: Path) -> None:
    content = "report_id,intake_id,relation\na/1,b/1,same_child\na/1,b/2,same_family\na/2,b/3,\n"
    found = read_truth(truth_file(tmp_path, content))
    assert found == Truth.of([("a/1", "b/1"), ("a/2", "b/3")], [("a/1", "b/2")])
    assert found.reports == {"a/1", "a/2"}
    assert [found.relation(pair) for pair in (("a/1", "b/1"), ("a/1", "b/2"), ("a/9", "b/9"))] == [
        "same_child", "same_family", "",
    ]  # fmt: skip


def test_a_byte_order_mark_spaces_blank_lines_capitals_and_other_columns_do_not_matter(tmp_path: Path) -> None:
    content = "\ufeffNote, Report_ID ,INTAKE_ID\r\nx,police/1, shelter/1\r\n,,\r\n\r\n"
    assert read_truth(truth_file(tmp_path, content)) == Truth.of([PAIR])


def test_a_pair_that_stands_there_twice_counts_once(tmp_path: Path) -> None:
    line = "police/1,shelter/1\n"
    assert read_truth(truth_file(tmp_path, f"report_id,intake_id\n{line}{line}")) == Truth.of([PAIR])


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "report_id\npolice/1\n"])
def test_a_file_without_its_columns_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(InputError, match=r"truth\.csv: the first line must be"):
        read_truth(truth_file(tmp_path, content))


def test_a_file_that_is_missing_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"truth\.csv: cannot be read"):
        read_truth(tmp_path / "truth.csv")
    (tmp_path / "truth.csv").write_bytes(b"report_id,intake_id\n\xff\xfe")
    with pytest.raises(InputError, match=r"truth\.csv: cannot be read"):
        read_truth(tmp_path / "truth.csv")


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("police/1,,", "intake_id", "line 3: intake_id is blank"),
        (",shelter/1,", "report_id", "line 3: report_id is blank"),
        ("police/1", "intake_id", "line 3: intake_id is blank"),
        ("police/1,shelter/1,cousin", "relation", "line 3: the relation must be same_child or same_family"),
        ("a/1,b/1,same_family", "", "line 3: the pair stands there twice with two relations"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_with_what_is_wrong(
    tmp_path: Path, line: str, column: str, words: str
) -> None:
    content = f"report_id,intake_id,relation\na/1,b/1,same_child\n{line}\n"
    with pytest.raises(InputError, match=words) as refused:
        read_truth(truth_file(tmp_path, content))
    assert refused.value.column == column
    assert "cousin" not in refused.value.message


def test_a_line_that_is_no_csv_is_named(tmp_path: Path) -> None:
    content = f'report_id,intake_id\npolice/1,"{"x" * 200_000}"\n'
    with pytest.raises(InputError, match="line 2: not a line of a CSV file"):
        read_truth(truth_file(tmp_path, content))
