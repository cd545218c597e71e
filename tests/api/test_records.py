from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from indexer.installation import Installation
from tests.api.client import INTAKE, REPORT, TestClient, client_of, put


def found_by(client: TestClient, query: dict[str, Any]) -> list[str]:
    return [match["record_id"] for match in client.post("/v1/search", json=query).json()["matches"]]


def test_a_record_that_was_put_is_read_back_and_found_at_once(client: TestClient) -> None:
    answer = client.put("/v1/records/shelter/1", json=INTAKE)
    assert answer.status_code == 201
    read = client.get("/v1/records/shelter/1")
    assert read.status_code == 200
    assert read.json() == answer.json() == {**INTAKE, "record_id": "shelter/1", "status": "open", "sex": "male"}
    assert found_by(client, REPORT) == ["shelter/1"]


def test_the_same_id_again_is_an_update_that_is_found_at_once(client: TestClient) -> None:
    put(client, "shelter/1", {"kind": "intake", "full_name": "Meas Bopha", "consent_for_tracing": True})
    answer = client.put("/v1/records/shelter/1", json=INTAKE)
    assert answer.status_code == 200
    assert client.get("/v1/records/shelter/1").json()["full_name"] == "Dara SOKH"
    assert found_by(client, REPORT) == ["shelter/1"]


def test_lists_and_unknown_columns_come_back(client: TestClient) -> None:
    put(client, "a/1", REPORT, marks=["scar left knee", "mole chin"], ward=3, seen=True, bus_lines=["a", 2])
    read = client.get("/v1/records/a/1").json()
    assert read["marks"] == "scar left knee; mole chin"
    assert (read["ward"], read["seen"], read["bus_lines"]) == ("3", "true", "a; 2")


def test_an_id_may_hold_slashes_and_khmer(client: TestClient) -> None:
    put(client, "ngo/2025/ភ្នំពេញ/7", REPORT)
    assert client.get("/v1/records/ngo/2025/ភ្នំពេញ/7").json()["record_id"] == "ngo/2025/ភ្នំពេញ/7"
    assert client.get("/v1/records/ngo/2025/ភ្នំពេញ/7/matches").status_code == 200


def test_an_id_that_could_not_be_read_back_is_refused(client: TestClient) -> None:
    assert client.put("/v1/records/ngo/1/matches", json=REPORT).status_code == 422


def test_the_body_may_repeat_its_id_and_no_other(client: TestClient) -> None:
    assert client.put("/v1/records/a/1", json={**REPORT, "record_id": " a/1 "}).status_code == 201
    answer = client.put("/v1/records/a/1", json={**REPORT, "record_id": "a/2"})
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "body.record_id")


@pytest.mark.parametrize(
    ("cells", "where"),
    [
        ({"kind": None}, "kind"),
        ({"kind": "lost"}, "kind"),
        ({"status": "asleep"}, "status"),
        ({"sex": "perhaps"}, "sex"),
        ({"full_name": {"first": "x"}}, "body.full_name"),
        ({"pets": {"dog": "x"}}, "body.pets"),
    ],
)
def test_a_record_that_cannot_be_read_is_refused_with_the_column(
    client: TestClient, cells: dict[str, Any], where: str
) -> None:
    answer = client.put("/v1/records/a/1", json={**REPORT, **cells})
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, where)
    assert client.get("/v1/records/a/1").status_code == 404


def test_a_withdrawn_record_is_gone_from_reading_and_searching_and_stays_gone(client: TestClient) -> None:
    put(client, "shelter/1", INTAKE)
    assert client.delete("/v1/records/shelter/1").status_code == 204
    assert client.get("/v1/records/shelter/1").status_code == 404
    assert found_by(client, REPORT) == []
    answer = client.put("/v1/records/shelter/1", json=INTAKE)
    assert (answer.status_code, answer.headers["content-type"]) == (410, "application/problem+json")
    assert client.get("/v1/records/shelter/1").status_code == 404


def test_a_record_that_comes_withdrawn_is_withdrawn(client: TestClient) -> None:
    put(client, "shelter/1", INTAKE)
    assert client.put("/v1/records/shelter/1", json={**INTAKE, "status": "withdrawn"}).status_code == 204
    assert client.get("/v1/records/shelter/1").status_code == 404


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("path", ["/v1/records/no/body", "/v1/records/no/%00", "/v1/records/a", "/v1/records/a/"])
def test_an_unknown_record_is_a_problem(client: TestClient, method: str, path: str) -> None:
    answer = client.request(method, path)
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_candidates_of_a_stored_record_are_those_of_the_command_line(
    client: TestClient, here: Installation
) -> None:
    put(client, "police/1", REPORT)
    put(client, "shelter/1", INTAKE)
    put(client, "shelter/2", {**INTAKE, "full_name": "Dara Keo"})
    answer = client.get("/v1/records/police/1/matches?limit=5")
    assert answer.json() == here.match("police/1", limit=5).to_json()
    assert answer.json()["matches"][0]["record_id"] == "shelter/1"


def test_the_candidates_of_an_unknown_record_are_404(client: TestClient) -> None:
    assert client.get("/v1/records/police/9/matches").status_code == 404


@pytest.mark.parametrize("limit", ["0", "1001", "x", "9" * 5000])
def test_a_limit_is_a_number_within_reason(client: TestClient, limit: str) -> None:
    put(client, "police/1", REPORT)
    answer = client.get(f"/v1/records/police/1/matches?limit={limit}")
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "query.limit")


def test_a_child_without_consent_is_shown_to_nobody_but_the_owner(tmp_path: Path) -> None:
    secret = {**INTAKE, "consent_for_tracing": False}
    with client_of(tmp_path / "home") as client:
        put(client, "police/1", REPORT)
        put(client, "shelter/1", secret)
        for path in ("/v1/records/shelter/1", "/v1/records/shelter/1/matches"):
            answer = client.get(path)
            assert answer.status_code == 403
            assert "SOKH" not in answer.text
        assert client.get("/v1/records/police/1/matches").json()["matches"] == []
    with client_of(tmp_path / "home", own_sources="shelter") as owner:
        assert owner.get("/v1/records/shelter/1").status_code == 200
        for path, other in (("shelter/1", "police/1"), ("police/1", "shelter/1")):
            (found,) = owner.get(f"/v1/records/{path}/matches").json()["matches"]
            assert found["record_id"] == other


def test_a_held_match_does_not_say_where_the_child_is_from_either_side(client: TestClient) -> None:
    put(client, "police/1", REPORT)
    put(client, "shelter/1", INTAKE, withhold_from="Chan Sreymom", caregiver_name="Kong Srey Pov")
    for record in ("police/1", "shelter/1"):
        answer = client.get(f"/v1/records/{record}/matches")
        assert answer.json()["matches"][0]["held"]
        assert not any(word in answer.text for word in ("Aranyaprathet", "Kong Srey Pov"))


def test_an_array_goes_in_row_by_row_and_says_what_was_rejected(client: TestClient) -> None:
    put(client, "a/known", REPORT)
    put(client, "a/gone", REPORT)
    client.delete("/v1/records/a/gone")
    rows: list[Any] = [
        {**REPORT, "record_id": "a/new"},
        {**REPORT, "record_id": "a/known"},
        {**REPORT, "record_id": "a/bad", "sex": "perhaps"},
        {**REPORT, "record_id": "a/worse", "full_name": {}},
        REPORT,
        {**REPORT, "record_id": "nobody's"},
        "no record",
        {**REPORT, "record_id": "a/gone"},
        {**REPORT, "record_id": "a/new", "full_name": "Kong Thlang"},
    ]
    answer = client.post("/v1/records", json=rows)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["created"], told["updated"], told["unchanged"]) == (1, 1, 1)
    assert [(row["index"], row["column"]) for row in told["rejected"]] == [
        (2, "sex"), (3, "full_name"), (4, "record_id"), (5, "record_id"), (6, ""), (7, "record_id"),
    ]  # fmt: skip
    assert client.get("/v1/records/a/new").json()["full_name"] == "Kong Thlang"


def test_an_array_is_found_at_once(client: TestClient) -> None:
    client.post("/v1/records", json=[{**INTAKE, "record_id": f"shelter/{number}"} for number in range(3)])
    assert found_by(client, REPORT) == ["shelter/0", "shelter/1", "shelter/2"]


def test_an_empty_array_is_nothing_to_do(client: TestClient) -> None:
    assert client.post("/v1/records", json=[]).json()["created"] == 0


@pytest.mark.parametrize("body", [{}, "x", None, 3])
def test_only_an_array_is_an_array(client: TestClient, body: Any) -> None:
    answer = client.post("/v1/records", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "body")
