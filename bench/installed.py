"""An installation with a world in it, for the benches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench.world import World, write_world
from indexer.installation import Installation
from indexer.loading import load
from indexer.settings import Settings

# The worlds end before this day.
AT = datetime(2026, 1, 1, tzinfo=UTC)


@contextmanager
def loaded(world: World, folder: Path) -> Iterator[Installation]:
    """The installation, loaded through the same readers as a user's files, its index built."""
    write_world(world, folder / "world")
    with Installation.open(Settings(home=folder / "home")) as installation:
        load(
            [folder / "world" / "reports.csv", folder / "world" / "intakes.csv"],
            installation.store,
            kind=None,
            source=None,
            at=AT,
        )
        installation.refresh()
        yield installation
