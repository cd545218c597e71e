"""`elijah serve`: the pages and the HTTP interface."""

from __future__ import annotations

import click

from api.commands.common import read_settings
from indexer.workers import worker_count
from matcher.errors import InputError

_LOCAL = ("127.0.0.1", "localhost", "::1")
_MOST_WORKERS = 64


@click.command()
@click.option("--host", help="Address to listen on (default: 127.0.0.1).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port (default: 8000).")
@click.option(
    "--workers",
    type=click.IntRange(1, _MOST_WORKERS),
    help="Processes that serve (default: as many as there are processors, at most 4).",
)
def serve(host: str | None, port: int | None, workers: int | None = None) -> None:
    """Serve the pages. While no user is defined, only this machine may come in."""
    from api.serving import run_server  # noqa: PLC0415  # the web stack is slow to import and no other command needs it

    settings = read_settings()
    host, port = host or settings.host, port or settings.port
    if host not in _LOCAL and not settings.trust_network:
        raise InputError(
            f"--host {host}: no user is defined, so the server listens on 127.0.0.1 only; behind a proxy that signs people in, "
            "set ELIJAH_TRUST_NETWORK=true"
        )
    click.echo(f"Elijah at http://{host}:{port}  (no user is defined: only this machine may come in)", err=True)
    run_server(settings, host=host, port=port, workers=workers or settings.workers or worker_count())
