"""The words of the pages, in English and Khmer, from `texts.csv`: a row a key, a column a language.

No visible word stands in a template or a route: add a row and call `t("its.key")`. A test holds keys, languages and use together.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

LANGUAGES: Final = ("en", "km")


class Texts:
    """The words in one language. Raises KeyError for a key that nobody wrote: a page with a gap must not be shown."""

    def __init__(self, language: str, table: Mapping[str, str]) -> None:
        self.language = language
        self._table = table

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key, its `{placeholders}` filled. Plain text: the template escapes it."""
        return self._table[key].format(**values) if values else self._table[key]

    def count(self, key: str, number: int, **values: object) -> str:
        """The text for a number of things: `key.one` or `key.many`, with `{n}` filled."""
        return self(f"{key}.{'one' if number == 1 else 'many'}", n=number, **values)

    def either(self, english: str, khmer: str) -> str:
        """The one of two wordings that is in this language: for words that come with the data, as reasons do."""
        return khmer if self.language == "km" else english


@cache
def texts(language: str) -> Texts:
    """The words in `en` or `km`. Raises KeyError for another language."""
    return Texts(language, MappingProxyType({row["key"]: row[language] for row in rows("texts.csv")}))


def rows(table: str) -> list[dict[str, str]]:
    """The rows of one of the pages' own tables; lines that begin with `#` are notes."""
    text = files("api.pages").joinpath(table).read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if line and not line.startswith("#")))
