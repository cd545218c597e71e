"""The bench of growth measures each home in its own process, and compares the first with the last."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.growth import _resident, main
from tests.indexer.families import children
from tests.indexer.world import AT, opened

_MAPS = """\
7f00-7f10 r--s 00000000 08:01 12 /home/x/index/candidates.snapshot
Size:                 40 kB
Rss:                  12 kB
7f10-7f20 r--p 00000000 08:01 13 /usr/lib/libc.so
Rss:                 100 kB
7f20-7f30 rw-p 00000000 00:00 0
Rss:                   8 kB
"""


def test_only_the_index_file_that_is_in_memory_counts(tmp_path: Path) -> None:
    maps = tmp_path / "smaps"
    maps.write_text(_MAPS)
    assert _resident(maps, ".snapshot") == 12 * 1024
    assert _resident(tmp_path / "not there", ".snapshot") == 0


def test_homes_that_exist_are_measured_and_the_last_is_compared_with_the_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, count in (("small", 40), ("large", 80)):
        with opened(tmp_path / name) as installation:
            installation.put(children(count), at=AT)
            installation.index.compact(force=True)
    main(["--homes", str(tmp_path / "small"), str(tmp_path / "large"), "--searches", "10"])
    said = capsys.readouterr().out
    assert "80 records: search not met before" in said
    assert "160 records: search not met before" in said
    assert "2 times the records: a search takes" in said
