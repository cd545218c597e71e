"""What is wrong with what was given, in words for the person who gave it."""

from __future__ import annotations


class InputError(ValueError):
    """A value cannot be used. `column` says where, `message` what is wrong and what to do; neither repeats free text."""

    def __init__(self, message: str, *, column: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.column = column
