"""What the lower rooms say, for a person at a screen: `messages.csv` has the Khmer, and plainer English where a page needs it.

A message says what is wrong and then, after `;`, `:` or in brackets, what to do. The table knows it by its beginning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from api.pages.texts import rows


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it is shown, and the language it is in: English where nobody has translated it yet."""

    text: str
    language: str


def message(said: str, language: str) -> Message:
    """The message in this language where the table has it, else as it was said, in English."""
    for pattern, words in _table():
        if found := pattern.fullmatch(said):
            if wording := words[language]:
                return Message(wording.format(*found.groups()), language)
            break
    return Message(_sentence(said), "en")


def _sentence(said: str) -> str:
    """With a capital and a full stop, but for a message that begins with the name of a setting or a column."""
    first = said.split(" ", 1)[0]
    begun = said[:1].upper() + said[1:] if first.isalpha() and first.islower() else said
    return begun if not begun or begun.endswith((".", "!", "?")) else f"{begun}."


@cache
def _table() -> tuple[tuple[re.Pattern[str], dict[str, str]], ...]:
    return tuple((pattern(row["message"]), {"en": row["en"], "km": row["km"]}) for row in rows("messages.csv"))


def pattern(beginning: str) -> re.Pattern[str]:
    """What a row of the table stands for: its words, any value at `{}`, and whatever advice follows."""
    words = "(.+?)".join(re.escape(part) for part in beginning.split("{}"))
    return re.compile(rf"{words}(?:(?:[;:]| \(|, as ).*)?", re.DOTALL)
