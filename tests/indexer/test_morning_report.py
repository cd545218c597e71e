"""What the night leaves for the morning."""

from __future__ import annotations

import csv
from pathlib import Path

from indexer.morning_report import write_morning_report
from indexer.reconcile import ReconciliationReport, reconcile
from tests.indexer.world import AT, INTAKE, NEXT_DAY, REPORT, opened


def written(tmp_path: Path, *rows: dict[str, object]) -> tuple[str, list[dict[str, str]], Path]:
    with opened(tmp_path / "home", *rows) as installation:
        run = reconcile(installation, at=AT)
        folder = write_morning_report(installation, run, tmp_path / "reports", at=AT)
    with (folder / "matches.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    return (folder / "report.html").read_text(encoding="utf-8"), table, folder


def test_the_page_and_the_table_list_what_waits_for_a_person(tmp_path: Path) -> None:
    page, (line,), _ = written(tmp_path, REPORT, INTAKE)
    assert "police/1" in page
    assert "1 new" in page
    assert (line["report_id"], line["intake_id"], line["likelihood"], line["new"]) == (
        "police/1",
        "shelter/1",
        "likely",
        "True",
    )


def test_no_name_and_no_place_of_a_child_is_in_the_report(tmp_path: Path) -> None:
    page, table, _ = written(tmp_path, REPORT, INTAKE)
    told = page + str(table)
    assert not [word for word in ("ដារ៉ា", "Dara", "SOKH", "Poipet", "បាត់ដំបង") if word in told]


def test_a_match_of_an_earlier_night_is_not_called_new(tmp_path: Path) -> None:
    with opened(tmp_path / "home", REPORT, INTAKE) as installation:
        reconcile(installation, at=AT)
        run = reconcile(installation, at=NEXT_DAY)
        folder = write_morning_report(installation, run, tmp_path / "reports", at=NEXT_DAY)
    with (folder / "matches.csv").open(encoding="utf-8", newline="") as file:
        assert [line["new"] for line in csv.DictReader(file)] == ["False"]


def test_an_empty_night_says_that_nothing_waits(tmp_path: Path) -> None:
    page, table, _ = written(tmp_path)
    assert "Nothing is waiting" in page
    assert table == []


def test_a_stopped_record_is_on_top_of_the_page_with_its_reason(tmp_path: Path) -> None:
    with opened(tmp_path / "home") as installation:
        run = ReconciliationReport(id=7, stopped=[{"record_id": "shelter/9", "reason": "51 <new> likely matches"}])
        folder = write_morning_report(installation, run, tmp_path / "reports", at=AT)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "shelter/9" in page
    assert "51 &lt;new&gt; likely matches" in page


def test_the_files_are_for_their_owner_only(tmp_path: Path) -> None:
    _, _, folder = written(tmp_path, REPORT, INTAKE)
    assert [path.name for path in sorted(folder.iterdir())] == ["matches.csv", "report.html"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in (folder, *folder.iterdir()))
