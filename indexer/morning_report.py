"""What the night leaves for the morning: one page to read and one table to sort, in a folder of its own day and run."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, PackageLoader, select_autoescape

from indexer.folders import private_folder, replaced
from indexer.installation import Installation
from indexer.reconcile import ReconciliationReport
from indexer.store import MatchFilter, MatchStatus, StoredMatch

_COLUMNS = ("match", "report_id", "intake_id", "likelihood", "probability", "score", "outcome", "held", "new")
# A page longer than this is not read; the table has all.
_LISTED = 200
_PAGE = 1_000


def write_morning_report(installation: Installation, run: ReconciliationReport, folder: Path, *, at: datetime) -> Path:
    """Write `report.html` and `matches.csv` into a folder named after the run; returns it. Ids and figures, no names."""
    target = private_folder(private_folder(folder) / f"{at:%Y-%m-%d}-{run.id}")
    waiting = MatchFilter(status=MatchStatus.POTENTIAL, sources=installation.settings.own_sources)
    page = installation.store.list_matches(waiting, limit=_LISTED)
    environment = Environment(loader=PackageLoader("indexer", "templates"), autoescape=select_autoescape(default=True))
    text = environment.get_template("morning_report.html").render(
        run=run, matches=page.matches, total=page.total, at=at
    )
    with replaced(target / "report.html") as file:
        file.write(text)
    with replaced(target / "matches.csv") as file:
        table = csv.writer(file)
        table.writerow(_COLUMNS)
        table.writerows(_line(match, at) for match in _all(installation, waiting))
    return target


def _all(installation: Installation, waiting: MatchFilter) -> Iterator[StoredMatch]:
    offset = 0
    while matches := installation.store.list_matches(waiting, limit=_PAGE, offset=offset).matches:
        yield from matches
        offset += len(matches)


def _line(match: StoredMatch, at: datetime) -> tuple[object, ...]:
    is_new = match.created_at >= at
    return (
        match.id, match.report_id, match.intake_id, match.likelihood, round(match.probability, 4), match.score,
        match.outcome, match.held, is_new,
    )  # fmt: skip
