"""Matches that wait for a person: upsert by pair, machine scores kept apart from what a person decided on."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, insert, or_, select, update

from indexer.store.tables import decisions, matches, records
from matcher.record import Status

_MOST_VALUES = 10_000
_MACHINE = "elijah"


class MatchStatus(StrEnum):
    """Where a match stands. Only `superseded` is set by the machine, and only on what no person decided."""

    POTENTIAL = "potential"
    CONFIRMED = "confirmed"
    NOT_A_MATCH = "not_a_match"
    SAME_FAMILY = "same_family"
    UNSURE = "unsure"
    HANDED_ON = "handed_on"
    VERIFIED = "verified"
    REUNITED = "reunited"
    REUNITED_ELSEWHERE = "reunited_elsewhere"
    SUPERSEDED = "superseded"


UNDECIDED = frozenset({MatchStatus.POTENTIAL, MatchStatus.SUPERSEDED})


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


@dataclass(frozen=True, slots=True)
class SavedMatches:
    """What saving did: new pairs, refreshed ones, and ones left as a person decided."""

    new: int = 0
    updated: int = 0
    kept: int = 0


@dataclass(frozen=True, slots=True)
class StoredMatch:
    """A kept match with the ids of its records; `payload` is what the reviewer sees and decides on."""

    id: int
    report_id: str
    intake_id: str
    report_number: int
    intake_number: int
    status: MatchStatus
    likelihood: str
    outcome: str
    score: float
    probability: float
    coverage: float
    held: bool
    payload: Mapping[str, Any]
    latest_score: float
    latest_probability: float
    model: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class MatchFilter:
    """Which matches to list; None is any. `sources`: whose children without consent may be listed too (rule 5)."""

    status: str | None = None
    likelihood: str | None = None
    held: bool | None = None
    outcome: str | None = None
    record_id: str | None = None
    sources: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class MatchPage:
    """One page of matches, best first, and how many there are in all."""

    matches: tuple[StoredMatch, ...]
    total: int


def save(connection: Connection, rows: Sequence[MatchRow], *, at: datetime) -> SavedMatches:
    """Insert or refresh pairs. A decided pair keeps what was decided on; "not a match" ends when what is compared has changed."""
    known = _known(connection, rows)
    new = [row for row in rows if (row.report_number, row.intake_number) not in known]
    stamp = at.isoformat()
    if new:
        connection.execute(insert(matches), [_values(row, stamp, created=True) for row in new])
    updated = kept = 0
    for row in rows:
        old = known.get((row.report_number, row.intake_number))
        if old is None:
            continue
        if MatchStatus(old.status) in UNDECIDED or _reopened(old, row):
            _refresh(connection, old, row, at)
            updated += old.compared_hash != row.compared_hash or old.model != row.model
        else:
            latest = {"latest_score": row.score, "latest_probability": row.probability}
            connection.execute(update(matches).where(matches.c.id == old.id).values(**latest))
            kept += 1
    return SavedMatches(len(new), updated, kept)


def supersede(connection: Connection, pairs: Collection[tuple[int, int]], *, at: datetime) -> int:
    """Mark undecided pairs (report number, intake number) as superseded: compared anew, they are no longer possible."""
    gone = 0
    for report, intake in pairs:
        this = and_(matches.c.report_number == report, matches.c.intake_number == intake)
        gone += _supersede_where(connection, this, at)
    return gone


def supersede_closed(connection: Connection, *, at: datetime) -> int:
    """Mark the undecided matches of closed records as superseded: nobody looks for these children any more."""
    closed = select(records.c.number).where(records.c.status != Status.OPEN.value)
    return _supersede_where(
        connection, or_(matches.c.report_number.in_(closed), matches.c.intake_number.in_(closed)), at
    )


def _supersede_where(connection: Connection, which: ColumnElement[bool], at: datetime) -> int:
    values = {"status": MatchStatus.SUPERSEDED, "updated_at": at.isoformat()}
    undecided = and_(which, matches.c.status == MatchStatus.POTENTIAL)
    return connection.execute(update(matches).where(undecided).values(**values)).rowcount


def kept_pairs(connection: Connection, numbers: Sequence[int]) -> dict[tuple[int, int], MatchStatus]:
    """The pairs (report number, intake number) that are kept for any of these records, and where each stands."""
    kept: dict[tuple[int, int], MatchStatus] = {}
    for start in range(0, len(numbers), _MOST_VALUES):
        part = numbers[start : start + _MOST_VALUES]
        mine = or_(matches.c.report_number.in_(part), matches.c.intake_number.in_(part))
        query = select(matches.c.report_number, matches.c.intake_number, matches.c.status).where(mine)
        for row in connection.execute(query):
            kept[row.report_number, row.intake_number] = MatchStatus(row.status)
    return kept


def get(connection: Connection, match_id: int) -> StoredMatch | None:
    """One match by its id."""
    row = connection.execute(_joined().where(matches.c.id == match_id)).first()
    return _stored(row) if row else None


def page(connection: Connection, wanted: MatchFilter, *, limit: int, offset: int) -> MatchPage:
    """A page of matches, most probable first, ties by id."""
    query = _filtered(_joined(), wanted)
    total = connection.execute(select(func.count()).select_from(query.subquery())).scalar() or 0
    ordered = query.order_by(matches.c.probability.desc(), matches.c.id).limit(limit).offset(offset)
    return MatchPage(tuple(_stored(row) for row in connection.execute(ordered)), total)


_report, _intake = records.alias("report"), records.alias("intake")


def _joined() -> Select[Any]:
    return (
        select(matches, _report.c.record_id.label("report_id"), _intake.c.record_id.label("intake_id"))
        .join(_report, _report.c.number == matches.c.report_number)
        .join(_intake, _intake.c.number == matches.c.intake_number)
    )


def _filtered(query: Select[Any], wanted: MatchFilter) -> Select[Any]:
    query = query.where(or_(_intake.c.traceable, _intake.c.source.in_(wanted.sources - {""})))
    for name in ("status", "likelihood", "held", "outcome"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(matches.c[name] == value)
    if wanted.record_id is not None:
        query = query.where(or_(_report.c.record_id == wanted.record_id, _intake.c.record_id == wanted.record_id))
    return query


def _known(connection: Connection, rows: Sequence[MatchRow]) -> dict[tuple[int, int], Row[Any]]:
    wanted = {(row.report_number, row.intake_number) for row in rows}
    numbers = sorted({row.report_number for row in rows})
    columns = (
        matches.c.id,
        matches.c.report_number,
        matches.c.intake_number,
        matches.c.status,
        matches.c.compared_hash,
        matches.c.model,
    )
    return {
        (row.report_number, row.intake_number): row
        for start in range(0, len(numbers), _MOST_VALUES)
        for row in connection.execute(
            select(*columns).where(matches.c.report_number.in_(numbers[start : start + _MOST_VALUES]))
        )
        if (row.report_number, row.intake_number) in wanted
    }


def _reopened(old: Row[Any], row: MatchRow) -> bool:
    return old.status == MatchStatus.NOT_A_MATCH and old.compared_hash != row.compared_hash


def _refresh(connection: Connection, old: Row[Any], row: MatchRow, at: datetime) -> None:
    values = {**_values(row, at.isoformat(), created=False), "status": MatchStatus.POTENTIAL}
    connection.execute(update(matches).where(matches.c.id == old.id).values(**values))
    if old.status != MatchStatus.POTENTIAL:
        reason = "what is compared has changed" if old.status == MatchStatus.NOT_A_MATCH else "found again"
        step = {"decision": "reopened", "reason": reason, "by": _MACHINE, "at": at.isoformat(), "match_id": old.id}
        connection.execute(
            insert(decisions),
            {
                **step,
                "status_before": old.status,
                "status_after": MatchStatus.POTENTIAL,
                "follows": None,
                "undoes": None,
            },
        )


def _values(row: MatchRow, stamp: str, *, created: bool) -> dict[str, Any]:
    names = (
        "report_number", "intake_number", "report_version", "intake_version", "score", "probability", "likelihood", "outcome",
        "coverage", "held", "compared_hash", "model",
    )  # fmt: skip
    values = {name: getattr(row, name) for name in names}
    values["payload"] = json.dumps(row.payload, ensure_ascii=False, separators=(",", ":"))
    values |= {"latest_score": row.score, "latest_probability": row.probability, "updated_at": stamp}
    return {**values, "status": MatchStatus.POTENTIAL, "created_at": stamp} if created else values


def _stored(row: Row[Any]) -> StoredMatch:
    names = (
        "id", "report_id", "intake_id", "report_number", "intake_number", "likelihood", "outcome", "score", "probability",
        "coverage", "held", "latest_score", "latest_probability", "model",
    )  # fmt: skip
    return StoredMatch(
        **{name: getattr(row, name) for name in names},
        status=MatchStatus(row.status),
        payload=json.loads(row.payload),
        created_at=datetime.fromisoformat(row.created_at),
        updated_at=datetime.fromisoformat(row.updated_at),
    )
