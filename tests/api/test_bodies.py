from __future__ import annotations

import json

import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st

from api.bodies import media_type, parse_json
from api.problems import ProblemError

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=15,
)


def refusal(body: bytes) -> ProblemError | None:
    """How a body is refused, None where it is read."""
    try:
        parse_json(body)
    except ProblemError as error:
        return error
    return None


@given(VALUES, st.booleans())
def test_any_json_without_broken_characters_is_read_as_it_is(value: object, escaped: bool) -> None:
    assert parse_json(json.dumps(value, ensure_ascii=escaped).encode()) == value


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_in_words(body: bytes) -> None:
    refused = refusal(body)
    assert refused is None or (refused.status_code == 422 and refused.errors[0].where.startswith("body"))


@given(st.text(alphabet='{}[]",:\\u0d81tfn-+.eE ', max_size=40))
def test_any_mixture_of_json_signs_is_read_or_refused_in_words(text: str) -> None:
    refused = refusal(text.encode())
    assert refused is None or refused.status_code == 422


def test_a_byte_order_mark_is_no_part_of_the_json() -> None:
    assert parse_json(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


@pytest.mark.parametrize(
    ("body", "where", "said"),
    [
        (b"", "body", "is not JSON"),
        (b'{"sex": }', "body", "line 1, column 9"),
        ('{"name": "សុខ"'.encode("utf-16"), "body", "UTF-8"),
        (b"\xc3\x28", "body", "byte 0"),
        (b"[NaN]", "body", "NaN"),
        (b"[-Infinity]", "body", "Infinity"),
        (b"[1e400]", "body", "too large"),
        (b"[" + b"9" * 5000 + b"]", "body", "digits"),
        (b"[" * 21 + b"]" * 21, "body", "nested"),
        (b"[" * 200_000, "body", "nested"),
        (b'{"a": ["x", "\\u0000"]}', "body.a.1", "NUL"),
        (b'{"a": {"b": "\\ud800"}}', "body.a.b", "half a character"),
        (b'{"\\udfff": "x"}', "body", "half a character"),
    ],
)
def test_what_is_refused_is_said_with_its_place(body: bytes, where: str, said: str) -> None:
    with pytest.raises(ProblemError) as refused:
        parse_json(body)
    assert refused.value.errors[0].where == where
    assert said in refused.value.detail


def test_what_is_refused_is_never_repeated() -> None:
    with pytest.raises(ProblemError) as refused:
        parse_json(b'{"full_name": "Sok Dara" "sex": "male"}')
    assert "Dara" not in refused.value.detail


def test_two_halves_are_a_whole_character() -> None:
    assert parse_json(b'"\\ud83d\\ude00"') == "\U0001f600"


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"content-type": "application/json"}, "application/json"),
        ({"content-type": "Application/JSON; charset=UTF-8"}, "application/json"),
        ({"content-type": "multipart/form-data; boundary=x"}, "multipart/form-data"),
        ({"content-type": "application/json; charset=utf-16"}, ""),
        ({"content-type": "application/json", "content-encoding": "gzip"}, ""),
        ({"content-type": ""}, ""),
        ({"content-type": "nonsense"}, "text/plain"),
        ({}, ""),
    ],
)
def test_the_type_of_a_body_is_read_without_its_parameters(headers: dict[str, str], kind: str) -> None:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    assert media_type(Request({"type": "http", "headers": raw})) == kind
