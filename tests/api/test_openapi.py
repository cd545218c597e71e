from __future__ import annotations

from typing import Any

import pytest

from api.models import FlatRecord, Problem
from indexer.store import Decision, MatchStatus
from matcher.record import COLUMNS
from tests.api.client import TestClient

SURFACE = {
    ("/v1/search", "post"), ("/v1/records", "post"),
    ("/v1/records/{source}/{id}", "get"), ("/v1/records/{source}/{id}", "put"), ("/v1/records/{source}/{id}", "delete"),
    ("/v1/records/{source}/{id}/matches", "get"),
    ("/v1/matches", "get"), ("/v1/matches/{match_id}", "get"), ("/v1/matches/{match_id}/decisions", "post"),
    ("/v1/reconciliations", "get"), ("/v1/reconciliations", "post"), ("/v1/reconciliations/{run_id}", "get"),
    ("/healthz", "get"), ("/readyz", "get"), ("/metrics", "get"),
}  # fmt: skip


@pytest.fixture
def page(client: TestClient) -> dict[str, Any]:
    answer = client.get("/openapi.json")
    assert answer.status_code == 200
    described: dict[str, Any] = answer.json()
    return described


def test_the_page_describes_the_whole_surface_and_nothing_else(page: dict[str, Any]) -> None:
    assert {(path, method) for path, methods in page["paths"].items() for method in methods} == SURFACE


def test_the_page_lists_what_may_be_decided_and_where_a_match_may_stand(page: dict[str, Any]) -> None:
    schemas = page["components"]["schemas"]
    assert schemas["Decision"]["enum"] == [decision.value for decision in Decision]
    assert schemas["MatchStatus"]["enum"] == [status.value for status in MatchStatus]


def test_every_error_is_described_as_a_problem(page: dict[str, Any]) -> None:
    for methods in page["paths"].values():
        for operation in methods.values():
            errors = {status: told for status, told in operation["responses"].items() if int(status) >= 400}
            assert errors
            for told in errors.values():
                schema = told["content"]["application/problem+json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}


def test_every_reference_leads_somewhere(page: dict[str, Any]) -> None:
    schemas = page["components"]["schemas"]
    for reference in _references(page):
        assert reference.removeprefix("#/components/schemas/") in schemas
    assert "HTTPValidationError" not in schemas


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(page: dict[str, Any]) -> None:
    operations = [operation for methods in page["paths"].values() for operation in methods.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    assert all(operation["description"] for operation in operations)


def test_a_search_is_described_as_json_and_as_a_form(page: dict[str, Any]) -> None:
    content = page["paths"]["/v1/search"]["post"]["requestBody"]["content"]
    assert set(content) == {"application/json", "multipart/form-data"}


def test_the_flat_record_has_the_columns_of_the_record() -> None:
    assert list(FlatRecord.model_fields) == list(COLUMNS)


def test_a_problem_has_what_the_standard_asks_for() -> None:
    assert {"type", "title", "status", "detail"} <= set(Problem.model_fields)


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [found for value in node.values() for found in _references(value)]
    return [found for value in node for found in _references(value)] if isinstance(node, list) else []
