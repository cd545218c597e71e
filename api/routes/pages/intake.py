"""A child has just arrived: check at once against the open reports, storing nothing; then, if wished, save with consent asked."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.dependencies import Here, Now
from api.examples import answer, query_of
from api.models.searches import CANDIDATES
from api.pages.fields import INTAKE, KEEPING, LONGEST, read_form
from api.pages.language import language_of
from api.pages.messages import message
from api.pages.rendering import render
from api.pages.views import answer_views
from api.pages.wording import Wording
from api.routes.pages.forms import Posted
from indexer.installation import Installation, says_something
from indexer.store import Outcome
from matcher.errors import InputError
from matcher.record import Kind, Record

router = APIRouter(include_in_schema=False)

_CONSENT: Final = "consent_for_tracing"
# Only asked when an arrival is saved; the record's own columns have other names.
_ID_PARTS: Final = ("source", "number")
_NOT_OF_THE_CHILD: Final = frozenset({*_ID_PARTS, _CONSENT, "do", "lang"})
# So much of what was typed stands on the folded form above the answers.
_SHORT: Final = 8
_SOURCE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
_NUMBER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,119}")


@router.get("/intake")
def ask(request: Request, here: Here, saved: str = "") -> Response:
    """The empty form, or what was just saved."""
    stored = here.store.get(saved) if saved else None
    return _page(
        request,
        {},
        saved=saved if stored else "",
        shown=stored is not None and here.may_find(stored.record),
    )


@router.post("/intake")
def arrived(request: Request, form: Posted, here: Here, at: Now) -> Response:
    """Check, or save: the button says which. What cannot be saved comes back with the reason beside the field."""
    typed: dict[str, str] = dict(form)
    try:
        typed = {**_own_source(here), **_read(form)}
        flat = _flat(typed)
        query = query_of(flat, sought=Kind.REPORT, limit=CANDIDATES, today=at.date())
    except InputError as error:
        return _page(request, typed, error=error)
    problem = None
    if form.get("do") == "save":
        try:
            return _saved(_save(here, flat, typed, at))
        except InputError as error:
            problem = error
    views = answer_views(answer(query, here), Wording.of(here, language_of(request)))
    return _page(request, typed, answer=views, empty=not says_something(query.example), error=problem)


def _own_source(here: Installation) -> dict[str, str]:
    """Who keeps the records of one source only need not type it."""
    own = here.settings.own_sources
    return {"source": next(iter(own))} if len(own) == 1 else {}


def _read(form: Mapping[str, str]) -> dict[str, str]:
    typed = read_form((*INTAKE, KEEPING), form)
    consent = form.get(_CONSENT, "")
    return {**typed, _CONSENT: consent} if consent in ("true", "false") else typed


def _flat(typed: Mapping[str, str]) -> dict[str, object]:
    """The arrival as a flat record without its id; consent is not evidence and is left out."""
    return {name: text for name, text in typed.items() if name not in (*_ID_PARTS, _CONSENT)}


def _save(here: Installation, flat: Mapping[str, object], typed: Mapping[str, str], at: Now) -> str:
    """Store the arrival and return its id. Raises `InputError` naming the field; an id in use is never overwritten."""
    if not says_something(Record.from_flat({"record_id": "query/1", **flat}, kind=Kind.INTAKE)):
        raise InputError("nothing is known of this child yet; write at least one thing")
    if _CONSENT not in typed:
        raise InputError("say whether there is consent for tracing", column=_CONSENT)
    record_id = _record_id(typed, at.date())
    if here.store.get(record_id) is not None:
        raise InputError("this number is in use already; give another, or leave it blank", column="number")
    row = {
        **flat, "record_id": record_id, "kind": Kind.INTAKE.value, "recorded_on": at.date().isoformat(), _CONSENT: typed[_CONSENT]
    }  # fmt: skip
    if here.put([row], at=at) == [Outcome.WITHDRAWN_BEFORE]:
        raise InputError(
            "a record of this number was withdrawn and stays gone; give another, or leave it blank", column="number"
        )
    return record_id


def _record_id(typed: Mapping[str, str], today: date) -> str:
    source = typed.get("source", "")
    if not _SOURCE.fullmatch(source):
        raise InputError(
            "write the short name of your place in Latin letters and digits, as `shelter`", column="source"
        )
    number = typed.get("number") or f"{today:%Y%m%d}-{secrets.token_hex(3)}"
    if not _NUMBER.fullmatch(number):
        raise InputError(
            "write the number in Latin letters and digits, as `A25-001`, or leave it blank", column="number"
        )
    return f"{source}/{number}"


def _saved(record_id: str) -> Response:
    return RedirectResponse(f"/intake?saved={quote(record_id)}", status_code=303)


def _page(request: Request, typed: Mapping[str, str], *, error: InputError | None = None, **values: Any) -> Response:
    told = message(error.message, language_of(request)) if error else None
    values = {"answer": None, "empty": False, "saved": "", "shown": False, **values}
    summary = [text for name, text in typed.items() if name not in _NOT_OF_THE_CHILD]
    return render(
        request,
        "intake.html",
        status=422 if error else 200,
        nav="nav.intake",
        groups=INTAKE,
        keeping=KEEPING,
        longest=LONGEST,
        typed=typed,
        summary=summary[:_SHORT],
        error=told,
        wrong={error.column: told.text} if error and told else {},
        resubmit="" if values["answer"] is None else "intake-form",
        back="/intake",
        **values,
    )
