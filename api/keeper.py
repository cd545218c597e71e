"""Keeps one installation open for the life of a server process, and the night job that runs behind it.

A server whose database cannot be opened still answers `/healthz`; every other question tries to open it again.
"""

from __future__ import annotations

import gc
import logging
import threading
from typing import Final

from api.follower import Follower
from api.nights import Nights
from api.problems import location
from indexer.errors import StoreError
from indexer.installation import Installation
from indexer.settings import Settings
from matcher.errors import InputError
from matcher.names import load_kernel
from matcher.record import Kind, Record

_log = logging.getLogger("elijah")
# Invented; in both scripts, so that all of what a search reads has been read.
_FIRST: Final = {
    "record_id": "warm-up/1",
    "full_name": "សុខ ដារ៉ា (Sok Dara)",
    "date_of_birth": "2015-04-15",
    "sex": "male",
    "home_place": "Battambang",
    "mother_name": "Chan Sreymom",
    "marks": "scar on the left arm",
}
# Objects that come to be before garbage is looked for: an answer has thousands, and hardly any are in a circle.
_GARBAGE: Final = 50_000


class Keeper:
    """Opens the installation once. Thread-safe. `alone`: the process does nothing but serve."""

    def __init__(self, settings: Settings, *, alone: bool = False) -> None:
        self.settings = settings
        self._alone = alone
        self.nights = Nights()
        self._follower = Follower(self)
        self._opening = threading.Lock()
        self._installation: Installation | None = None

    def installation(self) -> Installation:
        """The open installation. Raises `StoreError` while it cannot be opened."""
        with self._opening:
            if self._installation is None:
                self._installation = self._open()
            return self._installation

    def warm_up(self) -> None:
        """Open, read the tables and follow the change log before the first question; says what is in the way and goes on."""
        self._follower.start()
        try:
            # Reading the names, places and weights takes a second that the first searcher should not wait for.
            load_kernel()
            here = self.installation()
            for kind in Kind:
                here.search(Record.from_flat(_FIRST, kind=kind))
        except InputError as error:
            _log.warning("not ready: %s", error.message)
        except Exception as error:  # noqa: BLE001  # uvicorn would print the traceback, and that may carry a child's name
            _log.error("not ready: unexpected %s", location(error))

        if self._alone:
            _stay_calm()

    def close(self) -> None:
        """Stop the night between two blocks, then let go of the database and the index."""
        self._follower.stop()
        self.nights.stop()
        with self._opening:
            if self._installation is not None:
                self._installation.close()
                self._installation = None

    def _open(self) -> Installation:
        try:
            here = Installation.open(self.settings)
            # The follower folds, so that no question has to wait for it.
            here.index.fold_apart()
            return here
        except StoreError:
            raise
        except InputError as error:
            raise StoreError(error.message) from error
        except OSError as error:
            raise StoreError(f"the home cannot be used: {error.strerror}; check the folder and its rights") from error


def _stay_calm() -> None:
    """What has been read stays for good: the search for garbage leaves it out from now on, and is made less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GARBAGE, 10, 10)
