"""Titles and kin words that stand before a name: លោក, Mr, Neak Srey, Yeay."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

from matcher.names import khmer
from matcher.names.latin import plain
from matcher.tables import rows

_CAREFUL: Final = "careful"
_PARTS_LEFT_BY_CAREFUL: Final = 2
_LATIN_PAIRS: Final = frozenset(
    {"lok srey", "lok ta", "lok yeay", "neak srey", "neak neang", "lok chumteav", "lok kru", "neak kru"}
)
_PAIRS_BEGIN_WITH: Final = frozenset(pair.split()[0] for pair in _LATIN_PAIRS)
# Names begin with few family names.
_CACHED_WORDS: Final = 20_000


@cache
def _titles() -> dict[str, str]:
    return {_normal(row["word"]): row["rule"] for row in rows("titles.csv")}


def _normal(word: str) -> str:
    return khmer.normalise(word) if khmer.is_khmer(word) else plain(word)


@lru_cache(maxsize=_CACHED_WORDS)
def _rule(word: str) -> str | None:
    return _titles().get(_normal(word))


@lru_cache(maxsize=_CACHED_WORDS)
def _may_begin_a_pair(word: str) -> bool:
    return plain(word) in _PAIRS_BEGIN_WITH


def without_titles(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a name without the titles in front; one that is all of it stays, as does a careful one before one part."""
    while len(words) > 1:
        if len(words) > 2 and _may_begin_a_pair(words[0]) and " ".join(map(plain, words[:2])) in _LATIN_PAIRS:
            words = words[2:]
            continue
        rule = _rule(words[0])
        left = len(words) - 1
        if rule is None or (rule == _CAREFUL and left < _PARTS_LEFT_BY_CAREFUL):
            break
        words = words[1:]
    return words
