from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from indexer.index.elasticsearch.mapping import CANDIDATES, FORMAT


def changed(*path: str, to: Any = None) -> dict[str, Any]:
    """Our mapping with one place of it changed, or taken out."""
    found = deepcopy(CANDIDATES.mappings())
    place: dict[str, Any] = found
    for name in path[:-1]:
        place[name] = dict(place[name])
        place = place[name]
    if to is None:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return found


def test_our_own_mapping_can_be_used() -> None:
    assert CANDIDATES.difference(CANDIDATES.mappings()) == ""


def test_elasticsearch_does_not_name_the_type_of_an_object() -> None:
    assert CANDIDATES.difference(changed("properties", "past", to={"type": "object", "enabled": False})) == ""
    assert CANDIDATES.difference(changed("properties", "past", to={"enabled": False})) == ""


@pytest.mark.parametrize(
    ("found", "why"),
    [
        ({}, "was not made by Elijah"),
        (changed("_meta"), "was not made by Elijah"),
        (changed("_meta", "elijah", to=FORMAT + 1), "another version"),
        (changed("dynamic", to="true"), "changed by somebody else"),
        (changed("properties", "keys"), "changed by somebody else"),
        (changed("properties", "keys", "similarity"), "changed by somebody else"),
        (changed("properties", "keys", "type", to="text"), "changed by somebody else"),
        (changed("properties", "name", to={"type": "text"}), "changed by somebody else"),
    ],
)
def test_any_other_mapping_is_refused_in_words(found: dict[str, Any], why: str) -> None:
    assert why in CANDIDATES.difference(found)
