"""A name ready to be compared: its parts, and their sounds in every order that is tried.

`analyse` reads a field as people fill it: both scripts, titles, brackets, "also called".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import permutations
from typing import Final

from matcher.names import khmer
from matcher.names.titles import without_titles
from matcher.names.tokens import MOST_UNITS, Token, joined, token
from matcher.text import is_blank, tidy

MOST_TOKENS: Final = 8
_MOST_LETTERS: Final = 400
_MOST_FORMS: Final = 8
_ALL_ORDERS_UP_TO: Final = 3
_CACHED_FIELDS: Final = 100_000
# Few widths keep the batches large: nearly all names are in the first.
_WIDTHS: Final = (12, 20, MOST_UNITS)
_TOKEN_WIDTHS: Final = (8, 16, MOST_UNITS)

_ALSO = re.compile(
    r"[()\[\]{}/|;\n\"“”„«»=]|(?<!\w)'|'(?!\w)|(?<![^\s])(?:a\.?k\.?a\.?|alias|also called|also known as|called|known as|dit|dite|ហៅថា|ហៅ|ឬ|or)(?![^\s])",
    re.IGNORECASE,
)
_SCRIPTS = re.compile(
    "[\u1780-\u17d3\u17d7\u17dd\u200b-\u200d]+(?:[\\s\\-·.,]+[\u1780-\u17d3\u17d7\u17dd\u200b-\u200d]+)*"
)
_WORDS = re.compile(r"[\s\-‐‑–—_.,·•:+&*]+")


@dataclass(frozen=True, slots=True)
class Name:
    """One form of a name. Equal when the normal forms of the parts are equal, in order. Falsy without parts.

    `codes` holds the units of every order of the parts, each padded to `width` (`first` is the order as written); `ends` marks beside
    them the last unit of each part but the last; `romans` the letters of each order; `part_codes` the parts, each padded to
    `token_width`. `form` (parts sorted) and `joined` tell names of the same letters; `rank` orders the two sides of a pair.
    """

    text: str = field(compare=False)
    tokens: tuple[Token, ...]
    form: str = field(compare=False, repr=False)
    joined: str = field(compare=False, repr=False)
    rank: tuple[int, int, str] = field(compare=False, repr=False)
    has_initial: bool = field(compare=False, repr=False)
    parts: int = field(compare=False, repr=False)
    is_long: bool = field(compare=False, repr=False)
    width: int = field(compare=False, repr=False)
    first: bytes = field(compare=False, repr=False)
    codes: bytes = field(compare=False, repr=False)
    ends: bytes = field(compare=False, repr=False)
    romans: tuple[str, ...] = field(compare=False, repr=False)
    token_width: int = field(compare=False, repr=False)
    part_codes: bytes = field(compare=False, repr=False)

    def __bool__(self) -> bool:
        return bool(self.tokens)

    def order(self, number: int) -> bytes:
        """The units of one order of the parts, without padding."""
        return self.codes[number * self.width : (number + 1) * self.width].rstrip(b"\0")

    @staticmethod
    def padded(runs: bytes, width: int, to: int) -> bytes:
        """Runs that are padded to one width, padded to a greater one."""
        if width == to:
            return runs
        return b"".join(runs[at : at + width].ljust(to, b"\0") for at in range(0, len(runs), width))


def analyse(text: str) -> tuple[Name, ...]:
    """The names written in one field, one for each form: `សុខា (Sokha)` gives two. () for a blank. Never raises."""
    return _analyse(text[: _MOST_LETTERS * 2])


@lru_cache(maxsize=_CACHED_FIELDS)
def _analyse(text: str) -> tuple[Name, ...]:
    if is_blank(text):
        return ()
    names = (name_of(form) for form in _forms(text[:_MOST_LETTERS]))
    return tuple(dict.fromkeys(name for name in names if name))[:_MOST_FORMS]


def _forms(text: str) -> list[str]:
    """The field cut at brackets and words for "also called", then by script."""
    forms: list[str] = []
    for part in _ALSO.split(text):
        forms += _by_script(part)
    return [form for form in map(tidy, forms) if not is_blank(form)]


def _by_script(part: str) -> list[str]:
    if not khmer.is_khmer(part):
        return [part]
    found = _SCRIPTS.findall(part)
    rest = _SCRIPTS.sub(" ", part)
    return [" ".join(found), rest]


def name_of(text: str) -> Name:
    """One form of a name; no parts where nothing in it sounds."""
    words = without_titles(tuple(word for word in _WORDS.split(_normal(text)) if word))
    tokens = tuple(t for t in map(token, words[:MOST_TOKENS]) if t is not None)
    parts = [t.codes for t in tokens]
    orders = [_order([parts[i] for i in order]) for order in _orders(len(tokens))]
    width = _width(max((len(codes) for codes, _ in orders), default=0), _WIDTHS)
    token_width = _width(max(map(len, parts), default=0), _TOKEN_WIDTHS)
    form = " ".join(sorted(t.text for t in tokens))
    codes = b"".join(codes.ljust(width, b"\0") for codes, _ in orders)
    return Name(
        text=text,
        tokens=tokens,
        form=form,
        joined="".join(t.text for t in tokens),
        rank=(len(tokens), sum(map(len, parts)), form),
        has_initial=any(t.is_initial for t in tokens),
        parts=len(tokens),
        is_long=width > _WIDTHS[0] or token_width > _TOKEN_WIDTHS[0],
        width=width if tokens else 0,
        first=codes[:width],
        codes=codes,
        ends=b"".join(ends.ljust(width, b"\0") for _, ends in orders),
        romans=tuple("".join(tokens[i].roman for i in order) for order in _orders(len(tokens))),
        token_width=token_width,
        part_codes=b"".join(part[:token_width].ljust(token_width, b"\0") for part in parts),
    )


def _normal(text: str) -> str:
    return khmer.normalise(text) if khmer.is_khmer(text) else text.replace("'", "").replace("’", "")


@cache
def _orders(parts: int) -> list[tuple[int, ...]]:
    """Every order of up to three parts, beyond that the rotations."""
    numbers = tuple(range(parts))
    if parts <= _ALL_ORDERS_UP_TO:
        return list(permutations(numbers)) if parts else []
    return [numbers[i:] + numbers[:i] for i in numbers]


def _order(parts: list[bytes]) -> tuple[bytes, bytes]:
    """The parts as one run of units, and 1 at the last unit of each part but the last."""
    for i in range(len(parts) - 1):
        parts[i], parts[i + 1] = joined(parts[i], parts[i + 1])
    ends = b"".join(b"\0" * (len(part) - 1) + b"\1" for part in parts[:-1])
    return b"".join(parts)[:MOST_UNITS], ends[:MOST_UNITS]


def _width(units: int, widths: tuple[int, ...]) -> int:
    return next((width for width in widths if units <= width), MOST_UNITS)
