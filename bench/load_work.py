"""What people ask of a server at the same time: searches by example, records stored and changed, decisions taken and undone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote

from bench.load_driver import Client, Reply, Request
from bench.load_ledger import Ledger, Said
from bench.world import World

# An undeclared column, which is kept and comes back: nothing else tells one version from another.
VERSION: Final = "load_version"
_LIMIT: Final = 20
# Every fifth who searches has a child before them and looks for its report.
_ARRIVALS: Final = 5
_TAKEN: Final = "not_a_match"


def _body(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def put_path(record_id: str) -> str:
    """The address of a record."""
    return f"/v1/records/{quote(record_id)}"


class Searches:
    """By example: what a report says, for intakes; and what an arrival says, for reports."""

    kind = "search"

    def __init__(self, world: World) -> None:
        self._reports, self._intakes = world.reports, world.intakes

    def request(self, number: int) -> Request:
        """What to send under this number."""
        rows = self._intakes if number % _ARRIVALS == 0 else self._reports
        row = rows[number * 7 % len(rows)]
        example = {name: cell for name, cell in row.items() if name != "record_id"}
        return Request("POST", "/v1/search", _body({"example": example, "limit": _LIMIT}))

    def sent(self, number: int, at: float) -> None:
        """Nothing to keep."""

    def answered(self, number: int, at: float, reply: Reply) -> None:
        """Nothing to keep."""


class Writes:
    """In turn a new record and a change of one that is there, in the ledger under a version that can be read back.

    `known` are changed again and again: the fewer, the more versions of each.
    """

    kind = "write"

    def __init__(
        self, new: Sequence[Mapping[str, str]], known: Sequence[Mapping[str, str]], run: str, ledger: Ledger
    ) -> None:
        self._new, self._known = new, known
        self._run = run
        self._ledger = ledger

    def request(self, number: int) -> Request:
        """What to send under this number."""
        row = self.row(number)
        return Request("PUT", put_path(row["record_id"]), _body(row))

    def row(self, number: int) -> dict[str, str]:
        """The record as it is stored."""
        turn, is_change = divmod(number, 2)
        rows = self._known if is_change and self._known else self._new
        row = {**rows[turn % len(rows)], VERSION: f"{self._run}-{number}"}
        if rows is self._new:
            # So that it must be found by what it says, whatever its name.
            return {**row, "record_id": f"load/{self._run}-{number}", "identifiers": f"load:{self._run}-{number}"}
        return {**row, "height_cm": str(80 + number % 90)}

    def sent(self, number: int, at: float) -> None:
        """A version is under way."""
        row = self.row(number)
        self._ledger.begin(row["record_id"], row[VERSION], at)

    def answered(self, number: int, at: float, reply: Reply) -> None:
        """It is stored, or not."""
        row = self.row(number)
        self._ledger.end(row["record_id"], row[VERSION], at, acknowledged=reply.status in (200, 201))


class Decisions:
    """One reviewer: says of a match that it is none, undoes that, and takes the next. For a lane of one thread."""

    kind = "decision"

    def __init__(self, matches: Sequence[int], ledger: Ledger) -> None:
        self._matches = matches
        self._ledger = ledger

    def request(self, number: int) -> Request:
        """What to send under this number."""
        match, decision = self._said(number)
        body = _body({"decision": decision, "reason": "load", "by": "load"})
        return Request("POST", f"/v1/matches/{match}/decisions", body)

    def _said(self, number: int) -> tuple[int, str]:
        return self._matches[number // 2 % len(self._matches)], "undo" if number % 2 else _TAKEN

    def sent(self, number: int, at: float) -> None:
        """Nothing to keep before it is answered."""

    def answered(self, number: int, at: float, reply: Reply) -> None:
        """It is in the history, under the number that the answer names."""
        if reply.status == 201:
            match, decision = self._said(number)
            self._ledger.say(Said(match, int(reply.json()["last_decision"]), decision))


def matches_to_decide(client: Client, count: int) -> list[dict[str, str]]:
    """Kept matches that nobody has decided on and everybody may, as the server lists them."""
    answer = client.send(Request("GET", f"/v1/matches?status=potential&held=false&limit={count}"))
    assert answer.status == 200, answer
    listed: list[dict[str, str]] = answer.json()["matches"]
    return listed


def read_version(client: Client, record_id: str) -> str | None:
    """The version of a record that is there; None: it cannot be read."""
    reply = client.send(Request("GET", put_path(record_id)))
    return reply.json().get(VERSION) if reply.status == 200 else None


def read_history(client: Client, match_id: int) -> list[tuple[int, str]]:
    """Step and decision of everything that was said of a match."""
    reply = client.send(Request("GET", f"/v1/matches/{match_id}"))
    return [(step["id"], step["decision"]) for step in reply.json()["history"]] if reply.status == 200 else []


def is_found(client: Client, record_id: str) -> bool:
    """Whether a stored record is among the first candidates of one who asks for just such a child."""
    stored = client.send(Request("GET", put_path(record_id)))
    if stored.status != 200:
        return False
    row = stored.json()
    other = "intake" if row["kind"] == "report" else "report"
    example = {name: cell for name, cell in row.items() if name not in ("record_id", VERSION)}
    reply = client.send(Request("POST", "/v1/search", _body({"example": {**example, "kind": other}, "limit": _LIMIT})))
    return reply.status == 200 and record_id in {match["record_id"] for match in reply.json()["matches"]}
