"""The main job on SQLite, on PostgreSQL, and there with Elasticsearch too: the same answers to the letter, numbers and order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from indexer import reconcile as night
from indexer.installation import Installation, example_from_flat
from indexer.loading import load
from indexer.reconcile import reconcile
from indexer.settings import Settings
from indexer.store import Decision, MatchFilter, Saying
from matcher.errors import InputError
from tests.indexer.world import AT, NEXT_DAY

pytestmark = pytest.mark.real("postgresql")
SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"
SECOND_DAY = NEXT_DAY + timedelta(days=1)


@pytest.fixture(params=["", pytest.param("elasticsearch_url", marks=pytest.mark.real("elasticsearch"))])
def both(
    tmp_path: Path, postgresql_url: str, request: pytest.FixtureRequest
) -> Iterator[tuple[Installation, Installation]]:
    """SQLite with its embedded index, and PostgreSQL with the embedded one or with Elasticsearch."""
    searched = request.getfixturevalue(request.param) if request.param else ""
    small = Settings(home=tmp_path / "small")
    large = Settings(
        home=tmp_path / "large", database_url=postgresql_url, elasticsearch_url=searched, elasticsearch_replicas=0
    )
    with Installation.open(small) as one, Installation.open(large) as other:
        yield one, other


def everything(here: Installation) -> dict[str, Any]:
    """All that the database holds, as far as anybody can ask for it."""
    store = here.store
    page = store.list_matches(MatchFilter(sources=frozenset({"shelter", "police", "ngo"})), limit=10_000)
    return {
        "records": list(store.records()),
        "versions": [store.history(one.record.record_id) for one in store.records()],
        "changes": store.changes(after=0, limit=100_000),
        "matches": page,
        "decisions": [store.match_history(match.id) for match in page.matches],
        "rejected": store.rejected(10_000),
        "runs": [(run.id, run.full, run.status, run.done, run.total, run.summary) for run in store.last_reconciliations()],
    }  # fmt: skip


def answers(here: Installation) -> dict[str, Any]:
    """Searches, checks and matches."""
    example = example_from_flat({"local_name": "សុខ ដារ៉ា", "last_seen_place": "Poipet", "date_of_birth": "2015"})
    arrivals = [stored.record for stored in here.store.records(open_only=True)][::9]
    return {
        "search": here.search(example).to_json(),
        "check": [answer.to_json() for answer in here.check(arrivals)],
        "match": [here.match(record.record_id).to_json() for record in arrivals],
    }


def files(here: Installation, at: Any) -> object:
    """Load the samples."""
    report = load([SAMPLES / "reports.csv", SAMPLES / "intakes.csv"], here.store, kind=None, source=None, at=at)
    return report.to_json()


def review(here: Installation) -> list[str]:
    """Say something of many matches, take some of it back; what is refused counts too."""
    said = []
    for match in here.store.list_matches(limit=60).matches:
        steps = (Decision.CONFIRMED, Decision.REUNITED, Decision.UNDO, Decision.NOT_A_MATCH)
        for decision in steps[: 1 + match.id % 4]:
            try:
                here.store.decide(match.id, Saying(decision, reason=f"មូលហេតុ {decision}", by="Bopha"), at=NEXT_DAY)
                said.append(f"{match.id} {decision}")
            except InputError as error:
                said.append(error.message)
    return said


def change(here: Installation) -> object:
    """Records that come, change and go."""
    rows: list[Mapping[str, object]] = [
        stored.record.to_flat() | {"marks": "scar on the chin"} for stored in list(here.store.records())[::7]
    ]
    outcomes = here.put(rows, at=SECOND_DAY)
    for stored in list(here.store.records())[3::40]:
        here.withdraw(stored.record.record_id, at=SECOND_DAY)
    return outcomes, files(here, SECOND_DAY)


def test_the_main_job_gives_the_same_answers_on_both_databases_to_the_letter(
    both: tuple[Installation, Installation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(night, "BLOCK", 40)
    small, large = both
    assert files(small, AT) == files(large, AT)
    assert answers(small) == answers(large)
    # In worker processes too, which open the database for themselves.
    assert reconcile(small, at=AT).to_json() == reconcile(large, workers=2, at=AT).to_json()
    assert everything(small) == everything(large)
    assert review(small) == review(large)
    assert everything(small) == everything(large)
    assert change(small) == change(large)
    assert reconcile(small, at=SECOND_DAY).to_json() == reconcile(large, at=SECOND_DAY).to_json()
    assert reconcile(large, at=SECOND_DAY).new == 0
    reconcile(small, at=SECOND_DAY)
    assert everything(small) == everything(large)
    assert answers(small) == answers(large)
    for here in both:
        here.rebuild_index()
    assert answers(small) == answers(large)
    assert len(large.store.list_matches().matches) > 20
