"""`elijah export`: all records as a file that can be loaded again."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.api.commands.running import Elijah
from tests.indexer.readers.files import csv_file

ROWS = (
    "record_id,kind,full_name,phones,block\n"
    "police/1,report,សុខ ដារ៉ា,+855 12 000 678,B7\n"
    "shelter/1,intake,=Dara,12000678,\n"
)  # fmt: skip


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def loaded(elijah: Elijah, tmp_path: Path) -> Elijah:
    assert elijah("load", csv_file(tmp_path, ROWS)).code == 0
    return elijah


def test_unknown_columns_come_back_out_and_dangerous_cells_are_neutralised(loaded: Elijah, tmp_path: Path) -> None:
    out = tmp_path / "all.csv"
    assert loaded("export", out, "--json").json == {"records": 2, "file": str(out)}
    first, second = csv_rows(out)
    assert (first["block"], first["phones"]) == ("B7", "'+855 12 000 678")
    assert (second["full_name"], second["phones"]) == ("'=Dara", "012000678")


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_an_export_loaded_again_is_unchanged(loaded: Elijah, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"all{suffix}"
    loaded("export", out)
    done = loaded("load", out, "--json")
    assert done.json == {"created": 0, "updated": 0, "unchanged": 2, "withdrawn": 0, "rejected": [], "notes": []}


def test_one_kind_alone_may_be_exported(loaded: Elijah, tmp_path: Path) -> None:
    out = tmp_path / "intakes.csv"
    assert loaded("export", out, "--kind", "intake", "--json").json["records"] == 1
    assert [row["record_id"] for row in csv_rows(out)] == ["shelter/1"]


def test_an_unknown_kind_of_file_is_refused(loaded: Elijah, tmp_path: Path) -> None:
    done = loaded("export", tmp_path / "all.jsonl")
    assert done.code == 2
    assert ".csv, .xlsx" in done.err


def test_an_empty_installation_exports_a_header(elijah: Elijah, tmp_path: Path) -> None:
    done = elijah("export", tmp_path / "all.csv")
    assert (done.code, csv_rows(tmp_path / "all.csv")) == (0, [])
    assert done.out.startswith("0 records written to ")


def test_only_the_owner_may_read_an_export(loaded: Elijah, tmp_path: Path) -> None:
    loaded("export", tmp_path / "all.csv")
    assert (tmp_path / "all.csv").stat().st_mode & 0o777 == 0o600
