from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from indexer.installation import Installation
from indexer.reconcile import reconcile
from indexer.store import Decision
from tests.api.client import INTAKE, REPORT, TestClient, client_of, put
from tests.api.conftest import AT


def decide(client: TestClient, match: int, decision: str, **more: Any) -> Any:
    return client.post(f"/v1/matches/{match}/decisions", json={"decision": decision, **more})


def test_the_queue_lists_what_the_night_found(client: TestClient, match: int) -> None:
    page = client.get("/v1/matches").json()
    (only,) = page["matches"]
    assert (page["total"], page["limit"], page["offset"]) == (1, 50, 0)
    assert (only["id"], only["report_id"], only["intake_id"]) == (match, "police/1", "shelter/1")
    assert (only["status"], only["likelihood"], only["outcome"], only["held"]) == (
        "potential",
        "likely",
        "same_child",
        False,
    )


def test_one_match_has_its_evidence_its_records_and_its_history(client: TestClient, match: int) -> None:
    whole = client.get(f"/v1/matches/{match}").json()
    assert whole["prior"] + sum(row["weight"] for row in whole["evidence"]) == pytest.approx(whole["score"], abs=0.01)
    assert (whole["report"]["full_name"], whole["intake"]["full_name"]) == ("សុខ ដារ៉ា", "Dara SOKH")
    name = next(row for row in whole["evidence"] if row["comparison"] == "name")
    assert (name["query_value"], name["candidate_value"]) == ("សុខ ដារ៉ា", "Dara SOKH")
    assert (whole["history"], whole["last_decision"]) == ([], 0)


def test_a_decision_is_kept_with_its_reason_and_who_said_it(client: TestClient, match: int) -> None:
    answer = decide(client, match, "confirmed", reason="the mother knew him", by="Srey Leak")
    assert answer.status_code == 201
    (step,) = client.get(f"/v1/matches/{match}").json()["history"]
    assert (step["decision"], step["reason"], step["by"]) == ("confirmed", "the mother knew him", "Srey Leak")
    assert (answer.json()["status"], answer.json()["last_decision"]) == ("confirmed", step["id"])


def test_a_decision_that_names_nobody_is_the_users_who_runs_the_server(client: TestClient, match: int) -> None:
    assert decide(client, match, "unsure").json()["history"][0]["by"]


def test_undo_takes_the_decision_back_and_both_stay_in_the_history(client: TestClient, match: int) -> None:
    decide(client, match, "not_a_match")
    undone = decide(client, match, "undo").json()
    assert undone["status"] == "potential"
    assert [(step["decision"], step["undone"]) for step in undone["history"]] == [
        ("not_a_match", True),
        ("undo", False),
    ]


@pytest.mark.parametrize("decision", [decision.value for decision in Decision])
def test_every_decision_is_taken_or_is_a_conflict(client: TestClient, match: int, decision: str) -> None:
    impossible = decision in ("verified", "reunited", "undo")
    assert decide(client, match, decision).status_code == (409 if impossible else 201)


def test_the_second_of_two_people_who_saw_the_same_state_is_told_so(client: TestClient, match: int) -> None:
    seen = client.get(f"/v1/matches/{match}").json()["last_decision"]
    assert decide(client, match, "confirmed", seen_decision=seen).status_code == 201
    answer = decide(client, match, "not_a_match", seen_decision=seen)
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")
    assert client.get(f"/v1/matches/{match}").json()["status"] == "confirmed"


def test_of_many_decisions_at_the_same_time_one_is_taken(client: TestClient, match: int) -> None:
    words = ["confirmed", "not_a_match", "unsure", "handed_on"] * 2
    with ThreadPoolExecutor(len(words)) as people:
        statuses = list(people.map(lambda word: decide(client, match, word, seen_decision=0).status_code, words))
    assert sorted(statuses) == [201] + [409] * 7
    assert len(client.get(f"/v1/matches/{match}").json()["history"]) == 1


def test_saying_again_what_is_said_is_a_conflict(client: TestClient, match: int) -> None:
    decide(client, match, "confirmed")
    assert decide(client, match, "confirmed").status_code == 409


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "body.decision"),
        ({"decision": "perhaps"}, "body.decision"),
        ({"decision": "reopened"}, "body.decision"),
        ({"decision": "confirmed", "senior": "yes"}, "body.senior"),
        ({"decision": "confirmed", "reason": 3}, "body.reason"),
        ({"decision": "confirmed", "reason": "x" * 4001}, "body.reason"),
        ({"decision": "confirmed", "by": "x" * 201}, "body.by"),
        ({"decision": "confirmed", "seen_decision": -1}, "body.seen_decision"),
        ({"decision": "confirmed", "seen_decision": 2**64}, "body.seen_decision"),
        ({"decision": "confirmed", "resaon": "x"}, "body.resaon"),
        ([], "body"),
    ],
)
def test_what_is_no_decision_is_refused_with_its_place(client: TestClient, match: int, body: Any, where: str) -> None:
    answer = client.post(f"/v1/matches/{match}/decisions", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, where)
    assert client.get(f"/v1/matches/{match}").json()["status"] == "potential"


@pytest.mark.parametrize("unknown", ["999999", "0", "-1", "x", "1.0", "१", "9" * 40, "%00", "1e3"])
def test_an_unknown_match_is_404(client: TestClient, unknown: str) -> None:
    for answer in (
        client.get(f"/v1/matches/{unknown}"),
        client.post(f"/v1/matches/{unknown}/decisions", json={"decision": "confirmed"}),
    ):
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("status=potential", 1),
        ("status=confirmed", 0),
        ("likelihood=likely", 1),
        ("likelihood=unlikely", 0),
        ("held=false", 1),
        ("held=true", 0),
        ("outcome=same_child", 1),
        ("outcome=same_family", 0),
        ("record=police/1", 1),
        ("record=shelter/1", 1),
        ("record=shelter/2", 0),
        ("status=potential&likelihood=likely&held=false", 1),
    ],
)
def test_the_queue_is_filtered(client: TestClient, match: int, query: str, total: int) -> None:
    page = client.get(f"/v1/matches?{query}").json()
    assert (page["total"], len(page["matches"])) == (total, total)


@pytest.mark.parametrize(
    "query",
    [
        "status=asleep", "likelihood=sure", "outcome=other", "held=perhaps", "limit=0", "limit=1001", "limit=x", "offset=-1",
        f"offset={10**30}", f"limit={'9' * 5000}", "statsu=potential", f"record={'x' * 201}",
    ],
)  # fmt: skip
def test_a_filter_that_is_none_is_refused_with_its_name(client: TestClient, query: str) -> None:
    answer = client.get(f"/v1/matches?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == "query." + query.partition("=")[0]


def test_the_queue_comes_in_pages_the_most_probable_first(client: TestClient, here: Installation) -> None:
    put(client, "police/1", REPORT)
    for number, cells in enumerate([{}, {"mother_name": ""}, {"mother_name": "", "home_place": ""}]):
        put(client, f"shelter/{number}", INTAKE, **cells)
    reconcile(here, at=AT)
    whole = client.get("/v1/matches").json()["matches"]
    pages = [client.get(f"/v1/matches?limit=1&offset={offset}").json() for offset in range(4)]
    assert [page["matches"] for page in pages] == [[match] for match in whole] + [[]]
    assert {page["total"] for page in pages} == {3}
    assert [match["probability"] for match in whole] == sorted((m["probability"] for m in whole), reverse=True)


def test_consent_that_is_taken_back_hides_the_match(client: TestClient, match: int) -> None:
    put(client, "shelter/1", INTAKE, consent_for_tracing=False)
    assert client.get("/v1/matches").json() == {"matches": [], "total": 0, "limit": 50, "offset": 0}
    assert client.get("/v1/matches?held=false").json()["total"] == 0
    for answer in (client.get(f"/v1/matches/{match}"), decide(client, match, "confirmed")):
        assert answer.status_code == 403
        assert not any(word in answer.text for word in ("SOKH", "Aranyaprathet"))


def test_the_owner_still_sees_the_match_of_a_child_without_consent(tmp_path: Path) -> None:
    with client_of(tmp_path / "home", own_sources="shelter") as owner:
        put(owner, "police/1", REPORT)
        put(owner, "shelter/1", INTAKE, consent_for_tracing=False)
        reconcile(owner.app.state.keeper.installation(), at=AT)  # type: ignore[attr-defined]  # a FastAPI app has a state
        (only,) = owner.get("/v1/matches").json()["matches"]
        assert owner.get(f"/v1/matches/{only['id']}").status_code == 200


def test_withholding_that_is_added_later_holds_the_match_at_once(client: TestClient, match: int) -> None:
    assert "Aranyaprathet" in client.get(f"/v1/matches/{match}").text
    put(client, "shelter/1", INTAKE, withhold_from="Chan Sreymom")
    answer = client.get(f"/v1/matches/{match}")
    assert answer.json()["held"]
    assert answer.json()["held_reasons"]
    assert "Aranyaprathet" not in answer.text
    assert client.get("/v1/matches").json()["matches"][0]["held"]
    assert client.get("/v1/matches?held=true").json()["total"] == 1
    assert client.get("/v1/matches?held=false").json()["total"] == 0


def test_a_held_match_is_confirmed_by_a_senior_reviewer_only(client: TestClient, match: int) -> None:
    put(client, "shelter/1", INTAKE, withhold_from="Chan Sreymom")
    answer = decide(client, match, "confirmed")
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (403, "senior")
    assert decide(client, match, "confirmed", senior=True).status_code == 201


def test_a_held_match_may_be_refused_by_anybody(client: TestClient, match: int) -> None:
    put(client, "shelter/1", INTAKE, withhold_from="Chan Sreymom")
    assert decide(client, match, "not_a_match").status_code == 201


def test_what_was_held_when_it_was_found_stays_held_until_it_is_compared_again(
    client: TestClient, here: Installation
) -> None:
    put(client, "police/1", REPORT)
    put(client, "shelter/1", INTAKE, withhold_from="Chan Sreymom")
    reconcile(here, at=AT)
    put(client, "shelter/1", INTAKE)
    (only,) = client.get("/v1/matches?held=true").json()["matches"]
    assert "Aranyaprathet" not in client.get(f"/v1/matches/{only['id']}").text
    reconcile(here, at=AT)
    assert client.get("/v1/matches?held=true").json()["total"] == 0


def test_a_match_of_a_withdrawn_record_is_gone(client: TestClient, match: int) -> None:
    client.delete("/v1/records/shelter/1")
    assert client.get("/v1/matches").json()["total"] == 0
    assert client.get(f"/v1/matches/{match}").status_code == 404
