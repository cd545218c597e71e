"""Files of the field into records: CSV and XLSX, every tolerance of the flat form, and a word about every row not taken."""

from __future__ import annotations

from indexer.readers.findings import Note, ReadRow, Rejection
from indexer.readers.opening import open_table
from indexer.readers.reading import RowReader, read_records
from indexer.readers.table import Table

__all__ = ["Note", "ReadRow", "Rejection", "RowReader", "Table", "open_table", "read_records"]
