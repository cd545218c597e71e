"""A name ready to be compared: its parts, and their sounds in every order that is tried.

`analyse` reads a field as people fill it: both scripts, titles, brackets, "also called".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import accumulate, combinations, pairwise, permutations
from struct import Struct
from typing import Final

from matcher.names import khmer
from matcher.names.kernel import MOST_UNITS
from matcher.names.layout import lay_out
from matcher.names.titles import without_titles
from matcher.names.tokens import Token, joined, last_syllable, token
from matcher.text import is_blank, tidy

MOST_TOKENS: Final = 8
_MOST_LETTERS: Final = 400
_MOST_FORMS: Final = 8
_ALL_ORDERS_UP_TO: Final = 3
_CACHED_FIELDS: Final = 100_000
# What `Name.numbers` holds: `FORM` (parts sorted) and `JOINED` are numbers that names of the same letters share.
NUMBERS: Final = 7
RANK, FORM, JOINED, PARTS, UNITS, SCRIPT, INITIALS = range(NUMBERS)
_LATIN, _KHMER, _BOTH = 1, 2, 0
_pack = Struct(f"={NUMBERS}q").pack

_CALLED: Final = "a\\.?k\\.?a\\.?|alias|also called|also known as|called|known as|dit|dite|ហៅថា|ហៅ|ឬ|or"
_ALSO = re.compile(
    r"[()\[\]{}/|;\n\"“”„«»=]|(?<!\w)'|'(?!\w)" + rf"|(?<![^\s])(?:{_CALLED})(?![^\s])",
    re.IGNORECASE,
)
_SCRIPTS = re.compile(
    "[\u1780-\u17d3\u17d7\u17dd\u200b-\u200d]+(?:[\\s\\-·.,]+[\u1780-\u17d3\u17d7\u17dd\u200b-\u200d]+)*"
)
# Nearly every name: one form in one script, written with spaces only. Its words need no more than to be looked up.
_PLAIN = re.compile("[A-Z]*[a-z]*(?: [A-Z]*[a-z]*)*|[\u1780-\u17b3][\u1780-\u17d2 ]*")
_PLAIN_LETTERS: Final = 40
_CALLED_WORDS: Final = frozenset({"aka", "alias", "also", "called", "known", "dit", "dite", "or", "ហៅថា", "ហៅ", "ឬ"})
# A capital after a small letter begins a part: SokDara.
_WORDS = re.compile(r"[\s\-‐‑–—_.,·•:+&*]+|(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Name:
    """One form of a name. Equal when the normal forms of the parts are equal, in order. Falsy without parts.

    `rank` says which of two names comes first; `numbers` are the seven of `NUMBERS`, 8 bytes each; `laid` is the name as
    `layout` has it, for the kernel. All else is for comparing in numpy and made when asked for.
    """

    text: str = field(compare=False)
    tokens: tuple[Token, ...]
    parts: int = field(compare=False, repr=False)
    rank: int = field(compare=False, repr=False)
    numbers: bytes = field(compare=False, repr=False)
    laid: bytes = field(compare=False, repr=False)

    def __hash__(self) -> int:
        # The tokens decide the rank, and hashing them all would take longer than looking a name up.
        return hash(self.rank)

    def __bool__(self) -> bool:
        return bool(self.tokens)

    @property
    def orders(self) -> tuple[bytes, ...]:
        """The units of every order of the parts; the first is the order as written."""
        return tuple(codes for codes, _ in self._orders())

    @property
    def ends(self) -> bytes:
        """How many units of each order its first part has, its first two, and so on."""
        return b"".join(ends for _, ends in self._orders())

    @property
    def romans(self) -> tuple[str, ...]:
        """The Latin letters of each order, without fashions of spelling."""
        return tuple("".join(self.tokens[i].roman for i in order) for order in orders_of(self.parts))

    @property
    def spelled(self) -> tuple[str, ...]:
        """The letters of each order as written."""
        return tuple("".join(self.tokens[i].text for i in order) for order in orders_of(self.parts))

    def in_fewer_parts(self, parts: int) -> list[list[bytes]]:
        """The units of the name written in fewer parts, however neighbours are joined: SokHour Hong, Sok HourHong."""
        cuts = combinations(range(1, self.parts), parts - 1)
        return [[self._one_word(a, b) for a, b in pairwise((0, *cut, self.parts))] for cut in cuts]

    def tails(self) -> list[bytes]:
        """The units of the last syllable of each part, a name for short (Vuth for Daravuth); b"" for a short part."""
        return [last_syllable(t.codes) for t in self.tokens]

    def _orders(self) -> list[tuple[bytes, bytes]]:
        return [_order([self.tokens[i].codes for i in order]) for order in orders_of(self.parts)]

    def _one_word(self, start: int, end: int) -> bytes:
        return _order([t.codes for t in self.tokens[start:end]])[0]


def analyse(text: str) -> tuple[Name, ...]:
    """The names written in one field, one for each form: `សុខា (Sokha)` gives two. () for a blank. Never raises."""
    return _analyse(text[: _MOST_LETTERS * 2])


@lru_cache(maxsize=_CACHED_FIELDS)
def _analyse(text: str) -> tuple[Name, ...]:
    if is_blank(text):
        return ()
    words = _plain_words(text)
    if words:
        name = _named(" ".join(words), _known(words))
        return (name,) if name else ()
    names = (name_of(form) for form in _forms(text[:_MOST_LETTERS]))
    return tuple(dict.fromkeys(name for name in names if name))[:_MOST_FORMS]


def _plain_words(text: str) -> list[str]:
    """The words of a field that is one plain name; none for any other, which needs to be cut with care."""
    if len(text) > _PLAIN_LETTERS or not _PLAIN.fullmatch(text):
        return []
    return text.split() if _CALLED_WORDS.isdisjoint(text.lower().split()) else []


def _known(words: list[str]) -> tuple[Token, ...]:
    """The parts of a plain name."""
    if words[0][0] >= "ក":
        words = [normal for word in words if (normal := _normal_word(word))]
    return _parts_of(tuple(words))


@lru_cache(maxsize=_CACHED_FIELDS)
def _normal_word(word: str) -> str:
    return khmer.normalise(word)


def spoken_forms(text: str) -> tuple[tuple[Token, ...], ...]:
    """The parts of each form of a field, for what needs no comparison: a third of the work of `analyse`."""
    text = text[:_MOST_LETTERS]
    if is_blank(text):
        return ()
    words = _plain_words(text)
    forms = [_known(words)] if words else map(_tokens, _forms(text))
    return tuple(dict.fromkeys(tokens for tokens in forms if tokens))[:_MOST_FORMS]


def _tokens(form: str) -> tuple[Token, ...]:
    return _parts_of(tuple(word for word in _WORDS.split(_normal(form)) if word))


def _parts_of(words: tuple[str, ...]) -> tuple[Token, ...]:
    return tuple([t for t in map(token, without_titles(words)[:MOST_TOKENS]) if t is not None])


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
    return _named(text, _tokens(text))


def _named(text: str, tokens: tuple[Token, ...]) -> Name:
    letters, units = [t.text for t in tokens], sum([len(t.codes) for t in tokens])
    form = _number(" ".join(sorted(letters)))
    rank = (len(tokens) << 58) + (units << 49) + (form >> 7)
    script = _script(tokens)
    together = _number("".join(letters)) if len(letters) > 1 else form
    initials = sum([t.is_initial for t in tokens])
    numbers = _pack(rank, form, together, len(tokens), min(units, MOST_UNITS), script, initials)
    return Name(text, tokens, len(tokens), rank, numbers, lay_out(script, [t.record for t in tokens]))


def _script(tokens: tuple[Token, ...]) -> int:
    khmer_parts = sum([t.is_khmer for t in tokens])
    return _LATIN if not khmer_parts else _KHMER if khmer_parts == len(tokens) else _BOTH


def _number(text: str) -> int:
    """56 bits that stand for a text: the same in every process, so that a pair has the same order everywhere."""
    return int.from_bytes(blake2b(text.encode(), digest_size=7).digest())


def _normal(text: str) -> str:
    return khmer.normalise(text) if khmer.is_khmer(text) else text.replace("'", "").replace("’", "")


@cache
def orders_of(parts: int) -> list[tuple[int, ...]]:
    """Every order of up to three parts, beyond that the rotations."""
    numbers = tuple(range(parts))
    if parts <= _ALL_ORDERS_UP_TO:
        return list(permutations(numbers)) if parts else []
    return [numbers[i:] + numbers[:i] for i in numbers]


def _order(parts: list[bytes]) -> tuple[bytes, bytes]:
    """The parts as one run of units, and where each part but the last ends in it."""
    for i in range(len(parts) - 1):
        parts[i], parts[i + 1] = joined(parts[i], parts[i + 1])
    ends = bytes(min(end, MOST_UNITS) for end in accumulate(map(len, parts[:-1])))
    return b"".join(parts)[:MOST_UNITS], ends
