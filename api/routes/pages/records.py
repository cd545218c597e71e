"""One record as it may be shown, and its candidates."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.dependencies import Here
from api.pages.language import language_of
from api.pages.messages import message
from api.pages.rendering import render
from api.pages.subjects import SUBJECTS, extra_lines, lines, names
from api.pages.views import answer_views
from api.pages.wording import Wording
from api.turnstile import Turn
from indexer.answer import Answer
from indexer.installation import Installation
from indexer.reviewing import listed, readable_record
from indexer.store import MatchFilter
from matcher.record import Kind, Record
from matcher.withholding import without_whereabouts

router = APIRouter(include_in_schema=False)
# More kept matches than this have no link on the page; the queue, filtered by the record, lists them all.
_MOST_KEPT: Final = 200


@router.get("/records/{source}/{number:path}")
def record(request: Request, source: str, number: str, here: Here, turn: Turn) -> Response:
    """What a record says, and who it may be. Raises `NotFoundError`, `NotPermittedError` (rule 5)."""
    record_id = f"{source}/{number}"
    stored = readable_record(here, record_id)
    answer = here.match(record_id)
    withheld = _is_withheld(here, stored.record, answer)
    shown = stored.record
    if withheld:
        shown, answer = without_whereabouts(shown), _without_whereabouts(answer)
    language = language_of(request)
    w = Wording.of(here, language)
    return render(
        request, "record.html", record=shown, names=names(shown), rows=_rows(shown, w), withheld=withheld,
        updated=stored.updated_at, version=stored.version, notes=[message(note, language) for note in answer.notes],
        answer=answer_views(answer, w), kept=_kept(here, record_id),
    )  # fmt: skip


def _is_withheld(here: Installation, record: Record, answer: Answer) -> bool:
    """Rule 4 without knowing who looks: where anybody must not learn where the child is, this page does not say it."""
    if record.kind is not Kind.INTAKE:
        return False
    held = any(match.held for match in answer.matches)
    return held or bool(record.withhold_from) or _has_held_match(here, record.record_id)


def _without_whereabouts(answer: Answer) -> Answer:
    """The candidates without the evidence that would say where the child is; only those that are held are called held."""
    matches = tuple(replace(match.hold(match.held_reasons), held=match.held) for match in answer.matches)
    return replace(answer, matches=matches)


def _has_held_match(here: Installation, record_id: str) -> bool:
    return listed(here, MatchFilter(record_id=record_id, held=True), limit=1).total > 0


def _rows(record: Record, w: Wording) -> list[tuple[str, object]]:
    told = [(w.t(f"subject.{subject.key}"), lines(record, subject, w)) for subject in SUBJECTS]
    return [(label, said) for label, said in (*told, (w.t("subject.extra"), extra_lines(record))) if said]


def _kept(here: Installation, record_id: str) -> dict[str, int]:
    """The other record's id -> the match that is kept of the two, for a link to its review."""
    page = listed(here, MatchFilter(record_id=record_id), limit=_MOST_KEPT)
    return {
        seen.stored.intake_id if seen.stored.report_id == record_id else seen.stored.report_id: seen.stored.id
        for seen in page.matches
    }
