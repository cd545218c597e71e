"""Matches as a file: one line a match, for the person who sent a spreadsheet to be checked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from indexer.writers.tables import TABLES, write_table
from indexer.writers.targets import check_target, replacing
from matcher.match import SAME_FAMILY

MATCH_COLUMNS: Final = (
    "query_id", "record_id", "rank", "score", "probability", "likelihood", "coverage", "evidence",
)  # fmt: skip
_LINES: Final = ".jsonl"


def check_matches_target(out: Path) -> None:
    """Raise `InputError` where matches cannot be written there; ask before the work is done."""
    check_target(out, (*TABLES, _LINES))


def write_matches(out: Path, lines: Sequence[Mapping[str, Any]]) -> None:
    """Write matches in their public shape plus `query_id`: .jsonl whole, .csv and .xlsx with the evidence summed up in words.

    The file appears whole or not at all, readable by its owner only. Raises `InputError`.
    """
    check_matches_target(out)
    if out.suffix.lower() == _LINES:
        with replacing(out) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
            file.writelines(f"{json.dumps(dict(line), ensure_ascii=False)}\n" for line in lines)
        return
    # pandas is slow to import, and most checks write no table.
    import pandas as pd  # noqa: PLC0415

    rows = [{**line, "evidence": summary(line)} for line in lines]
    write_table(out, pd.DataFrame(rows, columns=list(MATCH_COLUMNS)))


def summary(line: Mapping[str, Any]) -> str:
    """The evidence in one cell, strongest first; together with the prior it adds up to the score."""
    parts = ["HELD for a senior reviewer"] if line.get("held") else []
    if line.get("outcome") == SAME_FAMILY:
        parts.append("may be a brother or sister")
    evidence = sorted(line["evidence"], key=lambda row: -abs(row["weight"]))
    parts += [_in_words(row) for row in evidence]
    parts += [f"capped: {cap}" for cap in line.get("caps", ())]
    return "; ".join([*parts, f"prior {line['prior']:+.1f}"])


def _in_words(row: Mapping[str, Any]) -> str:
    values = " | ".join(str(row[side]) for side in ("query_value", "candidate_value") if row.get(side))
    return f"{row['comparison']} {row['weight']:+.1f} {row['level']}" + (f" ({values})" if values else "")
