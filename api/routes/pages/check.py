"""A spreadsheet of arrivals (or of reports) against what is open: nothing is stored, and the file is gone with the answer."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Final

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import Response

from api.dependencies import Here
from api.pages.language import language_of
from api.pages.messages import Message, message
from api.pages.rendering import render
from api.pages.subjects import Line, facts, names
from api.pages.views import MatchView, answer_views
from api.pages.wording import Wording
from api.routes.pages.forms import Posted
from indexer.answer import Answer
from indexer.installation import Installation
from indexer.readers import Note, ReadRow, Rejection, read_records
from indexer.writers import write_matches
from matcher.errors import InputError
from matcher.record import COLUMNS, Kind, Record

router = APIRouter(include_in_schema=False)

LARGEST_FILE: Final = 5 * 1024 * 1024
# A row takes some hundredths of a second: more would keep the reader waiting for minutes. `elijah check` takes any number.
MOST_ROWS: Final = 1_000
_ON_SCREEN: Final = 100
_BEST: Final = 3  # candidates a row on the screen
_IN_FILE: Final = 10  # candidates a row in a file
_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_SUFFIXES: Final = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods"})


@dataclass(slots=True)
class _Sheet:
    """What an uploaded file holds: records, the rows that are not taken, and remarks."""

    records: list[Record] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Checked:
    """One row with its best candidates, for the screen."""

    record_id: str
    names: tuple[str, ...]
    facts: tuple[Line, ...]
    candidates: tuple[MatchView, ...]
    sought: str


@dataclass(frozen=True, slots=True)
class _Told:
    """What is to be said of a row; row 0 is the whole file."""

    row: int
    column: str
    message: Message


@router.get("/check")
def ask(request: Request) -> Response:
    """The empty form."""
    return _form(request)


@router.post("/check")
def check(
    request: Request,
    here: Here,
    file: Annotated[UploadFile | None, File()] = None,
    kind: Annotated[str, Form()] = "intake",
    as_: Annotated[str, Form(alias="as")] = "page",
) -> Response:
    """Read the file, check every row, answer as a page or as a file."""
    given = Kind.REPORT if kind == Kind.REPORT else Kind.INTAKE
    try:
        sheet = _read(file, given)
    except InputError as error:
        return _form(request, given, error)
    return _answer(request, here, sheet, as_)


@router.post("/check/again")
def check_again(request: Request, form: Posted, here: Here) -> Response:
    """The same rows once more, as the page that shows them carried them: as a file, or in the other language."""
    try:
        sheet = _Sheet(_carried(form.get("rows", "")))
    except InputError as error:
        return _form(request, error=error)
    return _answer(request, here, sheet, form.get("as", "page"))


def _read(upload: UploadFile | None, kind: Kind) -> _Sheet:
    if upload is None or not upload.filename:
        raise InputError("choose a file first", column="file")
    if (upload.size or 0) > LARGEST_FILE:
        raise InputError(
            f"the file is larger than {LARGEST_FILE // 1024 // 1024} MB; split it, or use `elijah check`", column="file"
        )
    # Owner-only, and gone before the answer leaves, whatever happens.
    with TemporaryDirectory(prefix="elijah-check-") as folder:
        path = Path(folder) / f"upload{_suffix(upload.filename)}"
        with path.open("wb") as copy:
            shutil.copyfileobj(upload.file, copy)
        try:
            return _sheet(read_records(path, kind=kind, source=None, anonymous_ids=True))
        except InputError as error:
            # The name of our copy says nothing to the person who sent the file.
            raise InputError(error.message.removeprefix(f"{path}: "), column=error.column or "file") from error


def _suffix(filename: str) -> str:
    """What kind of file it says it is; the name itself may be a child's and goes nowhere."""
    suffix = PurePath(filename).suffix.lower()
    return suffix if suffix in _SUFFIXES else ""


def _sheet(rows: Iterable[object]) -> _Sheet:
    sheet = _Sheet()
    for row in rows:
        if isinstance(row, ReadRow):
            sheet.records.append(row.record)
        elif isinstance(row, Rejection):
            sheet.rejected.append(row)
        elif isinstance(row, Note):
            sheet.notes.append(row)
        if len(sheet.records) > MOST_ROWS:
            raise InputError(f"more than {MOST_ROWS} rows; split the file, or use `elijah check`", column="file")
    return sheet


def _carried(text: str) -> list[Record]:
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        rows = None
    if not isinstance(rows, list) or len(rows) > MOST_ROWS or not all(isinstance(row, dict) for row in rows):
        raise InputError("the rows came back damaged; choose the file again", column="file")
    return [Record.from_flat(row) for row in rows]


def _answer(request: Request, here: Installation, sheet: _Sheet, form: str) -> Response:
    if form in _TYPES:
        return _download(here.check(sheet.records, limit=_IN_FILE), form)
    language = language_of(request)
    w = Wording.of(here, language)
    answers = here.check(sheet.records[:_ON_SCREEN], limit=_BEST)
    return _page(
        request,
        results=[_checked(answer, w) for answer in answers],
        checked=len(sheet.records),
        rejected=_told(sheet.rejected, language),
        notes=_told(sheet.notes, language),
        rows_json=json.dumps([record.to_flat() for record in sheet.records], ensure_ascii=False, separators=(",", ":")),
        resubmit="again",
    )


def _told(rows: Sequence[Rejection | Note], language: str) -> list[_Told]:
    return [_Told(row.row, row.column, message(row.message, language)) for row in rows]


def _checked(answer: Answer, w: Wording) -> _Checked:
    query = answer.query
    return _Checked(
        query.record_id, names(query), facts(query, w)[:4], answer_views(answer, w, _BEST), query.kind.other.value
    )


def _download(answers: Iterable[Answer], form: str) -> Response:
    lines = [{"query_id": answer.query.record_id, **match.to_json()} for answer in answers for match in answer.matches]
    with TemporaryDirectory(prefix="elijah-check-") as folder:
        path = Path(folder) / f"matches.{form}"
        write_matches(path, lines)
        content = path.read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="matches.{form}"', "Cache-Control": "no-store"}
    return Response(content, media_type=_TYPES[form], headers=headers)


def _form(request: Request, kind: Kind = Kind.INTAKE, error: InputError | None = None) -> Response:
    told = message(error.message, language_of(request)) if error else None
    return _page(
        request, status=422 if error else 200, kind=kind.value, error=told, megabytes=LARGEST_FILE // 1024 // 1024,
        most_rows=MOST_ROWS, columns=[name for name in COLUMNS if name not in ("kind", "status")],
    )  # fmt: skip


def _page(request: Request, *, results: Sequence[_Checked] | None = None, **values: Any) -> Response:
    return render(request, "check.html", nav="nav.check", results=results, back="/check", **values)
