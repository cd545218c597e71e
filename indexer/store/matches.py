"""Kept matches out of the database: one, or a page of a queue."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select

from indexer.store.parts import parts
from indexer.store.status import MatchStatus
from indexer.store.tables import matches, records
from matcher.record import Kind

_report, _intake = records.alias("report"), records.alias("intake")
_AS_STORED: Final = (
    "id", "report_id", "intake_id", "report_number", "intake_number", "likelihood", "outcome", "score", "probability",
    "coverage", "held", "latest_score", "latest_probability", "model",
)  # fmt: skip


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


def get(connection: Connection, match_id: int) -> StoredMatch | None:
    """One match by its id."""
    row = connection.execute(_joined().where(matches.c.id == match_id)).first()
    return _stored(row) if row else None


def page(connection: Connection, wanted: MatchFilter, *, limit: int, offset: int) -> MatchPage:
    """A page of matches, most probable first, ties by id."""
    query = _joined().where(*_conditions(wanted))
    total = connection.execute(select(func.count()).select_from(query.subquery())).scalar() or 0
    ordered = query.order_by(matches.c.probability.desc(), matches.c.id).limit(limit).offset(offset)
    return MatchPage(tuple(_stored(row) for row in connection.execute(ordered)), total)


def kept_pairs(connection: Connection, numbers: Sequence[int]) -> dict[tuple[int, int], MatchStatus]:
    """The pairs (report number, intake number) that are kept for any of these records, and where each stands."""
    kept: dict[tuple[int, int], MatchStatus] = {}
    for part in parts(numbers):
        mine = or_(matches.c.report_number.in_(part), matches.c.intake_number.in_(part))
        query = select(matches.c.report_number, matches.c.intake_number, matches.c.status).where(mine)
        for row in connection.execute(query):
            kept[row.report_number, row.intake_number] = MatchStatus(row.status)
    return kept


def _joined() -> Select[Any]:
    # A record that was filed as the wrong kind and has been put right makes no match until it is put back.
    is_report = and_(_report.c.number == matches.c.report_number, _report.c.kind == Kind.REPORT.value)
    is_intake = and_(_intake.c.number == matches.c.intake_number, _intake.c.kind == Kind.INTAKE.value)
    return (
        select(matches, _report.c.record_id.label("report_id"), _intake.c.record_id.label("intake_id"))
        .join(_report, is_report)
        .join(_intake, is_intake)
    )


def _conditions(wanted: MatchFilter) -> list[ColumnElement[bool]]:
    conditions = [or_(_intake.c.traceable, _intake.c.source.in_(wanted.sources - {""}))]
    for name in ("status", "likelihood", "held", "outcome"):
        value = getattr(wanted, name)
        if value is not None:
            conditions.append(matches.c[name] == value)
    if wanted.record_id is not None:
        conditions.append(or_(_report.c.record_id == wanted.record_id, _intake.c.record_id == wanted.record_id))
    return conditions


def _stored(row: Row[Any]) -> StoredMatch:
    return StoredMatch(
        **{name: getattr(row, name) for name in _AS_STORED},
        status=MatchStatus(row.status),
        payload=json.loads(row.payload),
        created_at=datetime.fromisoformat(row.created_at),
        updated_at=datetime.fromisoformat(row.updated_at),
    )
