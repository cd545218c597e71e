from __future__ import annotations

from dataclasses import asdict

from tests.builders import intake, match_of, report


def test_the_public_shape_has_every_field_but_the_internal_number() -> None:
    child = {"full_name": "Sok Dara", "home_place": "Battambang", "sex": "male", "date_of_birth": "2015-04-15"}
    match = match_of(report(**child), intake(**{**child, "sex": "female"})).hold(("for a reason",))
    shape = match.to_json()
    expected = asdict(match)
    del expected["number"]
    assert list(shape) == list(expected)
    assert shape == {
        **expected, "evidence": list(expected["evidence"]), "caps": ["sex differs"], "held_reasons": ["for a reason"],
    }  # fmt: skip
    assert all(list(mine) == list(other) for mine, other in zip(shape["evidence"], expected["evidence"], strict=True))  # type: ignore[call-overload]  # a list of rows
