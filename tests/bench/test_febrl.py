"""FEBRL4's rows become the flat records that a user would make of them. The data set itself is not needed here."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import febrl
from bench.febrl import flat_row, true_pairs, written_date
from bench.peer_files import Answer
from matcher.record import Record

ROW = {
    "rec_id": "rec-7-org", "given_name": "invented", "surname": "person", "date_of_birth": "19511111", "soc_sec_id": "5300000",
    "street_number": "8", "address_1": "some street", "address_2": "", "suburb": "nowhere", "postcode": "4223", "state": "nsw",
}  # fmt: skip


def test_a_row_becomes_a_flat_record_with_its_name_birth_date_and_address() -> None:
    assert flat_row(ROW, "report") == {
        "record_id": "febrl/rec-7-org",
        "kind": "report",
        "full_name": "invented person",
        "date_of_birth": "1951-11-11",
        "home_place": "8 some street, nowhere, 4223, nsw",
    }


def test_the_reader_takes_every_column_of_a_flat_row() -> None:
    record = Record.from_flat(flat_row(ROW, "intake", numbers=True))
    assert record.extra == {}
    assert record.may_be_traced
    assert record.identifiers == ("ssn:5300000",)


def test_the_social_security_number_is_left_out_unless_it_is_asked_for() -> None:
    assert "identifiers" not in flat_row(ROW, "report")
    assert "identifiers" not in flat_row({**ROW, "soc_sec_id": ""}, "report", numbers=True)


def test_names_may_be_kept_apart() -> None:
    apart = flat_row(ROW, "report", apart=True)
    assert (apart["family_name"], apart["given_name"]) == ("person", "invented")
    assert "full_name" not in apart


def test_blank_cells_leave_neither_spaces_nor_commas() -> None:
    bare = flat_row(
        {
            **ROW,
            "given_name": " ",
            "street_number": "",
            "address_1": "",
            "suburb": "",
            "postcode": "",
            "date_of_birth": "",
        },
        "report",
    )
    assert bare["full_name"] == "person"
    assert bare["home_place"] == "nsw"
    assert "date_of_birth" not in bare


@pytest.mark.parametrize(
    ("digits", "written", "certain"),
    [
        ("19511111", "1951-11-11", "1951-11-11"),
        ("19511911", "1951-19-11", "1951"),
        ("19510230", "1951-02-30", "1951"),
        ("", "", ""),
        ("1951", "1951", "1951"),
    ],
)
def test_a_day_that_does_not_exist_is_left_as_written_or_cut_to_its_year(
    digits: str, written: str, certain: str
) -> None:
    assert written_date(digits, certain=False) == written
    assert written_date(digits, certain=True) == certain


def test_the_pairs_are_those_of_one_person() -> None:
    reports = [flat_row({**ROW, "rec_id": f"rec-{number}-org"}, "report") for number in (1, 12, 3)]
    intakes = [flat_row({**ROW, "rec_id": f"rec-{number}-dup-0"}, "intake") for number in (12, 1, 44)]
    assert true_pairs(reports, intakes) == [
        ("febrl/rec-1-org", "febrl/rec-1-dup-0"),
        ("febrl/rec-12-org", "febrl/rec-12-dup-0"),
    ]


def test_a_line_shows_precision_recall_and_f1_at_the_cut_and_at_the_best() -> None:
    found = Answer(
        engine="test", cut=0.9, probable=True, ready=0.0, seconds=2.0, peak_mb=7,
        rankings={"r1": [("a", 0.95)], "r2": [("x", 0.5), ("b", 0.4)], "r3": []},
    )  # fmt: skip
    shown = febrl.line("test", found, [("r1", "a"), ("r2", "b")])
    assert "1.0000 0.5000 0.6667" in shown  # at .9: one called, and it is true
    assert "0.8000" in shown  # at .4: three called, two of them true


def test_without_the_peers_environment_it_says_how_to_make_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    febrl.main(["--peers-python", str(tmp_path / "python")])
    assert "requirements-bench.txt" in capsys.readouterr().out
