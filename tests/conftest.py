"""What all tests share: real components are used where they are there, and missed loudly in CI."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.servers.elasticsearch import building
from tests.servers.elasticsearch.fixture import URL_VARIABLE, elasticsearch_url

__all__ = ["elasticsearch_url"]

# What each real component is recognised by. A later issue adds its own line.
_COMMANDS = {"chromium": ("chromium", "chromedriver")}
# A server that a test may kill is always one of our own.
_NODES = {"elasticsearch": building.OLD, "elasticsearch node": building.OLD}


def _missing(component: str) -> list[str]:
    if component == "elasticsearch" and URL_VARIABLE in os.environ:
        return []
    if component in _NODES:
        return building.missing_for(_NODES[component])
    return [command for command in _COMMANDS[component] if shutil.which(command) is None]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that needs a missing component is skipped with its reason, or fails where every component is required."""
    for mark in item.iter_markers("real"):
        component = mark.args[0]
        missing = _missing(component)
        if not missing:
            continue
        reason = f"{component} is needed and {' and '.join(missing)} cannot be found; install the package of that name"
        if os.environ.get("ELIJAH_TEST_REQUIRE_REAL") == "1":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody's own ELIJAH_* reaches a test, and no test writes into a real home."""
    for name in list(os.environ):
        if name.startswith("ELIJAH_") and not name.startswith("ELIJAH_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("ELIJAH_HOME", str(tmp_path / "home"))
