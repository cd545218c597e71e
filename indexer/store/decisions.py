"""What people say of a match: a status machine over append-only steps, undone step by step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, or_, select

from indexer.errors import ConflictError, NotFoundError
from indexer.store import reconciliations, steps
from indexer.store.matches import StoredMatch, get
from indexer.store.status import MatchStatus
from indexer.store.steps import Step
from indexer.store.tables import decisions, matches
from matcher.errors import InputError

_LONGEST_REASON: Final = 4_000


class Decision(StrEnum):
    """What a person may say."""

    CONFIRMED = "confirmed"
    NOT_A_MATCH = "not_a_match"
    SAME_FAMILY = "same_family"
    UNSURE = "unsure"
    HANDED_ON = "handed_on"
    VERIFIED = "verified"
    REUNITED = "reunited"
    UNDO = "undo"


_BY_A_SENIOR: Final = frozenset({Decision.CONFIRMED, Decision.VERIFIED, Decision.REUNITED})
_SAID: Final = frozenset(Decision)
# A reunion closed other matches: it is undone, so that they open again, never decided over.
_FROM_ANYWHERE: Final = frozenset(MatchStatus) - {MatchStatus.REUNITED}
_ONLY_FROM: Final = {
    Decision.VERIFIED: frozenset({MatchStatus.CONFIRMED}),
    Decision.REUNITED: frozenset({MatchStatus.CONFIRMED, MatchStatus.VERIFIED}),
}
# A child who is reunited is no longer a possible match of anybody else.
_OPEN_TO_OTHERS: Final = (
    MatchStatus.POTENTIAL, MatchStatus.CONFIRMED, MatchStatus.UNSURE, MatchStatus.HANDED_ON, MatchStatus.VERIFIED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Saying:
    """What a person says of a match, and how they say it."""

    decision: Decision
    reason: str = ""
    by: str = ""
    senior: bool = False
    seen_decision: int | None = None


def possible_decisions(status: MatchStatus) -> tuple[Decision, ...]:
    """What a person may say of a match that stands here, `undo` left out: what a form offers."""
    return tuple(
        decision
        for decision in Decision
        if decision is not Decision.UNDO
        and decision.value != status.value
        and status in _ONLY_FROM.get(decision, _FROM_ANYWHERE)
    )


def decide(connection: Connection, match_id: int, saying: Saying, *, at: datetime) -> None:
    """Take a decision. Raises `NotFoundError`; `ConflictError` where somebody came between or the match does not stand so that it
    can be decided; `InputError` for a reason that is too long, or a held match without a senior reviewer.
    """
    match = get(connection, match_id)
    if match is None:
        raise NotFoundError(f"no match {match_id}; it may be gone with a withdrawn record")
    _check(connection, match, saying)
    if saying.decision is Decision.UNDO:
        _undo(connection, match, saying, at)
        return
    _forbid(match, saying)
    status = MatchStatus(saying.decision.value)
    step = steps.take(connection, _step(match, saying, at, status))
    if status is MatchStatus.REUNITED:
        _close_others(connection, match, saying, at, step)


def _check(connection: Connection, match: StoredMatch, saying: Saying) -> None:
    if len(saying.reason) > _LONGEST_REASON:
        raise InputError(f"the reason is longer than {_LONGEST_REASON} characters; shorten it", column="reason")
    if "\0" in saying.reason + saying.by:
        # PostgreSQL has no room for it, and what can be said must not depend on the database.
        raise InputError("the reason holds a character that cannot be stored (NUL); write it again", column="reason")
    if saying.seen_decision is not None:
        history = steps.history(connection, match.id)
        last = history[-1].id if history else 0
        if last != saying.seen_decision:
            raise ConflictError("somebody else decided on this match meanwhile; read its history, then decide again")


def _forbid(match: StoredMatch, saying: Saying) -> None:
    if match.status.value == saying.decision.value:
        raise ConflictError(f"the match is already {match.status}", column="decision")
    if match.status not in _ONLY_FROM.get(saying.decision, _FROM_ANYWHERE):
        first = "undo that first" if match.status is MatchStatus.REUNITED else "confirm it first"
        raise ConflictError(
            f"a match that is {match.status} cannot become {saying.decision}; {first}", column="decision"
        )
    if match.held and saying.decision in _BY_A_SENIOR and not saying.senior:
        raise InputError("this match is held: a senior reviewer must decide (say so with `senior`)", column="senior")


def _step(match: StoredMatch, saying: Saying, at: datetime, after: MatchStatus, undoes: int | None = None) -> Step:
    return Step(
        match_id=match.id,
        decision=saying.decision.value,
        reason=saying.reason,
        by=saying.by,
        at=at,
        status_before=match.status,
        status_after=after,
        undoes=undoes,
    )


def _undo(connection: Connection, match: StoredMatch, saying: Saying, at: datetime) -> None:
    history = steps.history(connection, match.id)
    last = next((step for step in reversed(history) if not step.undone and step.decision != Decision.UNDO), None)
    if last is None or last.decision not in _SAID:
        raise ConflictError("there is no decision to undo", column="decision")
    steps.take(connection, _step(match, saying, at, MatchStatus(last.status_before), undoes=last.id))
    if last.decision == Decision.REUNITED:
        _open_others(connection, saying, at, last.id)
        # While the child was reunited the night left new matches out: it compares both records again.
        reconciliations.unmark(connection, (match.report_number, match.intake_number))


def _close_others(connection: Connection, match: StoredMatch, saying: Saying, at: datetime, cause: int) -> None:
    same = or_(matches.c.intake_number == match.intake_number, matches.c.report_number == match.report_number)
    others = select(matches.c.id, matches.c.status).where(
        same, matches.c.id != match.id, matches.c.status.in_(_OPEN_TO_OTHERS)
    )
    for row in connection.execute(others).all():
        step = Step(
            match_id=row.id,
            decision=MatchStatus.REUNITED_ELSEWHERE.value,
            # Not the reason given: it is about another pair of children, and must go when one of those is withdrawn.
            reason="reunited in another match",
            by=saying.by,
            at=at,
            status_before=MatchStatus(row.status),
            status_after=MatchStatus.REUNITED_ELSEWHERE,
            follows=cause,
        )
        steps.take(connection, step)


def _open_others(connection: Connection, saying: Saying, at: datetime, cause: int) -> None:
    """Take back what followed from a reunion, where nobody has decided otherwise since."""
    closed = (
        select(decisions.c.id, decisions.c.match_id, decisions.c.status_before)
        .join(matches, matches.c.id == decisions.c.match_id)
        .where(decisions.c.follows == cause, matches.c.status == MatchStatus.REUNITED_ELSEWHERE)
    )
    for row in connection.execute(closed).all():
        step = Step(
            match_id=row.match_id,
            decision=Decision.UNDO.value,
            reason="the reunion in the other match was undone",
            by=saying.by,
            at=at,
            status_before=MatchStatus.REUNITED_ELSEWHERE,
            status_after=MatchStatus(row.status_before),
            undoes=row.id,
        )
        steps.take(connection, step)
