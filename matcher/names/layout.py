"""A name as one run of bytes, which the compiled kernel reads without touching a Python object.

Two bytes (how many parts, which script), then a record a part: `HEAD` bytes of lengths and whether it is an initial, then its
units, those of its last syllable, its Latin letters and its letters as written, a byte each.
"""

from __future__ import annotations

import re
from typing import Final

# How many units, units of the last syllable, Latin letters and letters as written a record has; 1 for an initial.
HEAD: Final = 5
# A name of more letters is left to numpy, as is one with letters that do not fit into a byte: both are rare.
MOST_LETTERS: Final = 64
_FITS = re.compile("[\0-\x7f\u1780-\u17ff]*")


def record(codes: bytes, tail: bytes, roman: str, text: str, *, is_initial: bool) -> bytes:
    """One part laid out; b"" where its letters do not fit."""
    if max(len(roman), len(text)) > MOST_LETTERS or not (_FITS.fullmatch(text) and roman.isascii()):
        return b""
    # The lower halves: Khmer letters have bytes from 0x80 on, no two of them the same.
    letters = text.encode("utf-16-le")[::2]
    return bytes((len(codes), len(tail), len(roman), len(text), is_initial)) + codes + tail + roman.encode() + letters


def lay_out(script: int, records: list[bytes]) -> bytes:
    """A name of some parts laid out; b"" where it does not fit, or has no parts."""
    if not records or not all(records):
        return b""
    if sum([part[2] for part in records]) > MOST_LETTERS or sum([part[3] for part in records]) > MOST_LETTERS:
        return b""
    return bytes((len(records), script)) + b"".join(records)
