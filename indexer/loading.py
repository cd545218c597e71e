"""Files into the system of record, batch by batch, each one transaction: a load that was cut off is finished by the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from indexer.faces import PhotoReader
from indexer.readers import Note, ReadRow, Rejection, RowReader, Table, open_table
from indexer.store import Entry, Outcome, RejectedRow, Store
from matcher.record import Kind, Status

Progress = Callable[[int, int], None]
_BATCH: Final = 2_000
_WITHDRAWN: Final = "this record was withdrawn and stays gone; take the row out of the file"


@dataclass(slots=True)
class LoadReport:
    """What became of the rows; it grows while files are read. `withdrawn` counts records that the file itself withdraws."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def has_findings(self) -> bool:
        """Whether somebody should look: a row was not taken, or records were left unread."""
        return bool(self.rejected) or any(note.finding for note in self.notes)

    def to_json(self) -> dict[str, object]:
        """The public shape of `elijah load --json`."""
        return {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "withdrawn": self.withdrawn,
            "rejected": [rejection.to_json() for rejection in self.rejected],
            "notes": [note.to_json() for note in self.notes],
        }


def load(  # noqa: PLR0913  # what the person typed: files, --kind, --source, and where, when and how it is shown
    files: Sequence[Path],
    store: Store,
    *,
    kind: Kind | None,
    source: str | None,
    at: datetime,
    progress: Progress | None = None,
    photos: PhotoReader | None = None,
) -> LoadReport:
    """Store the rows of CSV and XLSX files; rejected rows are kept beside the records until the file is loaded again.

    `kind` is for rows without one, `source` goes before ids without one. Every file is opened before the first is loaded:
    `InputError`, naming the file, for one that cannot be read, and nothing is stored. `StoreError` where the database refuses;
    what was stored before stays, and loading again goes on from there. `photos` reads what the column of that name names, beside
    the file; None: photos are not looked at.
    """
    reader = RowReader(kind, source)
    report = LoadReport()
    with ExitStack() as stack:
        tables = [stack.enter_context(open_table(file)) for file in files]
        for file, table in zip(files, tables, strict=True):
            _TableLoad(table, store, report, at, photos, file.parent).run(reader, progress)
    return report


class _TableLoad:
    """The load of one table: rows are gathered into a batch, and the batch is stored."""

    def __init__(  # noqa: PLR0913, PLR0917  # what a load has, beside where this table lies
        self, table: Table, store: Store, report: LoadReport, at: datetime, photos: PhotoReader | None, folder: Path
    ) -> None:
        self._table = table
        self._store = store
        self._report = report
        self._at = at
        self._photos = photos
        self._folder = folder
        # Rows that name photos which nobody could look at.
        self._unseen = 0
        self._rows: list[ReadRow] = []
        self._rejected: list[Rejection] = []
        self._done = 0

    def run(self, reader: RowReader, progress: Progress | None) -> None:
        before = len(self._report.rejected)
        self._store.clear_rejected(self._table.file)
        for found in reader.read(self._table):
            if isinstance(found, Note):
                self._report.notes.append(found)
            elif isinstance(found, ReadRow):
                self._rows.append(found)
            else:
                self._rejected.append(found)
            if len(self._rows) + len(self._rejected) >= _BATCH:
                self._flush(progress)
        self._flush(progress)
        self._note_unseen()
        self._report.rejected[before:] = sorted(self._report.rejected[before:], key=lambda found: found.row)

    def _flush(self, progress: Progress | None) -> None:
        self._done += len(self._rows) + len(self._rejected)
        self._put()
        self._keep_rejected()
        if progress:
            progress(self._done, max(self._table.total, self._done))

    def _put(self) -> None:
        if not self._rows:
            return
        self._look_at_photos()
        entries = [Entry(row.record, row.source_row) for row in self._rows]
        for row, outcome in zip(self._rows, self._store.put(entries, at=self._at), strict=True):
            self._count(row, outcome)
        self._rows.clear()

    def _look_at_photos(self) -> None:
        with_photos = [row.record.record_id for row in self._rows if row.record.photos]
        if not self._photos or not with_photos:
            return
        known = self._store.faces_of(with_photos)
        for place, row in enumerate(self._rows):
            record, problems = self._photos.read(row.record, self._folder, known.get(row.record.record_id, ()))
            if record.faces:
                self._rows[place] = replace(row, record=record)
            self._report.notes += [Note(self._table.file, one, row.row, "photos", finding=True) for one in problems]
            self._unseen += bool(record.photos and self._photos.unavailable)

    def _note_unseen(self) -> None:
        if self._photos and self._unseen:
            self._report.notes.append(
                Note(self._table.file, f"{self._unseen} rows name photos: {self._photos.unavailable}", column="photos")
            )

    def _count(self, row: ReadRow, outcome: Outcome) -> None:
        report = self._report
        if outcome is Outcome.CREATED:
            report.created += 1
        elif outcome is Outcome.UPDATED:
            report.updated += 1
        elif outcome is Outcome.WITHDRAWN_NOW:
            report.withdrawn += 1
        elif outcome is Outcome.UNCHANGED or row.record.status is Status.WITHDRAWN:
            report.unchanged += 1
        else:
            # Nothing of the row is kept: what is withdrawn is gone (rule 8).
            report.rejected.append(Rejection(self._table.file, row.row, "record_id", _WITHDRAWN))

    def _keep_rejected(self) -> None:
        if not self._rejected:
            return
        rows = [
            RejectedRow(found.file, found.row, found.column, found.message, found.source_row, found.record_id)
            for found in self._rejected
        ]
        self._store.keep_rejected(rows, at=self._at)
        # The report goes without the rows themselves: they are in the database now.
        self._report.rejected += [
            Rejection(found.file, found.row, found.column, found.message) for found in self._rejected
        ]
        self._rejected.clear()
