"""The night job behind a running server: started over HTTP, one at a time in all its processes, stopped when the server ends.

It compares in a process of its own: in this one it would take turns with everybody's searches, and they would wait for seconds.
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future
from datetime import datetime

from api.problems import location
from indexer.errors import ConflictError
from indexer.installation import Installation
from indexer.morning_report import write_morning_report
from indexer.reconcile import Night, ReconciliationReport, one_night
from matcher.errors import InputError

_log = logging.getLogger("elijah")
# A server that is told to end waits until what was compared is stored; what is being compared is left to the next run.
_PATIENCE_SECONDS = 30


class ServerEndsError(InputError):
    """The server is being ended; the next run goes on where this one stopped."""


class Nights:
    """Runs the night job in a thread of its own, as `elijah reconcile` does in a process."""

    def __init__(self) -> None:
        self._ending = threading.Event()
        self._compared = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self, here: Installation, *, full: bool, at: datetime) -> int:
        """Begin a run and return its id at once. Raises `ConflictError` while another runs, here or in another process."""
        started: Future[int] = Future()
        with self._starting:
            if self.is_ending:
                raise ConflictError("the server is being ended; start the run again when it is back")
            if self._compared.is_set():
                # The last run is done for everybody who asks for it, and only writes its report.
                self.wait()
            # The lock belongs to the thread that takes it, so the thread takes it and hands the id back.
            thread = threading.Thread(
                target=self._run, args=(here, full, at, started), name="elijah-night", daemon=True
            )
            thread.start()
            run = started.result()
            self._thread = thread
        return run

    @property
    def is_ending(self) -> bool:
        """Whether the server is being ended: no run starts any more."""
        return self._ending.is_set()

    def wait(self) -> None:
        """Wait for the run under way, where there is one, until its report is written."""
        if self._thread is not None:
            self._thread.join(_PATIENCE_SECONDS)

    def stop(self) -> None:
        """Ask the run to end and wait for it; nothing that was kept is lost."""
        self._ending.set()
        self.wait()

    def _run(self, here: Installation, full: bool, at: datetime, started: Future[int]) -> None:
        try:
            with one_night(here):
                self._compared.clear()
                night = Night(here, full=full, at=at)
                started.set_result(night.id)
                report = self._compare(night)
            # Without the hold: whoever reads that the run is done may start the next one, in another process too.
            write_morning_report(here, report, here.settings.reports_folder, at=at)
        except Exception as error:  # noqa: BLE001  # the last wall of this thread: its traceback may carry a child's name
            if started.done():
                _log.error("the night job failed: %s", _told(error))
            else:
                started.set_exception(error)

    def _compare(self, night: Night) -> ReconciliationReport:
        try:
            # In this process, comparing would take turns with everybody's searches, and they would wait for seconds.
            return night.run(on_progress=lambda _done, _total: self._go_on(), on_wait=self._go_on)
        finally:
            self._compared.set()

    def _go_on(self) -> None:
        if self.is_ending:
            raise ServerEndsError("the server is being ended; the next run goes on from here")


def _told(error: Exception) -> str:
    if isinstance(error, InputError):
        return error.message
    return f"unexpected {location(error)}"
