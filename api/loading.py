"""An array of records into the system of record: what cannot be read is listed, the rest goes in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from api.models import FlatRecord, Loaded, RejectedRecord
from api.problems import invalid
from indexer.installation import Installation
from indexer.store import Outcome
from matcher.errors import InputError
from matcher.record import Record

_GONE = "this record was withdrawn and stays gone; a child who comes back gets a new id"


def load_rows(here: Installation, rows: Sequence[Any], *, at: datetime) -> Loaded:
    """Store flat records in one transaction, the later of two with one id as an update of the first."""
    good: dict[int, dict[str, Any]] = {}
    rejected: list[RejectedRecord] = []
    for index, row in enumerate(rows):
        try:
            good[index] = _read(row)
        except InputError as error:
            rejected.append(RejectedRecord(index=index, column=error.column, message=error.message))
    outcomes = dict(zip(good, here.put(list(good.values()), at=at), strict=True))
    gone = [index for index, outcome in outcomes.items() if outcome is Outcome.WITHDRAWN_BEFORE]
    rejected += [RejectedRecord(index=index, column="record_id", message=_GONE) for index in gone]
    counts = Counter(outcomes.values())
    return Loaded(
        created=counts[Outcome.CREATED],
        updated=counts[Outcome.UPDATED],
        unchanged=counts[Outcome.UNCHANGED],
        withdrawn=counts[Outcome.WITHDRAWN_NOW],
        rejected=sorted(rejected, key=lambda one: one.index),
    )


def _read(row: Any) -> dict[str, Any]:
    try:
        cells = FlatRecord.model_validate(row).to_row()
    except ValidationError as error:
        wrong = invalid(error.errors()).errors[0]
        raise InputError(wrong.message, column=wrong.where) from None
    if not Record.from_flat(cells).source:
        raise InputError("record_id has no source; write it as `source/id`", column="record_id")
    return cells
