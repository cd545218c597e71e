"""`elijah serve`: the pages and the HTTP interface."""

from __future__ import annotations

import click

from api.commands.common import read_settings
from matcher.errors import InputError

_LOCAL = ("127.0.0.1", "localhost", "::1")


@click.command()
@click.option("--host", help="Address to listen on (default: 127.0.0.1).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port (default: 8000).")
def serve(host: str | None, port: int | None) -> None:
    """Serve the pages. While no user is defined, only this machine may come in."""
    import uvicorn  # noqa: PLC0415  # the web stack is slow to import and no other command needs it

    from api.app import create_app  # noqa: PLC0415  # as above

    settings = read_settings()
    host, port = host or settings.host, port or settings.port
    if host not in _LOCAL and not settings.trust_network:
        raise InputError(
            f"--host {host}: no user is defined, so the server listens on 127.0.0.1 only; behind a proxy that signs people in, "
            "set ELIJAH_TRUST_NETWORK=true"
        )
    click.echo(f"Elijah at http://{host}:{port}  (no user is defined: only this machine may come in)", err=True)
    # The access log would keep what people searched for.
    uvicorn.run(create_app(settings), host=host, port=port, access_log=False, log_level="warning", server_header=False)
