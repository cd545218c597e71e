"""Who is let in while no user is defined: this machine only, and no website that is open in a browser on it.

Three walls, each against another way in: the client's address (another machine), the `Host` header (a name that a stranger made
point to this machine: DNS rebinding) and the origin of a request that changes something (a form on a stranger's page).
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem, problem_response
from indexer.settings import Settings

_LOCAL_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_HARMLESS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# Files of the program, not of a child: a browser may keep them.
_STATIC: Final = "/static/"


class Guard:
    """Refuses who may not come in, with a problem of status 403."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._names = _LOCAL_NAMES | {settings.host}
        self._open = settings.trust_network

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request in, or answer 403."""
        refused = self._refuses(scope) if scope["type"] == "http" else ""
        if refused:
            await problem_response(problem(403, refused))(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _refuses(self, scope: Scope) -> str:
        headers = Headers(scope=scope)
        if not self._open and not is_this_machine(scope.get("client")):
            return "no user is defined, so only this machine may come in"
        if not self._open and host_name(headers.get("host", "")) not in self._names:
            return "the address does not name this machine; use http://localhost or http://127.0.0.1"
        if scope["method"] not in _HARMLESS and not is_same_origin(headers):
            return "this request comes from another website; only Elijah's own pages and programs may change anything"
        return ""


class SecurityHeaders:
    """Puts on every answer what keeps a browser from telling, keeping or mixing it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with the headers."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                if not scope["path"].startswith(_STATIC):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, with_headers)


def is_this_machine(client: tuple[str, int] | None) -> bool:
    """Whether a connection comes from a loopback address; one without an address does not."""
    try:
        address = ip_address(client[0] if client else "")
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def host_name(host: str) -> str:
    """The name in a `Host` header, without port and brackets, lower case; blank where it is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def is_same_origin(headers: Headers) -> bool:
    """Whether a request comes from our own page or from a program: browsers say where from, programs say nothing."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or _host_and_port(origin) == headers.get("host", "").lower()


def _host_and_port(origin: str) -> str:
    """The host and port of an origin, lower case; blank where it has none (`null`, a malformed one)."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
