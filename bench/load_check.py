"""After a load: is everything there that was acknowledged?"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from bench.load_driver import Client, Request
from bench.load_ledger import Ledger
from bench.load_work import is_found, read_history, read_version

# The follower of an index on a server looks every 5 s; behind a night it may take longer.
_PATIENCE_SECONDS: Final = 60.0
_SEARCHED: Final = 50


@dataclass(slots=True)
class Checked:
    """What was looked at, and in words what is lost."""

    records: int = 0
    writes: int = 0
    decisions: int = 0
    searched: int = 0
    behind: int | None = None
    seconds: float = 0.0
    lost: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """The lines of the report."""
        said = (
            f"  {self.writes} acknowledged versions of {self.records} records, {self.decisions} decisions, {self.searched} "
            f"of the records asked for by search: {len(self.lost)} lost; index {self.behind} behind after {self.seconds:.1f} s"
        )
        return "\n".join([said, *(f"    LOST {one}" for one in self.lost[:20])])


def check(url: str, ledger: Ledger, *, patience: float = _PATIENCE_SECONDS) -> Checked:
    """Read everything back that the ledger holds, and wait until the index has followed."""
    found = Checked(writes=ledger.writes)
    with closing(Client(url)) as client:
        found.behind, found.seconds = wait_for_index(client, patience)
        if found.behind != 0:
            found.lost.append(f"the index is {found.behind} changes behind after {found.seconds:.0f} s")
        found.lost += _lost_writes(client, ledger, found)
        found.lost += _lost_decisions(client, ledger, found)
        found.lost += _not_found(client, ledger, found)
    return found


def wait_for_index(client: Client, patience: float) -> tuple[int | None, float]:
    """How many changes the index is behind (None: the server does not say), and how long it took to say 0."""
    started = time.monotonic()
    while True:
        reply = client.send(Request("GET", "/readyz"))
        behind = int(reply.json()["behind"]) if reply.status == 200 else None
        seconds = time.monotonic() - started
        if behind == 0 or seconds > patience:
            return behind, seconds
        time.sleep(0.2)


def _lost_writes(client: Client, ledger: Ledger, found: Checked) -> Iterator[str]:
    for record_id in ledger.acknowledged:
        found.records += 1
        lost = ledger.lost_write(record_id, read_version(client, record_id))
        if lost:
            yield lost


def _lost_decisions(client: Client, ledger: Ledger, found: Checked) -> Iterator[str]:
    for match_id, said in ledger.decisions.items():
        found.decisions += len(said)
        yield from ledger.lost_decisions(match_id, read_history(client, match_id))


def _not_found(client: Client, ledger: Ledger, found: Checked) -> Iterator[str]:
    """New records carry a number of their own, so that a search must bring them up."""
    new = (record_id for record_id in reversed(ledger.acknowledged) if record_id.startswith("load/"))
    for record_id in islice(new, _SEARCHED):
        found.searched += 1
        if not is_found(client, record_id):
            yield f"{record_id}: no search finds it"
