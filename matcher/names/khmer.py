"""Khmer spelling: the normal form, in which spellings that look alike are the same text, and its clusters.

Use `normalise` before comparing, caching or cutting Khmer text. Unicode's own NFC leaves these spellings apart, since nearly all
Khmer marks have combining class 0. Order of marks: Khmer Encoding Structure, L2/22-290.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

COENG: Final = "\u17d2"
MUUSIKATOAN: Final = "\u17c9"
TRIISAP: Final = "\u17ca"
NIKAHIT: Final = "\u17c6"
REAHMUK: Final = "\u17c7"
YUUKALEAPINTU: Final = "\u17c8"
BANTOC: Final = "\u17cb"
ROBAT: Final = "\u17cc"
TOANDAKHIAT: Final = "\u17cd"
SAMYOK: Final = "\u17d0"
REPEAT: Final = "\u17d7"

_DEPRECATED = {
    "\u17a3": "អ", "\u17a4": "អា", "\u17a8": "ឧ", "\u17b2": "ឱ", "\u17b4": "", "\u17b5": "", "\u17d3": NIKAHIT,
    "\u17dd": TOANDAKHIAT,
}  # fmt: skip
_INVISIBLE = dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", "")
_FOLDS = str.maketrans({**_DEPRECATED, **_INVISIBLE})
_CLUSTER = re.compile("([\u1780-\u17b3])((?:\u17d2[\u1780-\u17b3]|[\u17b6-\u17d1])*)")
_LETTER = re.compile("[\u1780-\u17b3]")
_STRAY = re.compile("[\u17b6-\u17d2]")
_REPEATED = re.compile("([\u1780-\u17d1\u17d2]+) ?\u17d7")
_VOWEL_SIGNS = re.compile("[\u17b6-\u17c5]")
# ុ below another vowel sign is how people type a shifter: muusikatoan for these bases (o-series sonorants, and ប, which
# becomes p), triisap for the others.
_TAKES_MUUSIKATOAN: Final = frozenset("ងញមយរវនលប")
_PARTED = {"េី": "ើ", "េិ": "ើ", "េា": "ោ"}
_CACHED_CLUSTERS: Final = 4096
_SIGN_ORDER: Final = (ROBAT, BANTOC, SAMYOK, NIKAHIT, REAHMUK, YUUKALEAPINTU, TOANDAKHIAT)


@dataclass(frozen=True, slots=True)
class Cluster:
    """One written cluster: a base letter, the consonants below it, a shifter, a vowel sign or "", and other signs in order."""

    base: str
    below: str = ""
    shifter: str = ""
    vowel: str = ""
    signs: str = ""

    @property
    def is_silent(self) -> bool:
        """True where toandakhiat strikes the letter out."""
        return TOANDAKHIAT in self.signs

    @property
    def is_bare(self) -> bool:
        """True without any vowel of its own."""
        has_vowel_sign = any(sign in self.signs for sign in (SAMYOK, NIKAHIT, REAHMUK, YUUKALEAPINTU))
        return not (self.vowel or has_vowel_sign or self.base > "\u17a2")

    def text(self) -> str:
        """The cluster as text in canonical order: base, robat, subscripts, shifter, vowel, other signs."""
        robat = ROBAT if ROBAT in self.signs else ""
        subscripts = "".join(COENG + letter for letter in self.below)
        return self.base + robat + subscripts + self.shifter + self.vowel + self.signs.replace(ROBAT, "")


def normalise(text: str) -> str:
    """The normal form of Khmer text: what looks the same is the same; other characters stay as they are.

    A word before ៗ is written twice; a mark with nothing to stand on is dropped. Idempotent.
    """
    folded = text.translate(_FOLDS)
    parts: list[str] = []
    end = 0
    for match in _CLUSTER.finditer(folded):
        if match.start() > end:
            parts.append(_STRAY.sub("", folded[end : match.start()]))
        parts.append(_cluster_text(match[1], match[2]))
        end = match.end()
    normal = "".join(parts) + _STRAY.sub("", folded[end:])
    return _REPEATED.sub(r"\1\1", normal).replace(REPEAT, "") if REPEAT in normal else normal


def clusters(text: str) -> list[Cluster]:
    """The clusters of text in any spelling; everything that is not Khmer is left out."""
    return [_cluster(match[1], match[2]) for match in _CLUSTER.finditer(text.translate(_FOLDS))]


def is_khmer(text: str) -> bool:
    """True where the text has at least one Khmer letter."""
    return _LETTER.search(text) is not None


@lru_cache(maxsize=_CACHED_CLUSTERS)
def _cluster_text(base: str, marks: str) -> str:
    return _cluster(base, marks).text()


@lru_cache(maxsize=_CACHED_CLUSTERS)
def _cluster(base: str, marks: str) -> Cluster:
    below = [marks[i + 1] for i, mark in enumerate(marks) if mark == COENG and i + 1 < len(marks)]
    below = ["ត" if letter == "ដ" else letter for letter in below]  # coeng ដ and coeng ត are one glyph
    below.sort(key=lambda letter: letter == "រ")  # coeng-RO is drawn before the base and typed anywhere
    signs = {mark for mark in marks if mark in _SIGN_ORDER}
    shifter = TRIISAP if TRIISAP in marks else MUUSIKATOAN if MUUSIKATOAN in marks else ""
    vowel, needs_shifter = _vowel(_VOWEL_SIGNS.findall(marks), above=SAMYOK in signs)
    if needs_shifter and not shifter:
        shifter = MUUSIKATOAN if base in _TAKES_MUUSIKATOAN else TRIISAP
    return Cluster(base, "".join(below), shifter, vowel, "".join(sign for sign in _SIGN_ORDER if sign in signs))


def _vowel(signs: list[str], *, above: bool) -> tuple[str, bool]:
    """One vowel sign out of those typed, and whether a ុ among them stands for a shifter."""
    distinct = list(dict.fromkeys(signs))
    is_shifter = "ុ" in distinct and (above or len(distinct) > 1)
    if is_shifter:
        distinct.remove("ុ")
    if not distinct:
        return "", is_shifter
    distinct.sort(key=lambda sign: sign != "េ")  # drawn first, typed anywhere
    return _PARTED.get("".join(distinct[:2]), distinct[0]), is_shifter
