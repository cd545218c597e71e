"""A real Elasticsearch node for tests: started on a fresh folder, killed at the end, gone when the test run is gone."""

from __future__ import annotations

import socket
import subprocess
import threading
from pathlib import Path
from queue import Empty, Queue

from tests.servers.elasticsearch.building import OLD, build

_START_SECONDS = 180


class Node:
    """One node. `settings` are Elasticsearch's own; the port stays the same over `kill` and `start`."""

    def __init__(self, home: Path, *, version: str = OLD, **settings: str) -> None:
        self.home = home
        self._built = build(version)
        self._settings = {name.replace("__", "."): value for name, value in settings.items()}
        self._process: subprocess.Popen[str] | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def launch(self) -> None:
        """Start the process without waiting for it: nodes of one cluster wait for each other."""
        self.home.mkdir(parents=True, exist_ok=True)
        settings = {**self._settings, **({"http.port": str(self.port)} if self.port else {})}
        with (self.home / "stderr.log").open("ab") as errors:
            self._process = subprocess.Popen(
                [
                    self._built.java, "-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "-cp", self._built.class_path,
                    "org.elasticsearch.node.SmallNode", self.home, *(f"{name}={value}" for name, value in settings.items()),
                ],
                cwd=self.home,
                stdin=subprocess.PIPE,  # its end is the node's end
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )  # fmt: skip

    def wait(self) -> None:
        """Wait until it answers."""
        lines: Queue[str] = Queue()
        process = self._process
        assert process is not None
        threading.Thread(target=_read, args=(process, lines), daemon=True).start()
        try:
            while not (line := lines.get(timeout=_START_SECONDS)).startswith("http "):
                assert line, self._log()
        except Empty:
            raise AssertionError(self._log()) from None
        self.port = int(line.split()[1])

    def start(self) -> None:
        """Start and wait."""
        self.launch()
        self.wait()

    def kill(self) -> None:
        """kill -9, as a power cut would; `start` brings it back on the same folder and port."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
            self._process = None

    def _log(self) -> str:
        return f"the node in {self.home} did not start: {(self.home / 'stderr.log').read_text()[-2_000:]}"


def cluster(folder: Path, size: int) -> list[Node]:
    """Several nodes that form one cluster, all started."""
    seeds = [f"127.0.0.1:{port}" for port in _free_ports(size)]
    names = [f"n{number}" for number in range(1, size + 1)]
    common = {"discovery.seed_hosts": ",".join(seeds), "cluster.initial_master_nodes": ",".join(names)}
    nodes = [
        Node(folder / name, **common, **{"transport.port": seed.rpartition(":")[2]})
        for name, seed in zip(names, seeds, strict=True)
    ]
    for node in nodes:
        node.launch()
    for node in nodes:
        node.wait()
    return nodes


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def _read(process: subprocess.Popen[str], lines: Queue[str]) -> None:
    """Take all that the node says for as long as it lives: a full pipe would stop it."""
    assert process.stdout is not None
    try:
        for line in process.stdout:
            lines.put(line)
    except ValueError:
        pass  # closed by `kill`
    lines.put("")
