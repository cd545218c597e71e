"""What the night leaves for the morning: one page to read and one table to sort, in a folder of its own day and run."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, PackageLoader, select_autoescape

from indexer.folders import private_folder, replaced
from indexer.installation import Installation
from indexer.reconcile import ReconciliationReport
from indexer.store import ListedMatch

_COLUMNS = ("match", "report_id", "intake_id", "likelihood", "probability", "score", "outcome", "held", "status", "new")
# A page longer than this is not read; the table has all.
_LISTED = 500


def write_morning_report(installation: Installation, run: ReconciliationReport, folder: Path, *, at: datetime) -> Path:
    """Write `report.html` and `matches.csv` into a folder named after the run; returns it. No names: ids, likelihoods, reasons."""
    target = private_folder(private_folder(folder) / f"{at:%Y-%m-%d}-{run.id}")
    matches = installation.store.list_matches(status="potential", limit=_LISTED)
    environment = Environment(loader=PackageLoader("indexer", "templates"), autoescape=select_autoescape(default=True))
    page = environment.get_template("morning_report.html").render(
        run=run, matches=matches.matches, total=matches.total, at=at
    )
    with replaced(target / "report.html") as file:
        file.write(page)
    _write_table(target / "matches.csv", matches.matches, at)
    return target


def _write_table(path: Path, matches: list[ListedMatch], at: datetime) -> None:
    with replaced(path) as file:
        table = csv.writer(file)
        table.writerow(_COLUMNS)
        for match in matches:
            table.writerow([
                match.id, match.report_id, match.intake_id, match.likelihood, f"{match.probability:.4f}", f"{match.score:.2f}",
                match.outcome, match.held, match.status, match.created_at >= at,
            ])  # fmt: skip
