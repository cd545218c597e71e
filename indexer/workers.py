"""Worker processes for long work: how many, and that none of them outlives the process that started it."""

from __future__ import annotations

import os
import threading
from multiprocessing import current_process, parent_process
from multiprocessing.connection import wait
from multiprocessing.synchronize import Event
from typing import Final

# Each worker reads the gazetteer and the name tables for itself.
_MOST: Final = 4


def worker_count() -> int:
    """How many worker processes pay off here; 1: none, the work is done in this process."""
    if current_process().daemon:
        return 1
    return min(len(os.sched_getaffinity(0)), _MOST)


def end_with_parent() -> None:
    """End this worker when its parent is gone, killed too: a pool's workers would wait for work for ever, database in hand."""
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent.sentinel,), daemon=True).start()


def end_with(ending: Event) -> None:
    """End this worker, whatever it does, as soon as the event is set: what it was making is not wanted any more."""
    threading.Thread(target=_end_after, args=(ending,), daemon=True).start()


def _end_after(ending: Event) -> None:
    ending.wait()
    os._exit(1)


def _watch(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
