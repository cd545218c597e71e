"""Scars, birthmarks, tattoos, disabilities: kind, part of the body and side, read from free text in Khmer or English."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from matcher.comparisons.base import Compared, Comparison, each
from matcher.record import Record
from matcher.tables import rows


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark; blank where the text does not say. `part` is in the lexicon's words, `side` left, right or both."""

    kind: str
    part: str
    side: str


# Worst to best; `_MARK_LEVELS` below maps what agrees onto them.
_LEVELS = (
    "other marks",
    "same part, other kind or side",
    "same kind",
    "same kind and part",
    "same kind, part and side",
)


# Khmer ដៃ is both, so the two count as one part.
HAND_OR_ARM = {"hand": "arm"}


class Marks(Comparison[tuple[Mark, ...]]):
    """The best agreement between a mark of the one and a mark of the other."""

    name = "marks"
    levels = _LEVELS

    def text(self, record: Record) -> Hashable:
        """The marks as written."""
        return record.marks

    def _read(self, text: Hashable) -> tuple[Mark, ...] | None:
        assert isinstance(text, tuple)  # noqa: S101  # `text` above gives tuples only
        return read_marks(text) or None

    def compare(self, reports: Sequence[tuple[Mark, ...]], intakes: Sequence[tuple[Mark, ...]]) -> Compared:
        """The best pair of marks."""
        return each(_best_level, reports, intakes)

    def show(self, text: Hashable) -> str:
        """The marks, one after the other."""
        assert isinstance(text, tuple)  # noqa: S101  # `text` above gives tuples only
        return "; ".join(text)


def read_marks(texts: Sequence[str]) -> tuple[Mark, ...]:
    """The marks named in the cells; one cell may name several, separated by `,`, `;`, `and` or `និង`."""
    parts = (part for text in texts for part in re.split(r"[,;]|\band\b|និង", text))
    return tuple(dict.fromkeys(mark for part in parts if (mark := read_mark(part)).kind or mark.part))


@lru_cache(maxsize=20_000)
def read_mark(text: str) -> Mark:
    """One mark; longer words of the lexicon count first, so that `birthmark` is no `mark`."""
    pattern, meanings = _lexicon()
    words = sorted((match[0] for match in pattern.finditer(text.casefold())), key=len, reverse=True)
    found = {"kind": "", "part": "", "side": ""}
    for word in words:
        field, means = meanings[word]
        found[field] = found[field] or means
    return Mark(**found)


@cache
def _lexicon() -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
    """One pattern of all words, the longest first, and what each word means: (field, meaning)."""
    meanings = {row["word"].casefold(): (row["field"], row["means"]) for row in rows("marks.csv")}
    words = sorted(meanings, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(_pattern, words))), meanings


def _pattern(word: str) -> str:
    # Khmer is written without spaces between words, so only Latin words need their edges.
    return rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word)


def _best_level(report: tuple[Mark, ...], intake: tuple[Mark, ...]) -> int:
    return max(_mark_level(a, b) for a in report for b in intake)


def _mark_level(a: Mark, b: Mark) -> int:
    same_kind = a.kind != "" and a.kind == b.kind
    same_part = a.part != "" and HAND_OR_ARM.get(a.part, a.part) == HAND_OR_ARM.get(b.part, b.part)
    opposite = a.side != "" and b.side not in ("", a.side) and "both" not in (a.side, b.side)
    if same_kind and same_part and not opposite:
        return 4 if a.side and a.side == b.side else 3
    if same_part:
        return 1
    return 2 if same_kind and not (a.part and b.part) else 0
