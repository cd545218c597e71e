"""The connection to Elasticsearch: patience with a busy server, and everything that can go wrong in plain words."""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from elastic_transport import ConnectionError as NoConnectionError
from elastic_transport import ConnectionTimeout, SerializationError, TlsError, TransportError
from elasticsearch import ApiError, Elasticsearch, ElasticsearchWarning, UnsupportedProductError

from indexer.errors import IndexUnavailableError
from matcher.errors import InputError

_Answer = TypeVar("_Answer")
Call = Callable[[Elasticsearch], _Answer]
# A busy server (429, 503) is asked again after these pauses, in seconds: about 6 s in all.
_PAUSES: Final = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.0)
_SECONDS: Final = 120.0
_SEARCH_SECONDS: Final = 15.0
BUSY: Final = (429, 503)
_AT_ONCE: Final = 500
_NO_INDEX: Final = "index_not_found_exception"
_BLOCKED: Final = "cluster_block_exception"
_NO_ELASTICSEARCH: Final = "what answers there is not Elasticsearch; check ELIJAH_ELASTICSEARCH_URL"
_WORDS: Final[Mapping[int, str]] = {
    401: "it refuses who asks; check ELIJAH_ELASTICSEARCH_USER and _PASSWORD, or ELIJAH_ELASTICSEARCH_API_KEY",
    403: "the user or API key may not do this; it needs all rights on indexes called elijah-*",
    429: "it is overloaded",
    503: "it has lost a part of the index, or is just starting; look at its health",
}
_LATER: Final = "the database takes records all the same, and the index catches up by itself"

# The server's remarks (a deprecated setting of its own, no security) are for its administrator, in its own log.
warnings.filterwarnings("ignore", category=ElasticsearchWarning)
# Its own lines repeat in the client's words what is raised below, a traceback included.
logging.getLogger("elastic_transport").setLevel(logging.CRITICAL)


class GoneError(IndexUnavailableError):
    """An index, or a document of it, is not there; `kind` is Elasticsearch's name for it, blank for a document."""

    def __init__(self, kind: str) -> None:
        super().__init__("the index in Elasticsearch was built anew by another process meanwhile; try again")
        self.kind = kind


class RefusedError(IndexUnavailableError):
    """Elasticsearch does not do what it was asked for (400)."""


class OutdatedError(IndexUnavailableError):
    """Another process has written the same document meanwhile (409)."""


_KINDS: Final[Mapping[int, type[IndexUnavailableError]]] = {400: RefusedError, 409: OutdatedError}


@dataclass(frozen=True, slots=True)
class Access:
    """Where the server is (several nodes of one cluster: separated by commas) and who asks.

    `ca`: the file of the certificates to trust; blank: the system's.
    """

    url: str
    user: str = ""
    password: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    ca: str = ""


class Server:
    """One Elasticsearch, or one cluster. Thread-safe. Nothing is asked of it before the first `ask`."""

    def __init__(self, access: Access) -> None:
        self._urls = [url.strip() for url in access.url.split(",")]
        try:
            self._patient = Elasticsearch(self._urls, request_timeout=_SECONDS, **_options(access))
        except (ValueError, TypeError, OSError) as error:
            # The client's own words may repeat a password that stands in the URL.
            raise InputError(
                "the settings of Elasticsearch cannot be used; check ELIJAH_ELASTICSEARCH_URL (https://host:9200), _CA (a file, "
                "only with https), and that there is a user with a password or an API key, not both"
            ) from error
        self._quick = self._patient.options(request_timeout=_SEARCH_SECONDS)

    def ask(self, call: Call[_Answer], *, quick: bool = False) -> _Answer:
        """The answer to one call; whoever is waited for at a screen is `quick`.

        Raises `IndexUnavailableError`; its kinds `GoneError`, `RefusedError`, `OutdatedError` mean something to some callers.
        """
        client, pauses, unreached = self._quick if quick else self._patient, iter(_PAUSES), 0
        while True:
            try:
                return call(client)
            except ApiError as error:
                pause = next(pauses, None) if _is_busy(error) else None
                if pause is None:
                    raise self._of_answer(error.status_code, error.body, error) from error
                time.sleep(pause)
            except TransportError as error:
                # A connection that was kept open ends with the server at its other end: the next one may find it back, or
                # another node of the cluster.
                unreached += 1
                if unreached > len(self._urls) or not _is_unreached(error):
                    raise self._of_transport(error) from error

    def ask_many(self, call: Call[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """The answers to several searches in one call; raises as `ask` does where one of them failed."""
        answers: list[Mapping[str, Any]] = self.ask(call, quick=True)["responses"]
        for answer in answers:
            if answer["status"] >= 400:
                raise self._of_answer(answer["status"], answer)
        return answers

    def get_many(self, index: str, ids: Sequence[str], *, quick: bool = False) -> list[dict[str, Any]]:
        """Those of the documents that are there, as they were last written."""
        found: list[dict[str, Any]] = []
        for start in range(0, len(ids), _AT_ONCE):
            part = list(ids[start : start + _AT_ONCE])
            found += self._get_some(index, part, quick=quick)
        return found

    def close(self) -> None:
        """Let go of the connections."""
        self._patient.close()

    def _get_some(self, index: str, ids: list[str], *, quick: bool) -> list[dict[str, Any]]:
        docs = self.ask(lambda client: client.mget(index=index, ids=ids), quick=quick)["docs"]
        for doc in docs:
            if "error" in doc:
                kind = error_type(doc)
                raise GoneError(kind) if kind == _NO_INDEX else self._unavailable(_WORDS[503])
        return [doc for doc in docs if doc["found"]]

    def _of_answer(self, status: int, body: Any, error: ApiError | None = None) -> IndexUnavailableError:
        kind = error_type(body)
        if isinstance(error, UnsupportedProductError):
            return self._unavailable(_NO_ELASTICSEARCH)
        if is_blocked(status, kind):
            return read_only()
        if "media_type" in kind or status == 406:
            return self._unavailable("it is of another major version; Elijah needs Elasticsearch 8 or 9")
        if status == 404:
            return GoneError(kind)
        words = self._words(_WORDS.get(status) or f"it answered {status} ({kind or 'no reason given'})")
        return _KINDS.get(status, IndexUnavailableError)(words)

    def _of_transport(self, error: TransportError) -> IndexUnavailableError:
        if isinstance(error, TlsError):
            return self._unavailable(
                "its certificate is not trusted; set ELIJAH_ELASTICSEARCH_CA to the file of its authority"
            )
        if isinstance(error, ConnectionTimeout):
            return self._unavailable("it did not answer in time")
        if isinstance(error, SerializationError):
            return self._unavailable(_NO_ELASTICSEARCH)
        return self._unavailable("it cannot be reached; check that it runs, and ELIJAH_ELASTICSEARCH_URL")

    def _unavailable(self, why: str) -> IndexUnavailableError:
        return IndexUnavailableError(self._words(why))

    def _words(self, why: str) -> str:
        return f"Elasticsearch at {', '.join(self._urls)} cannot be used: {why}; meanwhile {_LATER}"


def _options(access: Access) -> dict[str, Any]:
    options: dict[str, Any] = {"max_retries": 0, "retry_on_timeout": False}
    if access.user:
        options["basic_auth"] = (access.user, access.password)
    if access.api_key:
        options["api_key"] = access.api_key
    if access.ca:
        # The client would find out with the first question.
        Path(access.ca).open("rb").close()
        options["ca_certs"] = access.ca
    return options


def read_only() -> IndexUnavailableError:
    """The index may not be written: the server protects itself from a full disk, or somebody has closed it."""
    return IndexUnavailableError(
        "the index in Elasticsearch is read-only, as on a full disk; free space there, or lift the block of the index. "
        "It can be searched as it was; " + _LATER
    )


def overloaded() -> IndexUnavailableError:
    """The server did not take what was written in all the time it was given."""
    return IndexUnavailableError(f"Elasticsearch is overloaded and did not take all changes; {_LATER}")


def error_type(body: Any) -> str:
    """The kind of an error in an answer's body, as Elasticsearch names it; blank where there is none."""
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return ""
    causes = error.get("root_cause") or [error]
    return str(causes[0].get("type") or error.get("type") or "")


def is_blocked(status: int, kind: str) -> bool:
    """Whether it is closed for writing until somebody opens it. A cluster without a master blocks too (503), for seconds."""
    return kind == _BLOCKED and status != 503


def _is_busy(error: ApiError) -> bool:
    return error.status_code in BUSY and not is_blocked(error.status_code, error_type(error.body))


def _is_unreached(error: TransportError) -> bool:
    return isinstance(error, NoConnectionError) and not isinstance(error, TlsError)
