from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from api.routes.pages import check
from indexer.installation import Installation
from tests.api.client import INTAKE, REPORT, TestClient, put
from tests.api.pages.conftest import HTML, PLACE, Browser
from tests.api.pages.reading import Page

SAMPLES = Path(__file__).resolve().parents[3] / "data" / "samples"
HEADER = "record_id,full_name,sex,date_of_birth,mother_name,consent_for_tracing,found_place"
ARRIVAL = f"shelter/9,Dara SOKH,male,2015-04-15,Chan Sreymom,true,{PLACE}"


def upload(*rows: str, header: str = HEADER, name: str = "arrivals.csv") -> dict[str, Any]:
    return {"file": (name, "\n".join((header, *rows)).encode(), "text/csv")}


def again(page: Page, client: TestClient, **form: str) -> Any:
    carried = page.one("input", name="rows").get("value")
    return client.post("/check/again", data={"rows": carried, **form}, headers=HTML)


@pytest.fixture(autouse=True)
def _one_open_report(client: TestClient) -> None:
    put(client, "police/1", REPORT)


def test_each_row_shows_the_reports_that_may_be_of_this_child(browser: Browser) -> None:
    page = browser.post("/check", files=upload(ARRIVAL, ",Kong Thlang,,,,,"), kind="intake")
    first, second = page.all("article")
    for words in ("Dara SOKH", "shelter/9", "police/1", "Likely", "The names sound the same."):
        assert words in first.text
    assert "row/3" in second.text
    assert "2 rows were checked. Nothing of the list is stored." in page.text


def test_nothing_of_the_list_is_stored_and_the_file_is_gone(
    browser: Browser, here: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    before = (here.store.count(), here.store.last_change())
    page = browser.post("/check", files=upload(ARRIVAL))
    assert len(page.all("article")) == 1
    assert (here.store.count(), here.store.last_change()) == before
    assert list(folder.iterdir()) == []


def test_while_it_is_read_the_file_is_closed_to_others(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    rights: list[int] = []

    def watched(file: Path, **_: object) -> list[object]:
        rights.append(file.parent.stat().st_mode & 0o777)
        return []

    monkeypatch.setattr(check, "read_records", watched)
    browser.post("/check", files=upload(ARRIVAL))
    assert rights == [0o700]


def test_an_excel_file_is_read_as_well(browser: Browser) -> None:
    page = browser.post("/check", files={"file": ("arrivals.xlsx", (SAMPLES / "arrivals.xlsx").read_bytes())})
    assert "12 rows were checked" in page.text
    assert len(page.all("article")) == 12


def test_reports_are_checked_against_the_children_who_have_arrived(client: TestClient, browser: Browser) -> None:
    put(client, "shelter/1", INTAKE)
    page = browser.post("/check", files=upload("police/7,សុខ ដារ៉ា,male,2015-04-15,Chan Sreymom,,"), kind="report")
    (row,) = page.all("article")
    assert "shelter/1" in row.text
    assert "police/1" not in row.text


def test_rows_that_cannot_be_read_are_listed_with_column_and_reason(browser: Browser, khmer: Browser) -> None:
    rows = upload(ARRIVAL, "shelter/10,Tola,dragon,,,,", "shelter/11,Sok,male,30/02/2015,,,")
    page = browser.post("/check", files=rows)
    listed = page.one("section", aria_labelledby="rejected").text
    for words in ("2 rows could not be read", "3 sex Unknown sex", "4 date_of_birth There is no such day"):
        assert words in listed
    assert len(page.all("article")) == 1
    assert "dragon" not in page.html
    assert "3 sex ភេទមិនស្គាល់" in khmer.post("/check", files=rows).one("section", aria_labelledby="rejected").text


def test_remarks_on_rows_are_shown(browser: Browser) -> None:
    page = browser.post("/check", files=upload("Dara SOKH,8.55E+10", header="full_name,phones"))
    assert "The spreadsheet kept only the first digits" in page.one("section", aria_labelledby="notes").text
    assert len(page.all("article")) == 1


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (("a.csv", b""), "The file is empty"),
        (("a.csv", b"\x00\x01\x02\xff" * 300), "This is not a table"),
        (("a.xls", bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 600), "This is an old .xls file"),
        (("a.xlsx", b"PK\x03\x04 cut short"), "The workbook is damaged"),
        (("a.csv", b"<html><table><tr><td>x"), "This is a web page"),
        (("a.pdf", b"%PDF-1.7"), "This is a document"),
        (("a.csv", b"one;two\n1;2\n"), "No row names the columns"),
        (("../../a.csv", b""), "The file is empty"),
    ],
)
def test_a_file_that_is_no_table_is_told_in_plain_words(browser: Browser, file: tuple[str, bytes], told: str) -> None:
    page = browser.post("/check", status=422, files={"file": file})
    assert told in page.one("div", role="alert").text
    assert "elijah-check" not in page.html
    assert page.one("input", type="file")


def test_every_such_word_is_there_in_khmer(khmer: Browser) -> None:
    page = khmer.post("/check", status=422, files={"file": ("a.csv", b"")})
    assert page.one("div", role="alert").text == "ឯកសារទទេ។ វាត្រូវមានជួរទីមួយដែលដាក់ឈ្មោះជួរឈរ។"


def test_no_file_is_a_friendly_word(browser: Browser) -> None:
    for files in (None, {"file": ("", b"")}):
        page = browser.post("/check", status=422, files=files, kind="intake")
        assert "Choose a file first" in page.one("div", role="alert").text


def test_a_file_that_is_too_large_is_refused(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "LARGEST_FILE", 1024 * 1024)
    page = browser.post("/check", status=422, files={"file": ("a.csv", b"x" * (1024 * 1024 + 1))})
    assert "larger than 1 MB" in page.text


def test_a_body_that_is_too_large_is_a_readable_page(browser: Browser) -> None:
    page = browser.post("/check", status=413, files={"file": ("a.csv", b"x" * (11 * 1024 * 1024))})
    assert "This is too large" in page.one("h1").text


def test_more_rows_than_anybody_waits_for_are_refused(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "MOST_ROWS", 2)
    page = browser.post("/check", status=422, files=upload(*[",Dara,,,,,"] * 3))
    assert "more than 2 rows" in page.text


def test_a_long_list_shows_its_first_rows_and_says_so(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "_ON_SCREEN", 2)
    page = browser.post("/check", files=upload(*[",Dara,,,,,"] * 3))
    assert len(page.all("article")) == 2
    assert "The first 2 of 3 rows are shown" in page.text


def test_the_answers_can_be_downloaded_as_csv(client: TestClient, browser: Browser) -> None:
    answer = again(browser.post("/check", files=upload(ARRIVAL)), client, **{"as": "csv"})
    assert answer.headers["content-disposition"] == 'attachment; filename="matches.csv"'
    (line,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (line["query_id"], line["record_id"], line["rank"], line["likelihood"]) == (
        "shelter/9",
        "police/1",
        "1",
        "likely",
    )


def test_the_answers_can_be_downloaded_as_excel(client: TestClient, browser: Browser) -> None:
    answer = again(browser.post("/check", files=upload(ARRIVAL)), client, **{"as": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[1][cells[0].index("record_id")] == "police/1"


def test_a_file_can_be_had_at_once_without_a_page(client: TestClient) -> None:
    answer = client.post("/check", files=upload(ARRIVAL), data={"as": "csv"}, headers=HTML)
    assert answer.headers["content-type"].startswith("text/csv")
    assert b"police/1" in answer.content


def test_the_same_answers_can_be_had_in_the_other_language(client: TestClient, browser: Browser) -> None:
    page = browser.post("/check", files=upload(ARRIVAL))
    button = page.one("button", name="lang", value="km")
    assert button.get("form") == page.one("form", action="/check/again").get("id")
    khmer = Page(again(page, client, lang="km").text)
    assert khmer.one("html").get("lang") == "km"
    assert "ឈ្មោះអានដូចគ្នា" in khmer.one("article").text


@pytest.mark.parametrize(
    "rows",
    [
        "",
        "x",
        "{}",
        "[1]",
        "null",
        pytest.param("[" * 100_000, id="deep"),
        '[{"full_name": "no id"}]',
        '[{"record_id": "a/1", "kind": "x"}]',
    ],
)
def test_rows_that_came_back_damaged_are_told(browser: Browser, rows: str) -> None:
    page = browser.post("/check/again", status=422, rows=rows)
    assert page.one("div", role="alert").text
    assert page.one("input", type="file")


def test_hostile_cells_are_shown_and_never_run(browser: Browser) -> None:
    page = browser.post("/check", files=upload('shelter/9,"<script>alert(1)</script> Dara SOKH",male,,,,'))
    assert page.all("script") == []
    assert "<script>alert(1)</script> Dara SOKH" in page.one("article").text


def test_the_columns_that_are_read_are_explained(khmer: Browser) -> None:
    told = khmer.get("/check").one("details", class_="help").text
    assert "mother_name ឈ្មោះម្តាយ" in told
