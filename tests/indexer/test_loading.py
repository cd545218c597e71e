"""Files into the database: counted, repeatable, whole batches only, and no row lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from textwrap import dedent

import pytest

from indexer.errors import StoreError
from indexer.loading import LoadReport, load
from indexer.store import Entry, Outcome, Store
from matcher.errors import InputError
from matcher.record import Kind
from tests.indexer.readers.files import csv_file, xlsx_file

AT = datetime(2026, 1, 10, 3, 0, tzinfo=UTC)
LATER = AT + timedelta(days=1)
HEADER = "record_id,kind,full_name,remark\n"
TWO = f"{HEADER}police/1,report,Sok Dara,x\npolice/2,report,Chan Bopha,\n"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'elijah.db'}") as store:
        yield store


def load_into(store: Store, *files: Path, source: str | None = None, kind: Kind | None = None) -> LoadReport:
    return load(files, store, kind=kind, source=source, at=AT)


def counts(report: LoadReport) -> tuple[int, int, int, int, int]:
    return report.created, report.updated, report.unchanged, report.withdrawn, len(report.rejected)


def name_of(store: Store, record_id: str) -> str | None:
    stored = store.get(record_id)
    return stored.record.full_name if stored else None


def test_rows_are_created_then_unchanged_then_updated(tmp_path: Path, store: Store) -> None:
    assert counts(load_into(store, csv_file(tmp_path, TWO))) == (2, 0, 0, 0, 0)
    assert counts(load_into(store, csv_file(tmp_path, TWO))) == (0, 0, 2, 0, 0)
    assert counts(load_into(store, csv_file(tmp_path, TWO.replace("Bopha", "Bopea")))) == (0, 1, 1, 0, 0)
    assert name_of(store, "police/2") == "Chan Bopea"


def test_the_public_shape_of_a_report(tmp_path: Path, store: Store) -> None:
    path = csv_file(tmp_path, f"{TWO}police/3,dog,Nobody,\n")
    assert load_into(store, path).to_json() == {
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "withdrawn": 0,
        "rejected": [
            {"file": str(path), "row": 4, "column": "kind", "message": "unknown kind: write `report` or `intake`"}
        ],
        "notes": [],
    }


def test_the_untouched_source_row_is_kept(tmp_path: Path, store: Store) -> None:
    load_into(store, csv_file(tmp_path, " Record ID ;KIND;Phone\r\n police/1 ;report;12345678\r\n"))
    stored = store.get("police/1")
    assert stored is not None
    assert stored.source_row == {"Record ID": " police/1 ", "KIND": "report", "Phone": "12345678"}
    assert stored.record.phones == ("012345678",)


def test_how_a_row_is_written_makes_no_update(tmp_path: Path, store: Store) -> None:
    load_into(store, csv_file(tmp_path, TWO))
    again = xlsx_file(
        tmp_path, [["Name", "Remark ", "ID", "Kind"], [" Sok  Dara", "", "police/1", "REPORT"]], name="again.xlsx"
    )
    report = load_into(store, csv_file(tmp_path, "full_name;KIND;Record ID\nChan Bopha;Report;police/2\n"), again)
    assert counts(report) == (0, 1, 1, 0, 0)  # police/1 has lost its remark


def test_one_bad_row_never_stops_the_rest_and_is_kept_whole(tmp_path: Path, store: Store) -> None:
    path = csv_file(tmp_path, f"{HEADER}police/1,report,Sok,\npolice/2,dog,Chan Bopha,seen\npolice/3,report,Dara,\n")
    report = load_into(store, path)
    assert counts(report) == (2, 0, 0, 0, 1)
    (kept,) = store.rejected()
    assert (kept.file, kept.row, kept.column) == (str(path), 3, "kind")
    assert kept.source_row == {
        "record_id": "police/2", "kind": "dog", "full_name": "Chan Bopha", "remark": "seen",
    }  # fmt: skip


def test_an_impossible_date_keeps_the_row_out_but_not_lost(tmp_path: Path, store: Store) -> None:
    path = csv_file(tmp_path, "record_id,kind,date_of_birth\npolice/1,report,2015-02-30\n")
    report = load_into(store, path)
    assert [(found.row, found.column) for found in report.rejected] == [(2, "date_of_birth")]
    assert store.rejected()[0].source_row["date_of_birth"] == "2015-02-30"
    assert store.get("police/1") is None


def test_rejected_rows_are_forgotten_when_the_mended_file_is_loaded(tmp_path: Path, store: Store) -> None:
    load_into(store, csv_file(tmp_path, f"{HEADER}police/1,dog,Sok,\n"))
    assert len(store.rejected()) == 1
    load_into(store, csv_file(tmp_path, f"{HEADER}police/1,report,Sok,\n"))
    assert store.rejected() == []


def test_loading_a_bad_file_twice_keeps_its_rejected_rows_once(tmp_path: Path, store: Store) -> None:
    path = csv_file(tmp_path, f"{HEADER}police/1,dog,Sok,\n")
    load_into(store, path)
    load_into(store, path)
    assert len(store.rejected()) == 1


def test_the_later_of_two_rows_with_one_id_wins_as_an_update(tmp_path: Path, store: Store) -> None:
    report = load_into(store, csv_file(tmp_path, f"{HEADER}a/1,report,Sok,\na/1,report,Chan,\n"))
    assert counts(report) == (1, 1, 0, 0, 0)
    assert name_of(store, "a/1") == "Chan"


def test_what_was_withdrawn_never_comes_back_by_a_load(tmp_path: Path, store: Store) -> None:
    path = csv_file(tmp_path, TWO)
    load_into(store, path)
    store.withdraw("police/1", at=AT)
    report = load_into(store, path)
    assert counts(report) == (0, 0, 1, 0, 1)
    assert [(found.row, found.column) for found in report.rejected] == [(2, "record_id")]
    assert store.get("police/1") is None
    assert store.rejected() == []  # nothing of a withdrawn record is kept


def test_a_file_may_withdraw_a_record_and_may_do_so_again(tmp_path: Path, store: Store) -> None:
    load_into(store, csv_file(tmp_path, TWO))
    path = csv_file(tmp_path, "record_id,kind,status\npolice/1,report,withdrawn\n")
    assert counts(load_into(store, path)) == (0, 0, 0, 1, 0)
    assert store.get("police/1") is None
    assert counts(load_into(store, path)) == (0, 0, 1, 0, 0)


def test_rejections_are_listed_in_the_order_of_the_rows(tmp_path: Path, store: Store) -> None:
    load_into(store, csv_file(tmp_path, f"{HEADER}a/2,report,x,\n"))
    store.withdraw("a/2", at=AT)
    report = load_into(store, csv_file(tmp_path, f"{HEADER}a/1,dog,x,\na/2,report,x,\na/3,dog,x,\n"))
    assert [found.row for found in report.rejected] == [2, 3, 4]


def test_source_and_kind_are_for_rows_that_have_none(tmp_path: Path, store: Store) -> None:
    path = csv_file(tmp_path, "ID,kind,Name\n1,,Sok\npolice/2,report,Chan\n")
    assert load_into(store, path, source="shelter", kind=Kind.INTAKE).created == 2
    assert store.get("shelter/1") is not None
    assert store.get("police/2") is not None


def test_a_file_that_cannot_be_read_is_found_before_the_first_is_loaded(tmp_path: Path, store: Store) -> None:
    good, bad = csv_file(tmp_path, TWO), csv_file(tmp_path, "", name="empty.csv")
    with pytest.raises(InputError, match=r"empty\.csv"):
        load_into(store, good, bad)
    assert store.count() == 0


def test_many_rows_go_in_batches_and_each_is_told(tmp_path: Path, store: Store) -> None:
    rows = "".join(f"a/{number},report,Sok,\n" for number in range(4_500))
    told: list[tuple[int, int]] = []
    report = load(
        [csv_file(tmp_path, HEADER + rows)],
        store,
        kind=None,
        source=None,
        at=AT,
        progress=lambda done, total: told.append((done, total)),
    )
    assert report.created == store.count() == 4_500
    assert told == [(2_000, 4_500), (4_000, 4_500), (4_500, 4_500)]


def test_a_header_alone_loads_nothing_and_says_so(tmp_path: Path, store: Store) -> None:
    report = load_into(store, csv_file(tmp_path, HEADER))
    assert counts(report) == (0, 0, 0, 0, 0)
    assert [note.message for note in report.notes] == ["has a header and no rows"]
    assert not report.has_findings


def test_records_that_were_left_unread_are_a_finding(tmp_path: Path, store: Store) -> None:
    sheets = [[["record_id", "kind"], [f"a/{number}", "report"]] for number in range(2)]
    report = load_into(store, xlsx_file(tmp_path, *sheets))
    assert (report.created, report.has_findings) == (1, True)


class _FullDisk(Store):
    """A store whose disk is full after the first batch."""

    batches = 0

    def put(self, entries: object, *, at: datetime) -> list[Outcome]:
        self.batches += 1
        if self.batches > 1:
            raise StoreError("the disk is full")
        assert isinstance(entries, list)
        assert all(isinstance(entry, Entry) for entry in entries)
        return super().put(entries, at=at)


def test_a_load_that_the_disk_stops_keeps_its_batches_and_the_next_one_finishes_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'full.db'}"
    path = csv_file(tmp_path, HEADER + "".join(f"a/{number},report,Sok,\n" for number in range(3_000)))
    with _FullDisk.open(url) as full, pytest.raises(StoreError):
        load_into(full, path)
    with Store.open(url) as store:
        assert store.count() == 2_000
        assert counts(load_into(store, path)) == (1_000, 0, 2_000, 0, 0)


def test_a_load_that_is_killed_leaves_whole_batches_and_the_next_one_finishes_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'killed.db'}"
    path = csv_file(tmp_path, HEADER + "".join(f"a/{number},report,Sok,\n" for number in range(5_000)))
    script = dedent(
        f"""
        import os, signal
        from datetime import UTC, datetime
        from pathlib import Path
        from indexer.loading import load
        from indexer.store import Store

        def die(done, total):
            if done >= 4_000:
                os.kill(os.getpid(), signal.SIGKILL)

        at = datetime(2026, 1, 10, tzinfo=UTC)
        load([Path({str(path)!r})], Store.open({url!r}), kind=None, source=None, at=at, progress=die)
        """
    )
    done = subprocess.run([sys.executable, "-c", script], check=False, cwd=Path(__file__).parents[2])
    assert done.returncode == -9
    with Store.open(url) as store:
        assert store.count() == 4_000
        assert counts(load_into(store, path)) == (1_000, 0, 4_000, 0, 0)
        assert store.last_change() == 5_000
