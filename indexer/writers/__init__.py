"""Records and matches out: CSV, XLSX and JSON lines, whole or not at all, owner-only, no cell that a spreadsheet would run."""

from __future__ import annotations

from indexer.writers.matches import MATCH_COLUMNS, check_matches_target, write_matches
from indexer.writers.records import check_records_target, write_records

__all__ = ["MATCH_COLUMNS", "check_matches_target", "check_records_target", "write_matches", "write_records"]
