"""The words for a level, in English and Khmer, from `data/reasons.csv`."""

from __future__ import annotations

from functools import cache

from matcher.tables import rows


def reason(comparison: str, level: str) -> tuple[str, str]:
    """(English, Khmer) for one level of one comparison, or for a cap (comparison `cap`). KeyError for an undeclared one."""
    return _reasons()[comparison, level]


@cache
def _reasons() -> dict[tuple[str, str], tuple[str, str]]:
    return {(row["comparison"], row["level"]): (row["english"], row["khmer"]) for row in rows("reasons.csv")}
