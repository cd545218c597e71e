"""The queue of possible matches and one match: evidence, history, a decision and its undoing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final
from urllib.parse import quote, unquote, urlencode

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

from api.dependencies import Here, Now
from api.pages.alignments import name_alignments
from api.pages.language import language_of
from api.pages.messages import Message, message
from api.pages.rendering import render, script_of
from api.pages.subjects import names
from api.pages.views import MatchView, match_view, side_by_side
from api.pages.wording import Wording
from api.problems import STATUS
from api.routes.pages.forms import Posted
from indexer.errors import NotFoundError
from indexer.installation import Installation
from indexer.reviewing import ReviewedMatch, decide, listed, reviewed
from indexer.store import Decision, DecisionRow, MatchFilter, MatchStatus, StoredMatch, possible_decisions
from matcher.errors import InputError
from matcher.match import SAME_CHILD, SAME_FAMILY

router = APIRouter(include_in_schema=False)

_PAGE: Final = 25
_ANY: Final = ("", "filter.any")
# (name, ((value, key of its text), ...)): the filters above the queue, as the template draws them.
FILTERS: Final = (
    ("status", (*((status.value, f"status.{status.value}") for status in MatchStatus), ("all", "filter.any"))),
    ("likelihood", (_ANY, *((word, f"likelihood.{word}") for word in ("likely", "possible", "unlikely")))),
    ("held", (_ANY, ("yes", "filter.held.yes"), ("no", "filter.held.no"))),
    ("family", (_ANY, ("yes", "filter.family.yes"), ("no", "filter.family.no"))),
)
_SAID: Final = ("kept", "undone")
_YES_NO: Final = {"yes": True, "no": False}
# Who decides is asked once a sitting, not once a match: a session cookie with the reviewer's own name.
_REVIEWER: Final = "elijah_reviewer"
_LONGEST_NAME: Final = 200
_STEP: Final = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class _Row:
    stored: StoredMatch
    view: MatchView
    report_names: tuple[str, ...]
    intake_names: tuple[str, ...]


class Filters(BaseModel):
    """What the form above the queue asks for. An unknown word is as none, so that an old address still opens."""

    status: str = MatchStatus.POTENTIAL.value
    likelihood: str = ""
    held: str = ""
    family: str = ""
    record: str = Field("", max_length=200)
    page: int = Field(1, ge=1, le=1_000_000)

    def known(self) -> dict[str, str]:
        """The words that the form offers; the first of the states where the state is unknown."""
        known = {name: _known(getattr(self, name), options) for name, options in FILTERS}
        return {**known, "record": self.record.strip()}


@router.get("/matches")
def queue(request: Request, here: Here, filters: Annotated[Filters, Query()]) -> Response:
    """What waits for a person, most probable first."""
    wanted, page = filters.known(), filters.page
    start = (page - 1) * _PAGE
    found = listed(here, _filter(wanted), limit=_PAGE, offset=start)
    w = Wording.of(here, language_of(request))
    rows = [_row(seen, w) for seen in found.matches]
    end = start + len(rows)
    return render(
        request,
        "matches.html",
        nav="nav.matches",
        filters=FILTERS,
        wanted=wanted,
        rows=rows,
        total=found.total,
        first=start + 1,
        last=end,
        before=_address(wanted, page - 1) if page > 1 else "",
        after=_address(wanted, page + 1) if end < found.total else "",
        back=_address(wanted, page),
    )


@router.get("/matches/{match_id}")
def match(request: Request, match_id: str, here: Here, said: str = "") -> Response:
    """One match with everything a person needs to decide on it."""
    return _page(request, here, reviewed(here, match_id), said=said if said in _SAID else "")


@router.post("/matches/{match_id}/decisions")
def say(request: Request, match_id: str, form: Posted, here: Here, at: Now) -> Response:
    """Take a decision and show the match again; where it cannot be taken, say why above what was typed."""
    try:
        _decide(here, match_id, form, at)
    except NotFoundError:
        raise
    except InputError as error:
        return _page(request, here, reviewed(here, match_id), typed=form, error=error)
    said = "undone" if form.get("decision") == Decision.UNDO else "kept"
    response = RedirectResponse(f"/matches/{int(match_id)}?said={said}#main", status_code=303)
    response.set_cookie(_REVIEWER, quote(_by(form)), httponly=True, samesite="strict")
    return response


def _decide(here: Installation, match_id: str, form: dict[str, str], at: Now) -> None:
    by, seen = _by(form), form.get("seen_decision", "")
    if not by:
        raise InputError("say who decides: your name stays with the decision", column="by")
    try:
        decision = Decision(form.get("decision", ""))
    except ValueError:
        raise InputError("choose what you decide", column="decision") from None
    if not _STEP.fullmatch(seen):
        raise InputError("the form is incomplete; open the match again and decide there", column="seen_decision")
    decide(
        here,
        match_id,
        decision,
        reason=form.get("reason", ""),
        by=by,
        senior=form.get("senior") == "yes",
        seen_decision=int(seen),
        at=at,
    )


def _by(form: dict[str, str]) -> str:
    return form.get("by", "").strip()[:_LONGEST_NAME]


def _page(
    request: Request, here: Installation, seen: ReviewedMatch, *, error: InputError | None = None, **values: Any
) -> Response:
    language = language_of(request)
    w = Wording.of(here, language)
    view = match_view(seen.match, None, w)
    stored = seen.stored
    return render(
        request,
        "match.html",
        status=_status(error) if error else 200,
        nav="nav.matches",
        stored=stored,
        view=view,
        alignments=name_alignments(seen.match, w),
        report_names=names(seen.report),
        intake_names=names(seen.intake),
        rows=side_by_side(seen.report, seen.intake, view, w),
        held=[message(reason, language) for reason in seen.match.held_reasons],
        changed=abs(stored.latest_score - stored.score) >= 0.01,
        history=[_step(row, language) for row in seen.history],
        last_decision=seen.last_decision,
        decisions=[decision.value for decision in possible_decisions(stored.status)],
        undoable=_can_be_undone(seen.history),
        error=message(error.message, language) if error else None,
        back=f"/matches/{stored.id}",
        **{"said": "", "typed": {"by": unquote(request.cookies.get(_REVIEWER, ""))}, **values},
    )


def _status(error: InputError) -> int:
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def _can_be_undone(history: Sequence[DecisionRow]) -> bool:
    """Whether the last step that still holds is a person's: what the machine did cannot be taken back."""
    standing = [row for row in history if not row.undone and row.decision != Decision.UNDO]
    return bool(standing) and standing[-1].decision in {decision.value for decision in Decision}


def _step(row: DecisionRow, language: str) -> dict[str, Any]:
    by_a_person = row.decision in set(Decision)
    # What a person wrote stays as they wrote it; what the machine says is told in the reader's language.
    reason = Message(row.reason, script_of(row.reason) or "en") if by_a_person else message(row.reason, language)
    return {
        "decision": row.decision,
        "by": row.by,
        "at": row.at,
        "undone": row.undone,
        "reason": reason if row.reason else None,
    }


def _row(seen: ReviewedMatch, w: Wording) -> _Row:
    return _Row(seen.stored, match_view(seen.match, None, w), names(seen.report), names(seen.intake))


def _known(value: str, options: tuple[tuple[str, str], ...]) -> str:
    return value if value in dict(options) else options[0][0]


def _filter(wanted: dict[str, str]) -> MatchFilter:
    outcome = {"yes": SAME_FAMILY, "no": SAME_CHILD}.get(wanted["family"])
    return MatchFilter(
        status=None if wanted["status"] == "all" else wanted["status"],
        likelihood=wanted["likelihood"] or None,
        held=_YES_NO.get(wanted["held"]),
        outcome=outcome,
        record_id=wanted["record"] or None,
    )


def _address(wanted: dict[str, str], page: int) -> str:
    asked = {name: value for name, value in {**wanted, "page": str(page)}.items() if value}
    return f"/matches?{urlencode(asked)}"
