"""A server of one process, or of several on one port: each with its own view of the same index, over the same database.

uvicorn's supervisor starts them, ends them and starts again what was killed. Nothing is shared but the home and the database,
so that what is acknowledged by one is read by all, and lost with none.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import tempfile
import threading
import time
from functools import partial
from multiprocessing import parent_process
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Final

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors.multiprocess import Multiprocess, Process

from indexer.settings import Settings
from matcher.errors import InputError

if TYPE_CHECKING:
    from fastapi import FastAPI

_log: Final = logging.getLogger("elijah")
# Where prometheus_client looks for it: the figures of all processes stand in files there, and are added up.
FIGURES: Final = "PROMETHEUS_MULTIPROC_DIR"
_BACKLOG: Final = 2048
# A worker that gives no sign for so long hangs, and is replaced. Reading its tables on a busy machine is no hanging.
_HANGING_SECONDS: Final = 60


class Workers(Multiprocess):
    """uvicorn's supervisor, which says when it had to start a worker again, and never waits for one.

    uvicorn's own waits for the sign that a worker lives. Where that is killed meanwhile, it waits on until the time is over, and
    hears of nothing else: not that it is to end.
    """

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket]) -> None:
        super().__init__(config, sockets)
        # Since when a worker, by its process number, owes a sign.
        self._asked: dict[int | None, float] = {}

    def keep_subprocess_alive(self) -> None:
        """Start again what has ended or hangs."""
        for place, worker in enumerate(self.processes):
            if not worker.process.is_alive() or self._hangs(worker):
                self._replace(place, worker)

    def _hangs(self, worker: Process) -> bool:
        now = time.monotonic()
        if worker.pid not in self._asked:
            worker.parent_conn.send(b"ping")
            self._asked[worker.pid] = now
        elif worker.parent_conn.poll(0):
            worker.parent_conn.recv()
            del self._asked[worker.pid]
        return now - self._asked.get(worker.pid, now) > _HANGING_SECONDS

    def _replace(self, place: int, worker: Process) -> None:
        worker.kill()
        worker.join()
        self._asked.pop(worker.pid, None)
        if worker.exitcode == STARTUP_FAILURE:
            # It would fail in the same way again.
            _log.error("worker %s could not be started; the server ends", worker.pid)
            self.should_exit.set()
        if self.should_exit.is_set():
            return
        self.processes[place] = Process(self.config, self.sockets)
        self.processes[place].start()
        _log.warning("worker %s ended; worker %s takes its place", worker.pid, self.processes[place].pid)


def run_server(settings: Settings, *, host: str, port: int, workers: int) -> None:
    """Serve until told to end. Raises `InputError` where it cannot listen there."""
    with _listening(host, port) as door:
        if workers == 1:
            uvicorn.Server(_config(partial(_app, settings), host, port, workers)).run(sockets=[door])
        else:
            _run_workers(_config(partial(worker_app, settings), host, port, workers), door)


def worker_app(settings: Settings) -> FastAPI:
    """The app of one of several processes, which ends when the one that started it is gone, killed too."""
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent.sentinel,), daemon=True).start()
    return _app(settings)


def _app(settings: Settings) -> FastAPI:
    from api.app import create_app  # noqa: PLC0415  # the process that only starts others needs nothing of it

    return create_app(settings, alone=True)


def _run_workers(config: uvicorn.Config, door: socket.socket) -> None:
    with tempfile.TemporaryDirectory(prefix="elijah-figures-") as figures:
        # Read by the workers, which inherit it, when they import the library.
        os.environ[FIGURES] = figures
        try:
            Workers(config, sockets=[door]).run()
        finally:
            del os.environ[FIGURES]


def _config(app: partial[FastAPI], host: str, port: int, workers: int) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=True,
        host=host,
        port=port,
        workers=workers,
        backlog=_BACKLOG,
        # The access log would keep what people searched for.
        access_log=False,
        log_level="warning",
        server_header=False,
    )


def _listening(host: str, port: int) -> socket.socket:
    """Taken before anything is started, so that a port in use is said in words."""
    try:
        [(family, *_, address), *_] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        door = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise InputError(f"--host {host} cannot be used: {error.strerror}") from error
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(address)
    except OSError as error:
        door.close()
        raise InputError(
            f"--port {port} of {host} cannot be used: {error.strerror}; end the program that holds it, or choose another port"
        ) from error
    return door


def _end_after(sentinel: int) -> None:
    wait([sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
