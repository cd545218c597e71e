"""A small world for the store: entries, scored pairs, and the days on which things happen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import URL, create_engine

from indexer.store import Decision, Entry, MatchFilter, MatchRow, Outcome, Saying, Store, StoredMatch
from matcher.record import Record

DAY = datetime(2026, 3, 1, 22, tzinfo=UTC)


def day(number: int) -> datetime:
    """The evening of a later day."""
    return DAY + timedelta(days=number)


def url(folder: Path) -> str:
    """The URL of the database in this folder."""
    return f"sqlite:///{folder / 'elijah.db'}"


def text(url: URL) -> str:
    """A URL with its password."""
    return url.render_as_string(hide_password=False)


def raw(database_url: str, *statements: str) -> list[tuple[object, ...]]:
    """Run statements on a database from outside, each for itself; the rows of the last."""
    engine = create_engine(database_url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            found: list[tuple[object, ...]] = []
            for statement in statements:
                done = connection.exec_driver_sql(statement)
                found = [tuple(row) for row in done] if done.returns_rows else []
            return found
    finally:
        engine.dispose()


def entry(record_id: str, **cells: Any) -> Entry:
    """An intake with consent, and its row; `kind="report"` for a report."""
    flat = {"record_id": record_id, "kind": "intake", "consent_for_tracing": "true", **cells}
    return Entry(Record.from_flat(flat), {name: str(cell) for name, cell in flat.items()})


def put(store: Store, *entries: Entry, at: datetime = DAY) -> list[Outcome]:
    """Store entries in one batch."""
    return store.put(entries, at=at)


def number_of(store: Store, record_id: str) -> int:
    """The number of a stored record."""
    stored = store.get(record_id)
    assert stored is not None
    return stored.number


def scored(store: Store, report_id: str, intake_id: str, **changed: Any) -> MatchRow:
    """A scored pair of two stored records as they are now."""
    report, intake = store.get(report_id), store.get(intake_id)
    assert report is not None
    assert intake is not None
    plain: dict[str, Any] = {
        "report_number": report.number, "intake_number": intake.number,
        "report_version": report.version, "intake_version": intake.version,
        "score": 5.0, "probability": 0.8, "likelihood": "possible", "outcome": "same_child", "coverage": 0.5,
        "held": False, "payload": {"record_id": intake_id, "score": 5.0}, "compared_hash": "as first compared", "model": "m1",
    }  # fmt: skip
    return MatchRow(**{**plain, **changed})


def save(store: Store, *rows: MatchRow, at: datetime = DAY) -> tuple[int, int, int]:
    """Save scored pairs; (new, updated, kept)."""
    saved = store.save_matches(rows, at=at)
    return saved.new, saved.updated, saved.kept


def pair(store: Store, report_id: str = "police/1", intake_id: str = "shelter/1", **changed: Any) -> StoredMatch:
    """A report and an intake that are stored and kept as a match."""
    put(store, entry(report_id, kind="report"), entry(intake_id))
    save(store, scored(store, report_id, intake_id, **changed))
    return match_of(store, report_id, intake_id)


def match_of(store: Store, report_id: str, intake_id: str) -> StoredMatch:
    """The kept match of two records."""
    page = store.list_matches(MatchFilter(record_id=report_id, sources=frozenset({"shelter"})), limit=1_000)
    return next(match for match in page.matches if match.intake_id == intake_id)


def say(store: Store, match: StoredMatch, decision: Decision, **how: Any) -> StoredMatch:
    """Decide on a match; the match as it stands then."""
    at = how.pop("at", DAY)
    store.decide(match.id, Saying(decision, **how), at=at)
    after = store.get_match(match.id)
    assert after is not None
    return after
