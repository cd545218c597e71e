"""A stub of a server: answers every request in the way a test says, and remembers what it was asked."""

from __future__ import annotations

import json
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PRODUCT = {"X-Elastic-Product": "Elasticsearch"}


@dataclass(frozen=True)
class Said:
    """An answer. Text goes out as it is."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=lambda: dict(PRODUCT))


@dataclass
class Stub:
    """A running stub: its address, and the headers of the requests it has had."""

    url: str
    asked: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def answering(answer: Callable[[int], Said], certificate: Path | None = None) -> Iterator[Stub]:
    """`answer(n)` is what the n-th request gets, from 0; over TLS where there is a certificate (with its key in one file)."""
    stub = Stub("")

    class Handler(BaseHTTPRequestHandler):
        def handle(self) -> None:
            # A client that does not trust the certificate hangs up.
            with_suppressed_hang_up(super().handle)

        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            said = answer(len(stub.asked))
            stub.asked.append(dict(self.headers))
            body = said.body if isinstance(said.body, str) else json.dumps(said.body)
            self.send_response(said.status)
            for name, value in {"Content-Type": "application/json", **said.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body.encode())

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _answer  # noqa: N815  # the names that http.server looks for

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the signature of http.server
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]  # a hang-up is no news here
    stub.url = f"http://127.0.0.1:{server.server_port}"
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        stub.url = f"https://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def with_suppressed_hang_up(serve: Callable[[], None]) -> None:
    """Serve; a client that goes away in the middle is no error."""
    with suppress(ConnectionError, ssl.SSLError):
        serve()


def self_signed(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody has signed but itself, with its key in one file."""
    file, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
            "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(file),
        ],
        capture_output=True,
        check=True,
    )  # fmt: skip
    file.write_text(file.read_text() + key.read_text())
    return file
