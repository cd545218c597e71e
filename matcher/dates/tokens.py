"""A text cut into the words that dates and ages are made of.

A token is one letter for its kind and the value it stands for; the kinds of a text in a row are its shape, on which the grammar
(ages.py, phrase.py) works. The words stand in `dates_words.csv`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from matcher.dates.numbers import joined_number
from matcher.names.khmer import is_khmer, normalise
from matcher.tables import rows
from matcher.text import fold_digits, tidy


class Kind(StrEnum):
    """What a token is; the value is its letter in a shape."""

    NUMBER = "N"
    DATE = "D"  # a written day or month in digits: its parts, cut at the separators
    MOON = "O"  # one of Unicode's lunar day signs
    DECADE_NUMBER = "X"
    TIME = "T"
    MONTH = "M"
    WEEKDAY = "W"
    LUNAR_MONTH = "L"
    PHASE = "P"
    ANIMAL = "A"
    SAK = "S"
    ERA = "E"
    SEASON = "R"
    FESTIVAL = "F"
    PERIOD = "H"
    DAY_LABEL = "d"  # before a number a label, behind it a unit
    WEEK_LABEL = "w"
    MONTH_LABEL = "m"
    YEAR_LABEL = "y"
    DAYS = "Z"  # always units
    WEEKS = "V"
    MONTHS = "Q"
    YEARS = "Y"
    OLD = "o"
    AGE = "g"
    STAGE = "k"
    HALF = "h"
    ABOUT = "~"
    MORE = "+"
    OVER = "^"
    UNDER = "v"
    BEFORE = "<"
    AFTER = ">"
    UNTIL = "{"
    SINCE = "}"
    BETWEEN = "B"
    TO = "t"
    AND = "&"
    OR = "|"
    PART = "e"
    RELATIVE_DAY = "j"
    RELATIVE = "r"
    AGO = "G"
    LAST = "l"
    DECADE = "c"
    DASH = "-"
    SLASH = "/"
    OPEN = "("
    CLOSE = ")"
    UNKNOWN = "x"


class Token(NamedTuple):
    """A kind and its value: a number's own, a word's meaning, the parts of a date. `digits` is the length of a written number."""

    kind: Kind
    value: float | str | tuple[str, ...] = ""
    digits: int = 0

    @property
    def number(self) -> int:
        """The value of a token that stands for a whole number."""
        assert not isinstance(self.value, tuple)  # noqa: S101  # asked of numbers and numbered words only
        return int(self.value)


Tokens = tuple[Token, ...]

_KINDS = {
    "month": Kind.MONTH, "weekday": Kind.WEEKDAY, "lunar_month": Kind.LUNAR_MONTH, "phase": Kind.PHASE, "animal": Kind.ANIMAL,
    "sak": Kind.SAK, "era": Kind.ERA, "season": Kind.SEASON, "festival": Kind.FESTIVAL, "period": Kind.PERIOD, "old": Kind.OLD,
    "age": Kind.AGE, "stage": Kind.STAGE, "half": Kind.HALF, "about": Kind.ABOUT, "more": Kind.MORE, "over": Kind.OVER,
    "under": Kind.UNDER, "before": Kind.BEFORE, "after": Kind.AFTER, "until": Kind.UNTIL, "since": Kind.SINCE,
    "between": Kind.BETWEEN, "to": Kind.TO, "and": Kind.AND, "or": Kind.OR, "part": Kind.PART, "day": Kind.RELATIVE_DAY,
    "relative": Kind.RELATIVE, "ago": Kind.AGO, "last": Kind.LAST, "decade": Kind.DECADE, "number": Kind.NUMBER,
    ("unit", "day"): Kind.DAY_LABEL, ("unit", "week"): Kind.WEEK_LABEL, ("unit", "month"): Kind.MONTH_LABEL,
    ("unit", "year"): Kind.YEAR_LABEL, ("units", "day"): Kind.DAYS, ("units", "week"): Kind.WEEKS,
    ("units", "month"): Kind.MONTHS, ("units", "year"): Kind.YEARS,
}  # fmt: skip
_NUMBERED = frozenset(
    {Kind.MONTH, Kind.WEEKDAY, Kind.LUNAR_MONTH, Kind.ANIMAL, Kind.SAK, Kind.RELATIVE_DAY, Kind.NUMBER}
)
_SIGNS = {"-": Kind.DASH, "/": Kind.SLASH, "(": Kind.OPEN, ")": Kind.CLOSE, "[": Kind.OPEN, "]": Kind.CLOSE}

_MARKS = re.compile("[\u0300-\u036f]")
_REWRITTEN = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−_·•", "-"),
        **dict.fromkeys("’‘ʼ`´‛", "'"),
        "œ": "oe",
        "½": " half ",
        "⁄": "/",
        "។": " ",
        "៖": ":",
    }
)
_BETWEEN_KHMER = re.compile("(?<=[\u1780-\u17dd.]) (?=[\u1780-\u17dd])")
_FOLLOWS = re.compile("[\u17b4-\u17d3\u17dd\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]")
_SHORT_YEAR = re.compile(r"'(?=\d\d(?!\d))")
_LATIN = re.compile(r"[a-z]+")
_SKIPPED = frozenset(" ,;:.'\"!")
_UNKNOWN_PART = r"[x?*]{2}|\?"
_WRITTEN = re.compile(
    rf"""(?P<date>(?P<a>\d{{1,4}}|{_UNKNOWN_PART})\s?(?P<sep>[/.-])\s?(?P<b>\d{{1,2}}|{_UNKNOWN_PART})\s?(?P=sep)\s?(?P<c>\d{{4}}|\d{{1,2}})(?!\d))
    |(?P<pair>(?P<d>\d{{4}})[/.-](?P<e>\d{{1,2}})(?![\d/.-])|(?P<f>\d{{1,2}})[/.-](?P<g>\d{{4}})(?!\d))
    |(?P<time>t?\d{{1,2}}:\d{{2}}(?::\d{{2}}(?:[.,]\d+)?)?\s?(?:[ap]\.?m\b\.?)?\s?(?:z\b|(?:gmt|utc)?[+-]\d{{2}}:?\d{{2}})?
        |ម៉ោង\s?\d{{1,2}}|\d{{1,2}}\s?[ap]m(?![a-z]))
    |(?P<decade>(?:\d{{3}}|(?<!\d)\d)0'?s(?![a-z]))
    |(?P<number>\d+(?:\.\d{{1,2}}(?!\d)|,\d(?!\d))?)
    |(?P<moon>[\u19e1-\u19ef\u19f1-\u19ff])""",
    re.VERBOSE,
)  # fmt: skip


def fold(text: str) -> str:
    """One spelling: small letters without accents, ASCII digits and dashes, single spaces."""
    text = fold_digits(tidy(text))
    if text.isascii():
        return text.lower().replace("_", "-")
    text = unicodedata.normalize("NFKC", text.translate(_REWRITTEN)).casefold()
    text = _MARKS.sub("", unicodedata.normalize("NFKD", text)).translate(_REWRITTEN)
    return tidy(text)


def tokenise(folded: str) -> Tokens:
    """The tokens of a folded text; what nothing says is left out, what is not understood is one `UNKNOWN` each.

    Remarks in brackets that are not understood are left out.
    """
    folded = _SHORT_YEAR.sub(" year ", folded)  # '15
    tokens = tuple(_numbers(_scan(folded)))
    if is_khmer(folded) and _unknown(tokens):
        # Marks in another order, then spaces inside words: putting them right costs more than most texts need.
        for spelling in ((normal := normalise(folded)), _BETWEEN_KHMER.sub("", normal)):
            tokens = min(tokens, tuple(_numbers(_scan(spelling))), key=_unknown)
    return _without_remarks(tokens)


def _unknown(tokens: Tokens) -> int:
    return [token.kind for token in tokens].count(Kind.UNKNOWN)


def shape(tokens: Sequence[Token]) -> str:
    """The letters of the kinds in a row."""
    return "".join(token.kind for token in tokens)


@cache
def names(kind: str) -> Mapping[str, str]:
    """The usual name of each meaning of a kind of `dates_words.csv`, as (`animal`) `7` -> `មមែ`."""
    return {
        row["meaning"]: row["words"].split(";")[0] for row in reversed(rows("dates_words.csv")) if row["kind"] == kind
    }


@cache
def _words() -> Mapping[str, Token | None]:
    """Every word, folded, with its token; None for words that say nothing."""
    words: dict[str, Token | None] = {}
    for row in rows("dates_words.csv"):
        token = None if row["kind"] == "filler" else _word_token(row["kind"], row["meaning"])
        words.update((normalise(fold(word)), token) for word in row["words"].split(";"))
    return words


@cache
def _longest() -> Mapping[str, int]:
    """The length of the longest word that begins with each letter."""
    longest: dict[str, int] = {}
    for word in _words():
        longest[word[0]] = max(longest.get(word[0], 0), len(word))
    return longest


def _word_token(kind: str, meaning: str) -> Token:
    letter = _KINDS[(kind, meaning)] if kind in ("unit", "units") else _KINDS[kind]
    return Token(letter, int(meaning) if letter in _NUMBERED else meaning)


def _scan(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        written = _WRITTEN.match(text, at)
        if written:
            yield _written(written)
            at = written.end()
        elif end := _word_end(text, at):
            token = _words()[text[at:end]]
            if token:
                yield token
            at = end
        else:
            token, at = _sign_or_unknown(text, at)
            if token:
                yield token


def _word_end(text: str, at: int) -> int:
    """Where the longest known word that begins here ends; 0 where there is none."""
    words = _words()
    for end in range(min(len(text), at + _longest().get(text[at], 0)), at, -1):
        if text[at:end] in words and not _goes_on(text, end):
            return end
    return 0


def _goes_on(text: str, end: int) -> bool:
    """True where a word cannot end here: in the middle of a Latin word, or before a mark that belongs to its last letter."""
    following = text[end : end + 1]
    return bool(_FOLLOWS.match(following)) or (bool(_LATIN.match(following)) and bool(_LATIN.match(text[end - 1])))


def _sign_or_unknown(text: str, at: int) -> tuple[Token | None, int]:
    letter = text[at]
    if letter in _SKIPPED:
        return None, at + 1
    if letter in _SIGNS:
        return Token(_SIGNS[letter]), at + 1
    word = _LATIN.match(text, at)
    return Token(Kind.UNKNOWN, word[0] if word else letter), word.end() if word else at + 1


def _written(match: re.Match[str]) -> Token:
    if match["date"]:
        return Token(Kind.DATE, (match["a"], match["b"], match["c"]))
    if match["pair"]:
        return Token(Kind.DATE, (match["d"], match["e"]) if match["d"] else (match["f"], match["g"]))
    if match["time"]:
        return Token(Kind.TIME)
    if match["moon"]:
        return Token(Kind.MOON, ord(match["moon"]) - 0x19E0)
    if match["decade"]:
        return Token(Kind.DECADE_NUMBER, int(match["decade"].rstrip("s'")))
    digits = match["number"]
    return Token(Kind.NUMBER, float(digits.replace(",", ".")), len(digits))


def _numbers(tokens: Iterator[Token]) -> Iterator[Token]:
    """The tokens with number words in a row made one number (`ពីរពាន់ដប់ប្រាំ`, `two thousand fifteen`)."""
    words: list[int] = []
    for token in tokens:
        if token.kind is Kind.NUMBER and not token.digits:
            words.append(token.number)
            continue
        if token.kind is Kind.DASH and words:  # twenty-first
            continue
        yield from _spoken(words)
        words = []
        yield token
    yield from _spoken(words)


def _spoken(words: list[int]) -> Iterator[Token]:
    return (Token(Kind.NUMBER, float(number), len(str(number))) for number in joined_number(words))


def _without_remarks(tokens: Tokens) -> Tokens:
    """Brackets taken away, with what they hold where it is not understood."""
    kept: list[Token] = []
    opened: list[int] = []
    for token in tokens:
        if token.kind is Kind.OPEN:
            opened.append(len(kept))
        elif token.kind is Kind.CLOSE and opened:
            start = opened.pop()
            if any(inside.kind is Kind.UNKNOWN for inside in kept[start:]):
                del kept[start:]
        elif token.kind is not Kind.CLOSE:
            kept.append(token)
    return tuple(kept)
