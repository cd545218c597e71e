"""Cells that a spreadsheet would run as a formula, and the apostrophe that keeps it from doing so.

`neutralised` is for everything that goes out as CSV or XLSX; `as_written` takes the same apostrophe off again when it comes back.
"""

from __future__ import annotations

import re
from typing import Final

# OWASP, CSV injection: the signs that begin a formula, their full-width twins, and the white space that hides them.
_STARTS: Final = "=+\\-@\t\r\n＝＋－＠"
_DANGEROUS: Final = re.compile(f"'*[{_STARTS}]")
_NEUTRALISED: Final = re.compile(f"'+[{_STARTS}]")


def neutralised(text: str) -> str:
    """The cell with an apostrophe before it where a spreadsheet might take it for a formula."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def as_written(text: str) -> str:
    """The cell without the apostrophe that `neutralised`, or a careful person, put before it."""
    return text[1:] if text.startswith("'") and _NEUTRALISED.match(text) else text
