"""Records as a table in the flat form: the columns that occur, in the order of the design, then the unknown ones."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from indexer.writers.tables import TABLES, write_table
from indexer.writers.targets import check_target
from matcher.record import COLUMNS, Record

if TYPE_CHECKING:
    import pandas as pd

_ALWAYS: Final = ("record_id", "kind")
_BLOCK: Final = 5_000


def check_records_target(out: Path) -> None:
    """Raise `InputError` where records cannot be written there; ask before the work is done."""
    check_target(out, TABLES)


def write_records(out: Path, records: Iterable[Record]) -> int:
    """Write the records to a .csv or .xlsx file; how many there were. Loading the file again changes nothing.

    The file appears whole or not at all, readable by its owner only. Raises `InputError`.
    """
    check_records_target(out)
    frame = _frame(records)
    write_table(out, frame)
    return len(frame)


def _frame(records: Iterable[Record]) -> pd.DataFrame:
    # pandas is slow to import, and only an export brings rows of different columns together.
    import pandas as pd  # noqa: PLC0415

    rows = map(_row, records)
    blocks = [pd.DataFrame(block) for block in iter(lambda: list(islice(rows, _BLOCK)), [])]
    frame = pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame(columns=list(_ALWAYS))
    known = [name for name in COLUMNS if name in frame.columns]
    return frame[[*known, *(name for name in frame.columns if name not in COLUMNS)]]


def _row(record: Record) -> dict[str, str]:
    return {name: str(value).lower() if isinstance(value, bool) else value for name, value in record.to_flat().items()}
