"""Brings the index up to the database while nobody asks: after an outage, and after what other processes stored."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Final

from api.problems import location
from matcher.errors import InputError

if TYPE_CHECKING:
    from api.keeper import Keeper

_log = logging.getLogger("elijah")
_SECONDS: Final = 5.0


class Follower:
    """A thread that looks every few seconds whether the index is behind, and whether its changes have to be folded into its file.
    It says once what is in the way, and once that it is gone.
    """

    def __init__(self, keeper: Keeper, *, seconds: float = _SECONDS) -> None:
        self._keeper = keeper
        self._seconds = seconds
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._problem = ""

    def start(self) -> None:
        """Begin; a second call does nothing."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="follower", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End, after the step that is being done."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(self._seconds):
            self._say(self._step())

    def _step(self) -> str:
        """What is in the way; blank: nothing."""
        try:
            here = self._keeper.installation()
            here.refresh()
            here.fold()
        except InputError as error:
            return error.message
        except Exception as error:  # noqa: BLE001  # the thread's own traceback may carry a child's name, and its end nobody sees
            return f"unexpected {location(error)}"
        return ""

    def _say(self, problem: str) -> None:
        if problem and not self._problem:
            _log.warning("the index cannot follow: %s", problem)
        elif self._problem and not problem:
            _log.warning("the index follows again")
        self._problem = problem
