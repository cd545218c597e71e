"""What PostgreSQL refuses, in words for the administrator. Never the server's own text: it repeats cells of rows."""

from __future__ import annotations

from typing import Final

import psycopg

from indexer.errors import DatabaseBusyError, NotFoundError, StoreError
from matcher.errors import InputError

_BUSY: Final = "the database is held by another process; wait for it to end, then try again"
_LOST: Final = "the connection to the database server was lost; look whether the last step was stored, then try again"
_STARTING: Final = "the database server is starting or ending; try again in a moment"
_FULL_HOUSE: Final = (
    "too many are connected to the database server; try again in a moment, or raise its max_connections"
)
_DAMAGED: Final = "the database is damaged; restore it from the last backup"
_UNWRITABLE: Final = "a text holds a character that cannot be stored (NUL); write that text again"
# By SQLSTATE, the longest beginning first: https://www.postgresql.org/docs/current/errcodes-appendix.html
_REFUSALS: Final[dict[str, tuple[type[InputError], str]]] = {
    "55P03": (DatabaseBusyError, _BUSY),
    "55006": (DatabaseBusyError, _BUSY),
    "40": (DatabaseBusyError, _BUSY),
    "57014": (DatabaseBusyError, "the database server broke a question off because it took too long; try again"),
    "53100": (StoreError, "the disk is full: nothing of this step was stored; free some space, then try again"),
    "53300": (DatabaseBusyError, _FULL_HOUSE),
    "53": (
        StoreError,
        "the database server lacks memory or another resource: nothing of this step was stored; look at its log",
    ),
    "25006": (
        StoreError,
        "the database is read-only; ELIJAH_DATABASE_URL must name the server that writes, not its copy",
    ),
    "25P03": (StoreError, _LOST),
    "42501": (
        StoreError,
        "the database user lacks a right; give it the database: ALTER DATABASE elijah OWNER TO elijah",
    ),
    "3F000": (StoreError, "the database has no schema that this user may make tables in; look at its search_path"),
    "42P01": (StoreError, "the tables of the database are gone; restore them from the last backup"),
    "22021": (InputError, _UNWRITABLE),
    "22P05": (InputError, _UNWRITABLE),
    "22003": (NotFoundError, "there is no such number in the database"),
    "54": (InputError, "a text is too long to be stored; shorten it"),
    "57P03": (DatabaseBusyError, _STARTING),
    "57P": (StoreError, _LOST),
    "08": (StoreError, _LOST),
    "58": (StoreError, "the database server cannot read or write its disk; look at its log"),
    "XX": (StoreError, _DAMAGED),
}
# Nobody was let in, so there is no code: words of the server (English unless it was told otherwise) and of the driver.
_NOT_LET_IN: Final[tuple[tuple[tuple[str, ...], type[StoreError], str], ...]] = (
    (("too many clients", "too many connections", "connection slots"), DatabaseBusyError, _FULL_HOUSE),
    (("starting up", "shutting down", "recovery mode"), DatabaseBusyError, _STARTING),
    (
        ("authentication failed", "no password supplied"),
        StoreError,
        "the database server refuses this user or password; check both in ELIJAH_DATABASE_URL",
    ),
    (
        ("no pg_hba.conf entry", "permission denied for database", "not permitted to log in"),
        StoreError,
        "the database server does not let this user in from here; its pg_hba.conf and the user's rights say who may",
    ),
    (
        ("does not exist",),
        StoreError,
        "the database server has no such database or user; make them first: CREATE DATABASE elijah OWNER elijah",
    ),
    (
        ("certificate", "ssl"),
        StoreError,
        "the database server's encryption cannot be used; check sslmode and sslrootcert in ELIJAH_DATABASE_URL",
    ),
    (
        (
            "refused",
            "timeout",
            "timed out",
            "could not translate",
            "resolve",
            "no route",
            "unreachable",
            "no such file",
            "closed the connection",
            "reset",
        ),
        StoreError,
        "the database server cannot be reached; check host and port in ELIJAH_DATABASE_URL, and that it runs",
    ),
)
_OUTSIDE: Final = ("connection failed", "connection timeout", "connection is bad", "failed to resolve")


def in_words(error: BaseException, *, where: str) -> InputError:
    """Our error for one of psycopg's. `where` names the server, without user and password."""
    code = getattr(error, "sqlstate", None) or ""
    for length in (5, 3, 2):
        if code[:length] in _REFUSALS and code:
            kind, words = _REFUSALS[code[:length]]
            return kind(words)
    if code:
        return StoreError(f"the database refused: {type(error).__name__} ({code}); look at the log of the server")
    if isinstance(error, psycopg.OperationalError):
        return _not_let_in(str(error).lower(), where)
    if isinstance(error, psycopg.DataError):
        return InputError(_UNWRITABLE)
    return StoreError(f"the database cannot be used: {type(error).__name__}; check ELIJAH_DATABASE_URL")


def _not_let_in(said: str, where: str) -> StoreError:
    if not said.startswith(_OUTSIDE):
        return StoreError(_LOST)
    for signs, kind, words in _NOT_LET_IN:
        if any(sign in said for sign in signs):
            return kind(f"{words} ({where})")
    return StoreError(f"the database server does not let Elijah in; check the whole of ELIJAH_DATABASE_URL ({where})")
