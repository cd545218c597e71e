"""A data frame as CSV or XLSX, by the suffix; every text cell is neutralised on its way out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from indexer.neutral import neutralised
from indexer.writers.targets import replacing
from matcher.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

TABLES: Final = (".csv", ".xlsx")
# What one cell and one sheet hold at most (Excel specifications and limits); the header takes a row.
_MOST_CHARACTERS, _MOST_ROWS = 32_767, 1_048_575


def write_table(out: Path, frame: pd.DataFrame) -> None:
    """Write the frame, a missing value as an empty cell. Numbers stay numbers. Raises `InputError`."""
    safe = _texts(frame.rename(columns=neutralised), neutralised)
    if out.suffix.lower() == ".csv":
        with replacing(out) as temporary:
            safe.to_csv(temporary, index=False, lineterminator="\n", encoding="utf-8")
        return
    sheet = _fit_for_a_sheet(safe, out)
    with replacing(out) as temporary:
        _write_sheet(temporary, sheet)


def _texts(frame: pd.DataFrame, change: Callable[[str], str]) -> pd.DataFrame:
    """The frame with every cell of its text columns changed."""
    names = [name for name, dtype in frame.dtypes.items() if dtype.kind not in "iuf"]
    return frame.assign(**{str(name): frame[name].map(change, na_action="ignore") for name in names})


def _fit_for_a_sheet(frame: pd.DataFrame, out: Path) -> pd.DataFrame:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415  # slow to import; only a workbook needs it

    if len(frame) > _MOST_ROWS:
        raise InputError(f"{out}: a sheet holds {_MOST_ROWS:,} rows and there are {len(frame):,}; write a .csv file")

    def fit(text: str) -> str:
        if len(text) > _MOST_CHARACTERS:
            raise InputError(f"{out}: a cell has more than {_MOST_CHARACTERS:,} characters; write a .csv file")
        allowed: str = ILLEGAL_CHARACTERS_RE.sub("", text)
        return allowed

    fitting = _texts(frame.rename(columns=fit), fit).astype(object)
    return fitting.where(fitting.notna(), None)


def _write_sheet(path: Path, frame: pd.DataFrame) -> None:
    # openpyxl's write-only mode keeps 100,000 rows out of memory, which pandas' own writer does not.
    from openpyxl import Workbook  # noqa: PLC0415  # as above

    book = Workbook(write_only=True)
    with _clean_sheet(book) as sheet:
        sheet.freeze_panes = "A2"
        sheet.append(list(frame.columns))
        for row in frame.itertuples(index=False, name=None):
            sheet.append(row)
        book.save(path)


@contextmanager
def _clean_sheet(book: Any) -> Iterator[Any]:
    """A write-only sheet. openpyxl gathers it in a file of its own, which must not outlive a failure: it is about children."""
    sheet = book.create_sheet("Elijah")
    try:
        yield sheet
    except BaseException:
        if sheet._writer is not None:
            with suppress(OSError):
                if not sheet.closed:
                    sheet.close()
            with suppress(OSError, ValueError):  # it may have been cleaned up before
                sheet._writer.cleanup()
        raise
