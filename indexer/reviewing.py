"""Kept matches as a person may see them, and what a person says of them: one way for the command line, HTTP and the pages.

A match is shown as it was scored and kept, because that is what people decide on; what may be shown of it follows the records as
they are *now*: consent that was taken back hides it (rule 5), a `withhold_from` that was added holds it (rule 4).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, Final

from indexer.errors import NotFoundError, NotPermittedError
from indexer.installation import Installation
from indexer.store import Decision, DecisionRow, MatchFilter, Saying, StoredMatch, StoredRecord
from matcher.match import Evidence, Match
from matcher.record import Record
from matcher.withholding import held_reasons, without_whereabouts

_NO_CONSENT: Final = (
    "this child has no consent for tracing: only its owner may see the record (ELIJAH_OWN_SOURCES says what you own)"
)
_BY_A_SENIOR: Final = frozenset({Decision.CONFIRMED, Decision.VERIFIED, Decision.REUNITED})
# The largest number that the database takes for an id.
_LARGEST_ID: Final = 2**63 - 1
_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class ReviewedMatch:
    """A kept match with its records, as they may be shown now. `match` is told from the report's side.

    `history`, oldest first, is read for one match only, not in a list.
    """

    stored: StoredMatch
    match: Match
    report: Record
    intake: Record
    history: tuple[DecisionRow, ...] = ()

    @property
    def held(self) -> bool:
        """Whether a senior reviewer must decide, and where the child is now is left out."""
        return self.match.held

    @property
    def last_decision(self) -> int:
        """What a person who saw this says with a decision (`seen_decision`); 0 where nobody has decided yet."""
        return self.history[-1].id if self.history else 0

    def to_line(self) -> dict[str, object]:
        """The public shape in a list of matches."""
        stored = self.stored
        return {
            "id": stored.id,
            "report_id": stored.report_id,
            "intake_id": stored.intake_id,
            "status": stored.status.value,
            "likelihood": stored.likelihood,
            "probability": stored.probability,
            "score": stored.score,
            "coverage": stored.coverage,
            "outcome": stored.outcome,
            "held": self.held,
            "latest_score": stored.latest_score,
            "latest_probability": stored.latest_probability,
            "model": stored.model,
            "created_at": stored.created_at.isoformat(),
            "updated_at": stored.updated_at.isoformat(),
        }

    def to_json(self) -> dict[str, object]:
        """The public shape of one match: the list's, the evidence with its values, both records and the whole history."""
        shape = self.match.to_json()
        told = {name: shape[name] for name in ("evidence", "caps", "prior", "held_reasons")}
        return {
            **self.to_line(),
            **told,
            "report": self.report.to_flat(),
            "intake": self.intake.to_flat(),
            "last_decision": self.last_decision,
            "history": [_step(row) for row in self.history],
        }


@dataclass(frozen=True, slots=True)
class ReviewedPage:
    """A page of matches, most probable first, and how many there are in all."""

    matches: tuple[ReviewedMatch, ...]
    total: int


def readable_record(here: Installation, record_id: str) -> StoredRecord:
    """A record that this installation may show whole. Raises `NotFoundError`, `NotPermittedError` (rule 5)."""
    stored = here.store.get(record_id)
    if stored is None:
        raise NotFoundError("there is no such record; it may have been withdrawn")
    if not here.may_find(stored.record):
        raise NotPermittedError(_NO_CONSENT)
    return stored


def reviewed(here: Installation, match_id: str | int) -> ReviewedMatch:
    """One kept match with its history. Raises `NotFoundError`, `NotPermittedError` (rule 5)."""
    number = _number(match_id)
    stored = here.store.get_match(number)
    seen = _seen(here, stored) if stored else None
    if seen is None:
        raise NotFoundError("there is no such match; it may be gone with a withdrawn record")
    if not here.may_find(seen.intake):
        raise NotPermittedError(_NO_CONSENT)
    return replace(seen, history=tuple(here.store.match_history(number)))


def listed(here: Installation, wanted: MatchFilter, *, limit: int, offset: int = 0) -> ReviewedPage:
    """A page of the matches that are wanted and may be shown, most probable first; `wanted.sources` is set here (rule 5)."""
    allowed = replace(wanted, sources=here.settings.own_sources)
    if wanted.held is not None:
        return _listed_by_held(here, allowed, limit, offset)
    page = here.store.list_matches(allowed, limit=limit, offset=offset)
    return ReviewedPage(tuple(_all_seen(here, page.matches)), page.total)


def decide(  # noqa: PLR0913  # what a person says has this many parts, all but the first named by the caller
    here: Installation,
    match_id: str | int,
    decision: Decision,
    *,
    reason: str = "",
    by: str = "",
    senior: bool = False,
    seen_decision: int | None = None,
    at: datetime,
) -> None:
    """Take a person's decision. `seen_decision` is the last one that they saw: two people never overwrite each other.

    Raises `NotFoundError`, `NotPermittedError` (held, or no consent), `ConflictError` (somebody came between), `InputError`.
    """
    seen = reviewed(here, match_id)
    if seen.held and decision in _BY_A_SENIOR and not senior:
        raise NotPermittedError(
            "this match is held: a senior reviewer must decide (say so with `senior`)", column="senior"
        )
    saying = Saying(decision, reason=reason.strip(), by=by, senior=senior, seen_decision=seen_decision)
    here.store.decide(seen.stored.id, saying, at=at)


def listed_json(
    here: Installation,
    wanted: MatchFilter,
    *,
    limit: int,
    offset: int = 0,
) -> dict[str, Any]:
    """`listed` in its public shape: `{"matches": [...], "total", "limit", "offset"}`."""
    page = listed(here, wanted, limit=limit, offset=offset)
    lines = [match.to_line() for match in page.matches]
    return {"matches": lines, "total": page.total, "limit": limit, "offset": offset}


def match_json(here: Installation, match_id: str | int) -> dict[str, Any]:
    """`reviewed` in its public shape."""
    return reviewed(here, match_id).to_json()


def _number(match_id: str | int) -> int:
    text = str(match_id)
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(_LARGEST_ID)) else 0
    if not 0 < number <= _LARGEST_ID:
        raise NotFoundError("there is no such match; its id is a number, as the list of matches gives it")
    return number


def _listed_by_held(here: Installation, wanted: MatchFilter, limit: int, offset: int) -> ReviewedPage:
    # What is held follows the records as they are now, which the database cannot tell: every match is looked at.
    total = 0
    page: list[ReviewedMatch] = []
    for match in _every(here, replace(wanted, held=None)):
        if match.held == wanted.held:
            if offset <= total < offset + limit:
                page.append(match)
            total += 1
    return ReviewedPage(tuple(page), total)


def _every(here: Installation, wanted: MatchFilter) -> Iterator[ReviewedMatch]:
    offset = 0
    while matches := here.store.list_matches(wanted, limit=_PAGE, offset=offset).matches:
        yield from _all_seen(here, matches)
        offset += len(matches)


def _seen(here: Installation, stored: StoredMatch) -> ReviewedMatch | None:
    return next(islice(_all_seen(here, (stored,)), 1), None)


def _all_seen(here: Installation, matches: tuple[StoredMatch, ...]) -> Iterator[ReviewedMatch]:
    numbers = {number for stored in matches for number in (stored.report_number, stored.intake_number)}
    records = here.store.get_many(numbers)
    for stored in matches:
        report, intake = records.get(stored.report_number), records.get(stored.intake_number)
        # Withdrawn between the two questions to the database: gone.
        if report and intake:
            yield _as_it_may_be_shown(stored, report.record, intake.record)


def _as_it_may_be_shown(stored: StoredMatch, report: Record, intake: Record) -> ReviewedMatch:
    match = _kept_match(stored)
    reasons = held_reasons(report, intake) or match.held_reasons
    if not (reasons or stored.held):
        return ReviewedMatch(stored, match, report, intake)
    return ReviewedMatch(stored, match.hold(reasons), report, without_whereabouts(intake))


def _kept_match(stored: StoredMatch) -> Match:
    payload = stored.payload
    told = {name: payload[name] for name in Match.__slots__ if name in payload}
    lists = {name: tuple(payload[name]) for name in ("caps", "held_reasons")}
    evidence = tuple(Evidence(**row) for row in payload["evidence"])
    return Match(**{**told, **lists, "number": stored.intake_number, "evidence": evidence})


def _step(row: DecisionRow) -> Mapping[str, object]:
    return {
        "id": row.id,
        "decision": row.decision,
        "reason": row.reason,
        "by": row.by,
        "at": row.at.isoformat(),
        "status_before": row.status_before,
        "status_after": row.status_after,
        "undone": row.undone,
    }
