"""Small text rules that every reader of field data shares: blanks, digits, lists.

Reach for it before reading a cell as a name, a date or a number.
"""

from __future__ import annotations

import re
import unicodedata

_OTHER_DIGITS = "០១២៣៤៥៦៧៨៩๐๑๒๓๔๕๖๗๘๙٠١٢٣٤٥٦٧٨٩"
_DIGITS = str.maketrans(_OTHER_DIGITS, "012345678901234567890123456789")
# Most texts have none, and looking for one takes a fifth of the time of writing all letters anew.
_HAS_OTHER_DIGITS = re.compile(f"[{_OTHER_DIGITS}]")
_INVISIBLE = dict.fromkeys(
    map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACES = re.compile(r"\s+")
# What has none of these is tidy but for its ends: nearly every cell, so that one search saves four passes.
_UNTIDY = re.compile(f"[\x00-\x1f\x7f{''.join(map(chr, _INVISIBLE))}]|(?! )\\s|  ")

# What spreadsheets, Primero and KoboToolbox write for "nothing" (peers.md §3.5). "NA" and "Nan" are Khmer names (ណា, ណាន់)
# and stay names; "NaN" as pandas spells it does not.
_BLANKS = frozenset(
    {
        "", "-", "--", "—", "–", "?", "??", ".", "n/a", "N/A", "#N/A", "[]", "{}", "NaN", "nan", "null", "NULL", "None", "none",
        "unknown", "Unknown", "UNKNOWN", "not known", "Not known", "មិនដឹង", "មិនស្គាល់", "មិនច្បាស់", "គ្មាន",
    }
)  # fmt: skip


def fold_digits(text: str) -> str:
    """Write Khmer, Thai and Arabic-Indic digits as ASCII ones; the length never changes."""
    return text.translate(_DIGITS) if not text.isascii() and _HAS_OTHER_DIGITS.search(text) else text


def tidy(text: str) -> str:
    """The text without control characters, direction marks and zero-width characters, white space folded to single spaces."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    if not _UNTIDY.search(text):
        return unicodedata.normalize("NFC", text).strip()
    text = unicodedata.normalize("NFC", text.translate(_INVISIBLE))
    return _SPACES.sub(" ", _CONTROL.sub("", text)).strip()


def is_blank(text: str) -> bool:
    """True for what people and programs write where nothing is known."""
    return text in _BLANKS or tidy(text) in _BLANKS


def tidy_unless_blank(text: str) -> str:
    """The text made tidy, or "" where it says that nothing is known: both in one pass, for the many cells of a file."""
    text = tidy(text)
    return "" if text in _BLANKS else text


def split_list(text: str) -> tuple[str, ...]:
    """The items of a list cell, separated by `;` or a line break, tidied, blanks left out, order kept, doubles once."""
    if ";" not in text and "\n" not in text:
        item = tidy(text)
        return () if item in _BLANKS else (item,)
    items = (tidy(part) for part in re.split(r"[;\n]", text))
    return tuple(dict.fromkeys(item for item in items if item not in _BLANKS))
