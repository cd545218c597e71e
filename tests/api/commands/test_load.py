"""`elijah load`: what it counts, how it ends, and what it says of every kind of bad input."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from indexer.settings import Settings
from indexer.store import Store
from tests.api.commands.running import Done, Elijah
from tests.indexer.readers.files import csv_file, xlsx_file

HEADER = "record_id,kind,full_name,date_of_birth\n"
GOOD = f"{HEADER}police/1,report,Sok Dara,2015-04-15\npolice/2,report,Chan Bopha,\n"


def test_load_counts_in_json_and_prints_nothing_else(elijah: Elijah, tmp_path: Path) -> None:
    path = csv_file(tmp_path, GOOD)
    done = elijah("load", path, "--json")
    assert done.code == 0
    assert done.json == {"created": 2, "updated": 0, "unchanged": 0, "withdrawn": 0, "rejected": [], "notes": []}
    assert done.err == ""
    assert elijah("load", path, "--json").json["unchanged"] == 2


def test_load_in_words_counts_on_standard_output(elijah: Elijah, tmp_path: Path) -> None:
    done = elijah("load", csv_file(tmp_path, GOOD))
    assert (done.code, done.out, done.err) == (0, "created 2, updated 0, unchanged 0, rejected 0\n", "")


def test_what_was_loaded_is_found_at_once(elijah: Elijah, tmp_path: Path) -> None:
    elijah("load", csv_file(tmp_path, GOOD))
    found = elijah("search", "--name", "Sok Dara", "--kind", "report", "--json").json
    assert found["matches"][0]["record_id"] == "police/1"


def test_several_files_of_both_kinds_are_loaded_in_one_go(elijah: Elijah, tmp_path: Path) -> None:
    sheet = xlsx_file(tmp_path, [["ID", "Name"], [7, "Heng Bopha"]])
    done = elijah("load", csv_file(tmp_path, GOOD), sheet, "--kind", "intake", "--source", "shelter", "--json")
    assert (done.code, done.json["created"]) == (0, 3)
    assert elijah("match", "shelter/7", "--json").code == 0


def bad_rows(elijah: Elijah, tmp_path: Path, text: str) -> Done:
    """Load rows of which one is good: it must go in, and the ending must say that somebody should look."""
    done = elijah("load", csv_file(tmp_path, text), "--json")
    assert done.code == 1
    assert done.json["created"] == 1
    return done


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        (",report,Nobody,", "record_id", "no record_id"),
        ("police/9,dog,Nobody,", "kind", "unknown kind"),
        ("police/9,,Nobody,", "kind", "no kind"),
        ("police/9,report,Nobody,2015-02-30", "date_of_birth", "impossible date"),
        ("police/9,report,Nobody,30/2/2014", "date_of_birth", "impossible date"),
        (f"police/9,report,{'x' * 200_000},", "full_name", "32,767 characters"),
        ("police/9,report,Nobody,2015,,,Phnom Penh", "", "more cells than headers"),
        ('police/9,report,"Nobody,', "", "quotation mark"),
    ],
)
def test_a_bad_row_is_named_with_its_place_and_what_to_do_and_the_rest_goes_in(
    elijah: Elijah, tmp_path: Path, row: str, column: str, message: str
) -> None:
    done = bad_rows(elijah, tmp_path, f"{HEADER}{row}\npolice/1,report,Sok Dara,2015-04-15\n")
    (rejected,) = done.json["rejected"]
    assert set(rejected) == {"file", "row", "column", "message"}
    assert (rejected["file"], rejected["row"], rejected["column"]) == (str(tmp_path / "arrivals.csv"), 2, column)
    assert message in rejected["message"]
    assert "Nobody" not in done.out
    with Store.open(Settings().database) as store:
        (kept,) = store.rejected()
        assert kept.source_row["full_name"].startswith(("Nobody", "xxx"))


def test_rejected_rows_and_notes_are_listed_on_standard_error(elijah: Elijah, tmp_path: Path) -> None:
    done = elijah("load", csv_file(tmp_path, "record_id,kind,phones\na/1,dog,\na/2,report,8.55E+10\n"))
    assert done.code == 1
    assert "arrivals.csv, row 2, column kind: unknown kind" in done.err
    assert "note: " in done.err
    assert "row 3, column phones" in done.err


def test_of_many_rejected_rows_the_first_are_listed_and_the_others_counted(elijah: Elijah, tmp_path: Path) -> None:
    rows = "".join(f"a/{number},dog\n" for number in range(30))
    done = elijah("load", csv_file(tmp_path, f"record_id,kind\n{rows}"))
    assert done.err.count("unknown kind") == 20
    assert "and 10 more" in done.err


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.csv", b"", "is empty"),
        ("photo.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xfe", "binary data"),
        ("old.csv", "record_id,full_name\na/1,Am\xe9lie\n".encode("cp1252"), "not UTF-8 in line 2"),
        ("old.xls", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "save it as .xlsx"),
        ("torn.xlsx", b"PK\x03\x04" + bytes(100), "damaged or cut short"),
        ("letter.csv", b"Dear friends,\nplease find our arrivals.\n", "no header row"),
        ("list.json", b'[{"record_id": "a/1"}]', "JSON"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_and_nothing_is_loaded(
    elijah: Elijah, tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    done = elijah("load", csv_file(tmp_path, GOOD), tmp_path / name, "--json")
    assert (done.code, done.out) == (2, "")
    assert name in done.err
    assert message in done.err
    assert elijah("index", "status", "--json").json["records"] == 0


def test_a_file_that_is_not_there_is_named(elijah: Elijah, tmp_path: Path) -> None:
    done = elijah("load", tmp_path / "nowhere.csv")
    assert done.code == 2
    assert "nowhere.csv: no such file" in done.err


def test_a_header_alone_is_done_and_spoken_of(elijah: Elijah, tmp_path: Path) -> None:
    done = elijah("load", csv_file(tmp_path, HEADER), "--json")
    assert (done.code, done.json["created"], done.json["rejected"]) == (0, 0, [])
    assert [note["message"] for note in done.json["notes"]] == ["has a header and no rows"]


def test_a_file_without_a_column_record_id_has_every_row_rejected(elijah: Elijah, tmp_path: Path) -> None:
    done = elijah("load", csv_file(tmp_path, "kind,full_name\nreport,Sok\nreport,Chan\n"), "--json")
    assert done.code == 1
    assert [(found["row"], found["column"]) for found in done.json["rejected"]] == [(2, "record_id"), (3, "record_id")]


def test_formulas_are_reported_and_never_run(elijah: Elijah, tmp_path: Path) -> None:
    rows = [["record_id", "kind", "full_name"], ["a/1", "report", "=1+1"], ["a/2", "report", "Sok"]]
    done = elijah("load", xlsx_file(tmp_path, rows), "--json")
    assert (done.code, done.json["created"]) == (1, 1)
    assert [(found["row"], found["column"]) for found in done.json["rejected"]] == [(2, "full_name")]
    assert "formula" in done.json["rejected"][0]["message"]


def test_telephone_numbers_that_became_numbers_find_the_family(elijah: Elijah, tmp_path: Path) -> None:
    rows = "".join(f"shelter/{at},intake,true,{cell}\n" for at, cell in enumerate(["12000678", "12000678.0"]))
    rows += "shelter/8,intake,true,8.5512000678E+10\nshelter/9,intake,true,099 999 999\n"
    done = elijah("load", csv_file(tmp_path, f"record_id,kind,consent_for_tracing,phones\n{rows}"), "--json")
    assert (done.code, done.json["notes"]) == (0, [])
    found = elijah("search", "--phone", "012 000 678", "--json").json["matches"]
    assert {match["record_id"] for match in found} >= {"shelter/0", "shelter/1", "shelter/8"}


def test_a_record_left_unread_on_another_sheet_is_a_finding(elijah: Elijah, tmp_path: Path) -> None:
    sheets = [[["record_id", "kind"], [f"a/{number}", "report"]] for number in range(2)]
    done = elijah("load", xlsx_file(tmp_path, *sheets), "--json")
    assert (done.code, done.json["created"], done.json["rejected"]) == (1, 1, [])
    assert "sheet 2 was not read" in done.json["notes"][0]["message"]


def test_what_was_withdrawn_does_not_come_back(elijah: Elijah, tmp_path: Path) -> None:
    path = csv_file(tmp_path, GOOD)
    elijah("load", path)
    assert elijah("withdraw", "police/1", "--yes").code == 0
    done = elijah("load", path, "--json")
    assert (done.code, done.json["unchanged"], len(done.json["rejected"])) == (1, 1, 1)
    assert elijah("index", "status", "--json").json["records"] == 1


def test_a_source_with_a_slash_is_refused(elijah: Elijah, tmp_path: Path) -> None:
    done = elijah("load", csv_file(tmp_path, GOOD), "--source", "a/b")
    assert done.code == 2
    assert "--source" in done.err


def test_a_load_of_csv_imports_neither_pandas_nor_openpyxl() -> None:
    """They take most of a second, which everybody who loads a CSV would wait for."""
    script = "import sys, api.commands.load, api.commands.check; print({'pandas', 'openpyxl'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "set()"
