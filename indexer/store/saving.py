"""Scored pairs into the database: upsert by pair, machine scores kept apart from what a person decided on."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, insert, or_, select, update

from indexer.store import records as stored_records
from indexer.store import steps
from indexer.store.parts import rows_among
from indexer.store.status import UNDECIDED, MatchStatus
from indexer.store.tables import matches, records
from matcher.record import Status

Pair = tuple[int, int]
_MACHINE: Final = "elijah"
_AS_SCORED: Final = (
    "report_number", "intake_number", "report_version", "intake_version", "score", "probability", "likelihood", "outcome",
    "coverage", "held", "compared_hash", "model",
)  # fmt: skip
# A refreshed match is written again only where one of these has changed.
_TELLING: Final = ("score", "held", "compared_hash", "model")


@dataclass(frozen=True, slots=True)
class MatchRow:
    """A scored pair to keep. `payload` is the match as scoring gave it; `compared_hash` changes when what is compared changes."""

    report_number: int
    intake_number: int
    report_version: int
    intake_version: int
    score: float
    probability: float
    likelihood: str
    outcome: str
    coverage: float
    held: bool
    payload: Mapping[str, Any]
    compared_hash: str
    model: str

    @property
    def pair(self) -> Pair:
        """(report number, intake number)."""
        return self.report_number, self.intake_number


@dataclass(frozen=True, slots=True)
class SavedMatches:
    """What saving did: new pairs, refreshed ones, and ones left as a person decided."""

    new: int = 0
    updated: int = 0
    kept: int = 0


def save(connection: Connection, rows: Sequence[MatchRow], *, at: datetime) -> SavedMatches:
    """Insert or refresh pairs. A decided pair keeps what was decided on; "not a match" ends when what is compared has changed.

    Left out: a pair with a record that is gone or has changed since it was scored, and one with a child who is reunited.
    """
    rows = _still_true(connection, rows)
    known = _known(connection, rows)
    reunited = _reunited(connection, rows)
    open_to_change = [row for row in rows if _is_open(known.get(row.pair), row) and reunited.isdisjoint(row.pair)]
    new = [row for row in open_to_change if row.pair not in known]
    refreshed = [row for row in open_to_change if row.pair in known and _is_news(known[row.pair], row)]
    kept = [row for row in rows if not _is_open(known.get(row.pair), row)]
    _insert(connection, new, at)
    for row in refreshed:
        _refresh(connection, known[row.pair], row, at)
    _note_latest(connection, [(known[row.pair].id, row) for row in kept])
    return SavedMatches(len(new), len(refreshed), len(kept))


def supersede(connection: Connection, pairs: Collection[Pair], *, at: datetime) -> int:
    """Mark undecided pairs (report number, intake number) as superseded: compared anew, they are no longer possible."""
    return sum(
        _supersede_where(connection, and_(matches.c.report_number == report, matches.c.intake_number == intake), at)
        for report, intake in pairs
    )


def supersede_closed(connection: Connection, *, at: datetime) -> int:
    """Mark the undecided matches of closed records as superseded: nobody looks for these children any more."""
    closed = select(records.c.number).where(records.c.status != Status.OPEN.value)
    either = or_(matches.c.report_number.in_(closed), matches.c.intake_number.in_(closed))
    return _supersede_where(connection, either, at)


def _supersede_where(connection: Connection, which: ColumnElement[bool], at: datetime) -> int:
    values = {"status": MatchStatus.SUPERSEDED, "updated_at": at.isoformat()}
    undecided = and_(which, matches.c.status == MatchStatus.POTENTIAL)
    return connection.execute(update(matches).where(undecided).values(**values)).rowcount


def _still_true(connection: Connection, rows: Sequence[MatchRow]) -> list[MatchRow]:
    """The last row of each pair, of records that are as they were when they were scored: a change may have come between, and with
    it a withdrawal or someone who must not learn where the child is. The next night compares them again.
    """
    versions = stored_records.versions(connection, (number for row in rows for number in row.pair))
    last = {row.pair: row for row in rows}
    return [
        row
        for row in last.values()
        if versions.get(row.report_number) == row.report_version
        and versions.get(row.intake_number) == row.intake_version
    ]


def _known(connection: Connection, rows: Sequence[MatchRow]) -> dict[Pair, Row[Any]]:
    wanted = {row.pair for row in rows}
    query = select(
        matches.c.id, matches.c.report_number, matches.c.intake_number, matches.c.status,
        *(matches.c[name] for name in _TELLING),
    )  # fmt: skip
    numbers = sorted({row.report_number for row in rows})
    found = rows_among(connection, query, matches.c.report_number, numbers)
    return {pair: row for row in found if (pair := (row.report_number, row.intake_number)) in wanted}


def _reunited(connection: Connection, rows: Sequence[MatchRow]) -> set[int]:
    """Those of the records whose child is back with the family."""
    query = select(matches.c.report_number, matches.c.intake_number).where(matches.c.status == MatchStatus.REUNITED)
    return {
        number
        for column in (matches.c.report_number, matches.c.intake_number)
        for row in rows_among(connection, query, column, {number for one in rows for number in one.pair})
        for number in row
    }


def _is_open(old: Row[Any] | None, row: MatchRow) -> bool:
    """Whether the machine may still say something on this pair."""
    if old is None or old.status in UNDECIDED:
        return True
    return bool(old.status == MatchStatus.NOT_A_MATCH and old.compared_hash != row.compared_hash)


def _is_news(old: Row[Any], row: MatchRow) -> bool:
    return old.status != MatchStatus.POTENTIAL or any(getattr(old, name) != getattr(row, name) for name in _TELLING)


def _insert(connection: Connection, rows: Sequence[MatchRow], at: datetime) -> None:
    made = {"status": MatchStatus.POTENTIAL, "created_at": at.isoformat()}
    if rows:
        connection.execute(insert(matches), [{**_values(row, at), **made} for row in rows])


def _refresh(connection: Connection, old: Row[Any], row: MatchRow, at: datetime) -> None:
    connection.execute(update(matches).where(matches.c.id == old.id).values(**_values(row, at)))
    if old.status == MatchStatus.POTENTIAL:
        return
    step = steps.Step(
        match_id=old.id,
        decision="reopened",
        reason="what is compared has changed" if old.status == MatchStatus.NOT_A_MATCH else "found again",
        by=_MACHINE,
        at=at,
        status_before=MatchStatus(old.status),
        status_after=MatchStatus.POTENTIAL,
    )
    steps.take(connection, step)


def _note_latest(connection: Connection, rows: Sequence[tuple[int, MatchRow]]) -> None:
    statement = (
        update(matches)
        .where(matches.c.id == bindparam("match"))
        .values(latest_score=bindparam("latest"), latest_probability=bindparam("likely"))
    )
    values = [{"match": match, "latest": row.score, "likely": row.probability} for match, row in rows]
    if values:
        connection.execute(statement, values)


def _values(row: MatchRow, at: datetime) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in _AS_SCORED},
        "payload": json.dumps(row.payload, ensure_ascii=False, separators=(",", ":")),
        "latest_score": row.score,
        "latest_probability": row.probability,
        "updated_at": at.isoformat(),
    }
