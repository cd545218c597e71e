"""What people say of a match: append-only rows, a status machine, undo step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, and_, insert, or_, select, update

from indexer.errors import ConflictError, NotFoundError
from indexer.store.matches import MatchStatus, StoredMatch, get
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


# From where a decision may be taken, where it is not "from anywhere".
_ONLY_FROM: Final[Mapping[Decision, frozenset[MatchStatus]]] = {
    Decision.VERIFIED: frozenset({MatchStatus.CONFIRMED}),
    Decision.REUNITED: frozenset({MatchStatus.CONFIRMED, MatchStatus.VERIFIED}),
}
# A child who is reunited is no longer a possible match of anybody else.
_OPEN_TO_OTHERS: Final = (
    MatchStatus.POTENTIAL, MatchStatus.CONFIRMED, MatchStatus.UNSURE, MatchStatus.HANDED_ON, MatchStatus.VERIFIED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One step of a match's history, oldest first in a history; `undone` when a later step took it back."""

    id: int
    decision: str
    reason: str
    by: str
    at: datetime
    status_before: str
    status_after: str
    undone: bool


@dataclass(frozen=True, slots=True)
class Saying:
    """What a person says of a match, and how they say it."""

    decision: Decision
    reason: str = ""
    by: str = ""
    senior: bool = False
    seen_decision: int | None = None


def decide(connection: Connection, match_id: int, saying: Saying, *, at: datetime) -> None:
    """Take a decision. Raises `NotFoundError`, `ConflictError` (somebody decided meanwhile) or `InputError` (not possible, with why)."""
    match = get(connection, match_id)
    if match is None:
        raise NotFoundError(f"no match {match_id}; it may be gone with a withdrawn record")
    _check(connection, match, saying)
    if saying.decision is Decision.UNDO:
        _undo(connection, match, saying, at)
        return
    _forbid(match, saying)
    status = MatchStatus(saying.decision.value)
    step = _write(connection, match.id, saying, at, before=match.status, after=status)
    if status is MatchStatus.REUNITED:
        _close_others(connection, match, saying, at, step)


def possible_decisions(status: MatchStatus) -> tuple[Decision, ...]:
    """What a person may say of a match that stands here, `undo` left out: what a form offers."""
    return tuple(
        decision
        for decision in Decision
        if decision is not Decision.UNDO
        and decision.value != status.value
        and status in _ONLY_FROM.get(decision, frozenset(MatchStatus))
    )


def history(connection: Connection, match_id: int) -> list[DecisionRow]:
    """Every step of a match, oldest first."""
    rows = connection.execute(select(decisions).where(decisions.c.match_id == match_id).order_by(decisions.c.id)).all()
    undone = {row.undoes for row in rows}
    return [
        DecisionRow(
            row.id,
            row.decision,
            row.reason,
            row.by,
            datetime.fromisoformat(row.at),
            row.status_before,
            row.status_after,
            row.id in undone,
        )
        for row in rows
    ]


def _check(connection: Connection, match: StoredMatch, saying: Saying) -> None:
    if len(saying.reason) > _LONGEST_REASON:
        raise InputError(f"the reason is longer than {_LONGEST_REASON} characters; shorten it", column="reason")
    if saying.seen_decision is not None:
        steps = history(connection, match.id)
        last = steps[-1].id if steps else 0
        if last != saying.seen_decision:
            raise ConflictError("somebody else decided on this match meanwhile; read its history, then decide again")


def _forbid(match: StoredMatch, saying: Saying) -> None:
    allowed = _ONLY_FROM.get(saying.decision)
    if allowed is not None and match.status not in allowed:
        raise ConflictError(
            f"a match that is {match.status} cannot become {saying.decision}; confirm it first", column="decision"
        )
    if (
        match.held
        and saying.decision in (Decision.CONFIRMED, Decision.VERIFIED, Decision.REUNITED)
        and not saying.senior
    ):
        raise InputError("this match is held: a senior reviewer must decide (say so with `senior`)", column="senior")
    if match.status.value == saying.decision.value:
        raise ConflictError(f"the match is already {match.status}", column="decision")


def _undo(connection: Connection, match: StoredMatch, saying: Saying, at: datetime) -> None:
    steps = history(connection, match.id)
    last = next((step for step in reversed(steps) if not step.undone and step.decision != Decision.UNDO), None)
    if last is None or last.decision not in set(Decision):
        raise ConflictError("there is no decision to undo", column="decision")
    _write(connection, match.id, saying, at, before=match.status, after=MatchStatus(last.status_before), undoes=last.id)
    consequences = connection.execute(select(decisions).where(decisions.c.follows == last.id)).all()
    for row in consequences:
        other = get(connection, row.match_id)
        if other and other.status.value == row.status_after:
            _write(
                connection,
                other.id,
                saying,
                at,
                before=other.status,
                after=MatchStatus(row.status_before),
                undoes=row.id,
            )


def _close_others(connection: Connection, match: StoredMatch, saying: Saying, at: datetime, step: int) -> None:
    same = or_(matches.c.intake_number == match.intake_number, matches.c.report_number == match.report_number)
    query = select(matches.c.id, matches.c.status).where(
        and_(same, matches.c.id != match.id, matches.c.status.in_(_OPEN_TO_OTHERS))
    )
    for row in connection.execute(query).all():
        _write(
            connection,
            row.id,
            saying,
            at,
            before=MatchStatus(row.status),
            after=MatchStatus.REUNITED_ELSEWHERE,
            follows=step,
        )


def _write(
    connection: Connection,
    match_id: int,
    saying: Saying,
    at: datetime,
    *,
    before: MatchStatus,
    after: MatchStatus,
    follows: int | None = None,
    undoes: int | None = None,
) -> int:
    word = saying.decision.value if follows is None else after.value
    values: dict[str, Any] = {
        "match_id": match_id, "decision": word, "reason": saying.reason, "by": saying.by, "at": at.isoformat(),
        "status_before": before, "status_after": after, "follows": follows, "undoes": undoes,
    }  # fmt: skip
    step = connection.execute(insert(decisions), values).inserted_primary_key
    connection.execute(update(matches).where(matches.c.id == match_id).values(status=after, updated_at=at.isoformat()))
    assert step is not None  # noqa: S101  # an insert of one row always has a key
    return int(step[0])
