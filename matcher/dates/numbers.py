"""Numbers that are spoken: words in a row -> the numbers they make."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_HUNDRED, _TEN = 100, 10
_CENTURIES = (19, 20)


def joined_number(words: Sequence[int]) -> Iterator[int]:
    """The numbers that number words make together: 2, 1000, 10, 5 is 2015; 19, 90, 9 is 1999; 7, 8 stays two numbers."""
    total, part, begun = 0, 0, False
    for word in words:
        if begun and not _continues(total, part, word):
            yield total + part
            total, part = 0, 0
        begun = True
        if word >= _HUNDRED:
            total, part = total + max(part, 1) * word, 0
        elif part in _CENTURIES and word >= _TEN:  # nineteen ninety-nine
            total, part = total + part * _HUNDRED, word
        else:
            part += word
    if begun:
        yield total + part


def _continues(total: int, part: int, word: int) -> bool:
    if word >= _HUNDRED:
        return part > 0 and word > part and (total == 0 or total >= word * _TEN)
    if word >= _TEN:
        return part == 0 or (part in _CENTURIES and total == 0)
    return part % _TEN == 0 and (part > 0 or total > 0) and word > 0
