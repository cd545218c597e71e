"""What we ship to show is well-formed, and says what its README says."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Final

import openpyxl
import pytest

from matcher.record import COLUMNS, Kind, Record, Status

SAMPLES: Final = Path(__file__).parents[2] / "data" / "samples"
# One Khmer cluster in canonical order (khmer.md 1): base, robat, subscripts, shifter, vowel, signs, final.
CLUSTER: Final = (
    "[\u1780-\u17b3]\u17cc?(?:\u17d2[\u1780-\u17a2])*[\u17c9\u17ca]?[\u17b6-\u17c5]?"
    "[\u17c6\u17cb\u17cd-\u17d1]*[\u17c7\u17c8]?"
)
NEVER: Final = re.compile(
    r"[\u17a3\u17a4\u17b4\u17b5\u17d3\u17d8\u200b-\u200d]|\u17d2\u179a\u17d2|\u17c1[\u17b8\u17b6]"
)


def rows_of(name: str) -> list[dict[str, str]]:
    with (SAMPLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def texts() -> list[str]:
    cells = [cell for name in ("reports", "intakes") for row in rows_of(name) for cell in row.values()]
    return [*cells, (SAMPLES / "README.md").read_text(encoding="utf-8")]


def records(name: str) -> list[Record]:
    return [Record.from_flat(row) for row in rows_of(name)]


@pytest.mark.parametrize(("name", "kind", "count"), [("reports", Kind.REPORT, 60), ("intakes", Kind.INTAKE, 90)])
def test_every_row_is_a_record_of_its_kind(name: str, kind: Kind, count: int) -> None:
    found = records(name)
    assert len(found) == count
    assert {record.kind for record in found} == {kind}
    assert all(record.source for record in found)


def test_no_id_appears_twice() -> None:
    ids = [record.record_id for name in ("reports", "intakes") for record in records(name)]
    assert len(ids) == len(set(ids))


def test_the_truth_names_open_records_that_may_be_traced() -> None:
    reports = {record.record_id: record for record in records("reports")}
    intakes = {record.record_id: record for record in records("intakes")}
    pairs = rows_of("truth")
    assert len(pairs) == 37
    for pair in pairs:
        report, intake = reports[pair["report_id"]], intakes[pair["intake_id"]]
        assert report.status is intake.status is Status.OPEN
        assert intake.may_be_traced


def test_khmer_text_is_in_canonical_order() -> None:
    runs = [run for text in texts() for run in re.findall("[\u1780-\u17d3]+", text)]
    assert len(runs) > 500
    assert [run for run in runs if not re.fullmatch(f"(?:{CLUSTER})+", run) or NEVER.search(run)] == []


def test_the_readme_names_only_records_that_exist() -> None:
    known = {record.record_id for name in ("reports", "intakes") for record in records(name)}
    named = set(re.findall(r"`((?:police|ngo|hotline|shelter|hospital)/[MA]\d\d-\d+)`", texts()[-1]))
    assert len(named) > 30
    assert named <= known


def test_the_hard_cases_are_in_it() -> None:
    everyone = [*records("reports"), *records("intakes")]
    assert {record.source for record in everyone} == {"police", "hotline", "ngo", "shelter", "hospital"}
    assert any(record.withhold_from for record in everyone)
    assert any(record.protection_concerns for record in everyone)
    assert any(record.other_names for record in everyone)
    assert sum(not record.may_be_traced for record in everyone) == 4
    assert sum(record.status is Status.CLOSED for record in everyone) == 7
    assert sum("interview_language" not in record.extra for record in everyone) == 1
    assert any("ព.ស." in record.date_of_birth for record in everyone)
    assert any(record.nickname and not re.search("[a-zA-Z]", record.full_name) for record in everyone)


def test_telephone_numbers_belong_to_nobody() -> None:
    phones = [phone for record in [*records("reports"), *records("intakes")] for phone in record.phones]
    assert len(phones) > 50
    for phone in phones:
        digits = re.sub(r"\D", "", phone).removeprefix("855").lstrip("0")
        assert digits[2:4] == "00"


def test_the_example_and_the_arrivals_use_known_columns() -> None:
    example = json.loads((SAMPLES / "example.json").read_text(encoding="utf-8"))
    assert set(example) <= set(COLUMNS)
    sheet = openpyxl.load_workbook(SAMPLES / "arrivals.xlsx", read_only=True).worksheets[0]
    header, *rows = sheet.iter_rows(values_only=True)
    assert set(header) <= set(COLUMNS)
    found = [Record.from_flat(dict(zip(header, row, strict=True)), kind=Kind.INTAKE) for row in rows]
    assert len(found) == 12
    assert all(record.may_be_traced for record in found)
