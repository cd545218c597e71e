"""Reading the package's own tables in `matcher/data`."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType


def rows(table: str) -> list[dict[str, str]]:
    """The rows of one CSV table; lines that begin with `#` name the source and are left out."""
    text = files("matcher").joinpath("data", table).read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return list(csv.DictReader(lines))


@cache
def word_table(table: str) -> Mapping[str, str]:
    """A table with the columns `word,means` as a mapping of casefolded words."""
    return MappingProxyType({row["word"].casefold(): row["means"] for row in rows(table)})
