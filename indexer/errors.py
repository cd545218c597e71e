"""What can go wrong while keeping records: each error says what, where and what to do, in words for the person at the screen."""

from __future__ import annotations

from matcher.errors import InputError


class StoreError(InputError):
    """The database cannot be opened, read or written: missing, full, read-only, no database, of a newer schema."""


class DatabaseBusyError(StoreError):
    """Another process holds the database for longer than the waiting time."""


class IndexUnavailableError(StoreError):
    """The candidate index is on a server that cannot be reached, or does not take what is written; the database does."""


class IndexBusyError(StoreError):
    """Another process is writing the embedded index."""


class ConflictError(InputError):
    """Somebody else came between: another decision, another run of the night job, a withdrawn record."""


class NotFoundError(InputError):
    """There is no such record, match or run."""


class NotPermittedError(InputError):
    """Rule 4 or 5 forbids it: no consent for tracing, or a held match that a senior reviewer must decide on."""


class PhotoError(InputError):
    """A photo cannot be used: no image, too large, no face on it."""


class PhotosUnavailableError(InputError):
    """What reads faces on photos is not installed here."""
