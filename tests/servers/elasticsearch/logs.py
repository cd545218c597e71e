"""A change log for tests that kill: what it says at its end is known, and a follower takes it in small steps."""

from __future__ import annotations

from indexer.errors import IndexUnavailableError
from indexer.index import CandidateIndex, Document, Removal
from matcher.record import Kind
from tests.indexer.index.builders import document, query

Change = Document | Removal
RECORDS = 600


def make_log() -> list[Change]:
    """Every record comes, every third changes, every fifth goes; a change is found by a key of its version."""
    log: list[Change] = [document(number, "all", f"v1 {number % 50}") for number in range(1, RECORDS + 1)]
    log += [document(number, "all", f"v2 {number % 50}", version=2) for number in range(3, RECORDS + 1, 3)]
    log += [Removal(number, 3) for number in range(5, RECORDS + 1, 5)]
    return log


def follow(index: CandidateIndex, log: list[Change], *, step: int = 40, compact: bool = True) -> None:
    """Take the log in from where the index is to its end. Raises `IndexUnavailableError`."""
    index.refresh()
    while index.position < len(log):
        start = index.position
        index.apply(log[start : start + step], position=min(start + step, len(log)))
        if compact:
            index.compact()


def follow_through(index: CandidateIndex, log: list[Change], *, step: int = 40) -> int:
    """The same, beginning again after each error, as every later question does; how many errors there were."""
    errors = 0
    while True:
        try:
            follow(index, log, step=step)
        except IndexUnavailableError:
            errors += 1
            assert errors < 200, "the server does not come back"
        else:
            return errors


def assert_whole(index: CandidateIndex, log: list[Change]) -> None:
    """Nothing lost, nothing twice, no ghost; and the frequencies count exactly what is there."""
    living: dict[int, Document] = {}
    for change in log:
        if isinstance(change, Removal):
            living.pop(change.number, None)
        else:
            living[change.number] = change
    index.refresh()
    assert (index.position, index.count()) == (len(log), len(living))
    found = index.candidates(query("all", limit=10 * RECORDS, kind=Kind.INTAKE))
    assert [candidate.number for candidate in found] == sorted(living)
    keys = ["all", *(f"v{version} {rest}" for version in (1, 2) for rest in range(50))]
    expected = [sorted(number for number, one in living.items() if key in one.keys) for key in keys]
    answers = index.candidates_many([query(key, limit=10 * RECORDS) for key in keys])
    assert [[candidate.number for candidate in answer] for answer in answers] == expected
    index.compact(force=True)
    assert index.frequencies(keys) == [len(numbers) for numbers in expected]
