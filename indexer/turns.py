"""Taking turns at work that must not be done twice at once, and that serves everybody who asked for it before it began."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Turns:
    """Thread-safe.

    Where ten ask for the same while one does it, nine of them wait for one more turn, not for ten: what a turn brings up to date
    is so for all who had asked when it began.
    """

    def __init__(self) -> None:
        self._doing = threading.Lock()
        # Turns are numbered from 1; they begin and end one after the other.
        self._begun = 0
        self._done = 0

    def together(self, work: Callable[[], None]) -> None:
        """Return when `work` has been done once, from its beginning to its end, after this call: by this thread or another.

        Raises what it raises here; what it raised for another is not taken for done.
        """
        wanted = self._begun + 1
        with self._doing:
            if self._done < wanted:
                self._begun += 1
                turn = self._begun
                work()
                self._done = turn

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Something else that may not be done meanwhile."""
        with self._doing:
            yield
