"""Writing many documents: in requests of a bearable size, again where the server was busy, and with a word on what it refused."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Any, Final

from indexer.index.elasticsearch.server import BUSY, GoneError, Server, is_blocked, overloaded, read_only

_log: Final = logging.getLogger(__name__)
Action = tuple[dict[str, Any], dict[str, Any]]
# About 2 MB of documents with 150 keys.
_DOCUMENTS: Final = 500
_AT_ONCE: Final = 3
# What a busy server did not take is sent again after these pauses, in seconds: about a minute in all.
_PAUSES: Final = (0.1, 0.2, 0.4, 0.8, 1.6, 3.0, 6.0, 10.0, 15.0, 20.0)
_ANSWER: Final = "errors,items.*.status,items.*.error.type"
_CONFLICT: Final = 409


def write(server: Server, alias: str, actions: Iterable[Action]) -> None:
    """Write all; a conflict of versions is no error, the newer one is there already. A refused document is reported and left out.

    Raises `GoneError` where the index is gone, `IndexUnavailableError` where the server does not take it all.
    """
    under_way: deque[Future[None]] = deque()
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="bulk") as pool:
        for part in _parts(actions, _DOCUMENTS):
            # A few requests at once keep the server's processors busy, however many documents are still to come.
            if len(under_way) >= _AT_ONCE:
                under_way.popleft().result()
            under_way.append(pool.submit(_write_part, server, alias, part))
        for done in under_way:
            done.result()


def _write_part(server: Server, alias: str, actions: Sequence[Action]) -> None:
    for pause in (*_PAUSES, None):
        actions = _send(server, alias, actions)
        if not actions:
            return
        if pause is None:
            raise overloaded()
        time.sleep(pause)


def _send(server: Server, alias: str, actions: Sequence[Action]) -> list[Action]:
    """What has to be sent again."""
    lines = [line for action in actions for line in action]
    answer = server.ask(
        lambda client: client.bulk(index=alias, operations=lines, require_alias=True, filter_path=_ANSWER)
    )
    if not answer["errors"]:
        return []
    told = [item["index"] for item in answer["items"]]
    return [action for action, said in zip(actions, told, strict=True) if _is_to_be_repeated(action, said)]


def _is_to_be_repeated(action: Action, said: dict[str, Any]) -> bool:
    status, kind = said["status"], said.get("error", {}).get("type", "")
    if is_blocked(status, kind):
        raise read_only()
    if status in BUSY:
        return True
    if status == 404:
        raise GoneError(kind)
    if status >= 400 and status != _CONFLICT:
        # The reason that the server gives may quote the document.
        _log.warning(
            "the index did not take record number %s (%s); it cannot be found", action[0]["index"]["_id"], kind
        )
    return False


def _parts(actions: Iterable[Action], size: int) -> Iterator[list[Action]]:
    remaining = iter(actions)
    while part := list(islice(remaining, size)):
        yield part
