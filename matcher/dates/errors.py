"""What is wrong with a text that should be a date or an age."""

from __future__ import annotations

from matcher.errors import InputError


class DateError(InputError):
    """A text that cannot be read as a date or an age, or that names a day that does not exist.

    The message says which of the two it is and what to write; it repeats numbers and month names, never the text.
    """

    @property
    def impossible(self) -> bool:
        """Whether the text names what does not exist (30 February, the age of 300), rather than not being understood."""
        return self.message.startswith(("impossible", "no such"))


def no_day_of_reference(what: str) -> DateError:
    """The error for a text that means something only on a known day: `an age`, `yesterday`."""
    return DateError(f"{what} needs the day on which it was said: fill in that day, or write the year")


def unreadable() -> DateError:
    """The error for a text in which no date can be recognised."""
    return DateError("not understood as a date: write it as 2015-04-15, 2015-04, 2015, or as `age 7`")
