from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import Any

import pytest

import indexer.faces.finder as finder_module
from indexer.installation import Installation, example_from_flat
from indexer.store import Entry
from matcher.record import Kind, Record
from tests.api.client import INTAKE, REPORT, TestClient, put
from tests.indexer.world import AT
from tests.photos import PixelEmbedder, picture

KNOWN = {"full_name": "Sok Dara", "sex": "male", "home_place": "Battambang"}
OTHERS = [{"full_name": name, "sex": "male"} for name in ("Sok Dara", "Sokha Dara", "Keo Dara", "Sok Darith")]


def search(client: TestClient, body: Any) -> list[dict[str, Any]]:
    answer = client.post("/v1/search", json=body)
    assert answer.status_code == 200, answer.text
    matches: list[dict[str, Any]] = answer.json()["matches"]
    return matches


def test_a_name_in_latin_letters_finds_the_khmer_report_of_the_same_child(client: TestClient) -> None:
    put(client, "police/1", REPORT)
    (found,) = search(client, {"example": {"full_name": "Sok Dara"}, "kind": "report"})
    assert found["record_id"] == "police/1"
    assert found["record"]["full_name"] == "សុខ ដារ៉ា"


def test_the_evidence_of_an_answer_adds_up_to_its_score(client: TestClient) -> None:
    put(client, "shelter/1", INTAKE)
    (found,) = search(client, REPORT)
    assert found["prior"] + sum(row["weight"] for row in found["evidence"]) == pytest.approx(found["score"], abs=0.01)
    assert found["likelihood"] == "likely"


def test_the_answer_has_the_same_matches_in_the_same_order_as_the_installation_gives(
    client: TestClient, here: Installation
) -> None:
    for number, cells in enumerate(OTHERS):
        put(client, f"shelter/{number}", {"kind": "intake", "consent_for_tracing": True, **cells})
    expected = here.search(example_from_flat(KNOWN, searched_kind=Kind.INTAKE), limit=3).to_json()
    answer = client.post("/v1/search", json={"example": KNOWN, "limit": 3}).json()
    assert answer == expected
    assert [match["rank"] for match in answer["matches"]] == [1, 2, 3]


def test_the_flat_record_alone_asks_the_same_as_an_example(client: TestClient) -> None:
    put(client, "shelter/1", INTAKE)
    assert search(client, KNOWN) == search(client, {"example": KNOWN})


@pytest.mark.parametrize(
    "empty",
    [{}, {"example": {}}, {"full_name": ""}, {"full_name": None}, {"kind": "report"}, {"example": {}, "limit": 5}],
)
def test_an_empty_query_gives_an_empty_list(client: TestClient, empty: dict[str, Any]) -> None:
    put(client, "shelter/1", INTAKE)
    assert search(client, empty) == []


def test_a_report_looks_for_intakes_and_an_intake_for_reports(client: TestClient) -> None:
    put(client, "police/1", REPORT)
    put(client, "shelter/1", INTAKE)
    assert [match["record_id"] for match in search(client, REPORT)] == ["shelter/1"]
    assert [match["record_id"] for match in search(client, INTAKE)] == ["police/1"]


def test_an_age_is_of_today_unless_the_query_says_when(client: TestClient) -> None:
    asked = client.post("/v1/search", json={"age": 8}).json()["query"]
    dated = client.post("/v1/search", json={"age": 8, "age_as_of": "2020-01-01"}).json()["query"]
    assert (asked["age"], dated["age_as_of"]) == ("8", "2020-01-01")
    assert asked["age_as_of"] > "2020-01-01"


def test_at_most_as_many_candidates_as_are_wanted(client: TestClient) -> None:
    for number in range(3):
        put(client, f"shelter/{number}", INTAKE)
    assert len(search(client, {"example": KNOWN, "limit": 2})) == 2


def test_a_child_without_consent_is_not_found(client: TestClient) -> None:
    put(client, "shelter/1", INTAKE, consent_for_tracing=False)
    put(client, "shelter/2", {**INTAKE, "consent_for_tracing": None})
    assert search(client, REPORT) == []


def test_a_held_candidate_does_not_say_where_the_child_is(client: TestClient) -> None:
    put(client, "shelter/1", INTAKE, withhold_from="Chan Sreymom", caregiver_name="Chan Sreymom", phones="012999888")
    answer = client.post("/v1/search", json={**REPORT, "phones": "012777666"})
    (found,) = answer.json()["matches"]
    assert found["held"]
    assert not any(word in answer.text for word in ("Aranyaprathet", "012999888"))


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"example": {"sex": "perhaps"}}, "sex"),
        ({"example": {"full_name": {"first": "Dara"}}}, "body.example.full_name"),
        ({"full_name": ["Dara"]}, "body.full_name"),
        ({"full_name": True}, "body.full_name"),
        ({"example": {}, "limit": 0}, "body.limit"),
        ({"example": {}, "limit": "many"}, "body.limit"),
        ({"example": {}, "limit": 10**400}, "body.limit"),
        ({"example": {}, "kind": "case"}, "body.kind"),
        ({"example": {}, "limits": 3}, "body.limits"),
        ({"example": []}, "body.example"),
        ({"age": 10**50}, "body.age"),
        ({"marks": [["scar"]]}, "body.marks"),
        ({"marks": ["scar"] * 300}, "body.marks"),
        ({"full_name": "D" * 5000}, "body.full_name"),
        ([KNOWN], "body"),
        ("Dara", "body"),
        (None, "body"),
    ],
)
def test_what_is_wrong_with_a_query_is_said_with_its_place_and_never_repeated(
    client: TestClient, body: Any, where: str
) -> None:
    answer = client.post("/v1/search", content=json.dumps(body), headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["where"] == where
    assert not any(word in answer.text for word in ("Dara", "scar", "perhaps", "many"))


def form(client: TestClient, data: dict[str, str], files: dict[str, Any] | None = None) -> Any:
    return client.post("/v1/search", files={name: (None, text) for name, text in data.items()} | (files or {}))


def test_a_form_with_the_example_in_a_field_asks_the_same_as_json(client: TestClient) -> None:
    for number in range(3):
        put(client, f"shelter/{number}", INTAKE)
    answer = form(client, {"example": json.dumps(KNOWN), "limit": "2", "kind": "intake"})
    assert answer.status_code == 200
    assert answer.json()["matches"] == search(client, {"example": KNOWN, "limit": 2})


def test_the_example_of_a_form_may_be_a_file_and_may_have_its_limit_inside(client: TestClient) -> None:
    put(client, "shelter/1", INTAKE)
    put(client, "shelter/2", INTAKE)
    file = ("example.json", json.dumps({"example": KNOWN, "limit": 1}), "application/json")
    assert len(form(client, {}, {"example": file}).json()["matches"]) == 1


@pytest.fixture
def _photos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finder_module, "open_embedder", PixelEmbedder)


def photo(content: bytes, name: str = "sokha.jpg") -> dict[str, Any]:
    return {"photo": (name, content, "image/jpeg")}


@pytest.mark.usefixtures("_photos")
def test_a_photo_in_a_form_finds_the_record_with_a_face_like_it(client: TestClient, here: Installation) -> None:
    row = {"record_id": "shelter/9", "kind": "intake", "photos": "seen.pgm", "consent_for_tracing": "true"}
    record = replace(Record.from_flat(row), faces=(here.faces.face_on(picture(40), "seen.pgm"),))
    here.store.put([Entry(record, {})], at=AT)
    for data in ({}, {"example": json.dumps({"photo_date": "2018"}), "limit": "3"}):
        answer = form(client, data, photo(picture(10)))
        assert answer.status_code == 200
        [match] = answer.json()["matches"]
        assert match["record_id"] == "shelter/9"
        [face] = [row for row in match["evidence"] if row["comparison"] == "face"]
        assert (face["query_value"], face["candidate_value"]) == ("photo (distance 0.30)", "seen.pgm (distance 0.30)")
        assert "sokha" not in answer.text


@pytest.mark.usefixtures("_photos")
@pytest.mark.parametrize(("content", "why"), [(picture(0), "no face"), (b"\xff\xd8\xff", "no image")])
def test_a_photo_that_cannot_be_used_is_refused_in_words(client: TestClient, content: bytes, why: str) -> None:
    answer = form(client, {"example": "{}"}, photo(content))
    assert answer.status_code == 422
    assert why in answer.json()["detail"]
    assert answer.json()["errors"][0]["where"] == "body.photo"
    assert "sokha" not in answer.text


def test_where_the_embedder_is_missing_a_photo_is_refused_in_words(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "dlib", None)
    answer = form(client, {"example": "{}"}, photo(picture(10)))
    assert answer.status_code == 422
    assert "not installed" in answer.json()["detail"]


def test_a_form_without_an_example_and_without_a_photo_is_refused(client: TestClient) -> None:
    assert form(client, {"limit": "3"}, photo(b"")).status_code == 422


def test_an_empty_photo_field_of_a_form_is_no_photo(client: TestClient) -> None:
    assert form(client, {"example": "{}"}, {"photo": ("", b"", "application/octet-stream")}).status_code == 200


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"example": ""},
        {"example": "{"},
        {"example": "[]"},
        {"example": "{}", "limit": "x"},
        {"example": "{}", "kind": "x"},
    ],
)
def test_a_form_without_a_readable_example_is_refused(client: TestClient, data: dict[str, str]) -> None:
    answer = form(client, {"other": "x", **data})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"full_name=Dara", "application/x-www-form-urlencoded"),
        (b"{}", "text/plain"),
        (b"{}", "application/json; charset=utf-16"),
        (b"{}", ""),
    ],
)
def test_another_content_type_is_415(client: TestClient, content: bytes, kind: str) -> None:
    answer = client.post("/v1/search", content=content, headers={"content-type": kind} if kind else {})
    assert (answer.status_code, answer.headers["content-type"]) == (415, "application/problem+json")


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=x"]
)
def test_a_broken_form_is_a_problem_too(client: TestClient, kind: str) -> None:
    answer = client.post("/v1/search", content=b"--y\r\nnonsense", headers={"content-type": kind})
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"
