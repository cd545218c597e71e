"""`elijah index` and `elijah withdraw`: the state of the index, and taking a record out for good."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.commands.running import Elijah
from tests.api.commands.samples import loaded


@pytest.fixture(autouse=True)
def _loaded(elijah: Elijah, tmp_path: Path) -> None:
    loaded(elijah, tmp_path)


def snapshot(tmp_path: Path) -> Path:
    (found,) = (tmp_path / "home" / "index").rglob("*.snapshot")
    return found


def test_the_status_counts_records_and_what_is_behind(elijah: Elijah) -> None:
    status = elijah("index", "status", "--json").json
    assert (status["records"], status["behind"]) == (3, 0)


def test_a_rebuild_gives_the_same_answers(elijah: Elijah) -> None:
    before = elijah("search", "--name", "Sok Dara", "--json").json
    assert elijah("index", "rebuild", "--json").json["records"] == 3
    assert elijah("search", "--name", "Sok Dara", "--json").json == before


@pytest.mark.parametrize("damage", [b"", b"no snapshot at all", None], ids=["empty", "rubbish", "cut short"])
def test_a_damaged_snapshot_is_built_anew_by_the_next_question(
    elijah: Elijah, tmp_path: Path, damage: bytes | None
) -> None:
    path = snapshot(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    assert elijah("search", "--name", "Sok Dara", "--json").json["matches"][0]["record_id"] == "shelter/1"
    assert elijah("index", "status", "--json").json["records"] == 3


def test_a_withdrawn_record_is_gone_from_every_answer_and_file_and_stays_gone(elijah: Elijah, tmp_path: Path) -> None:
    assert elijah("withdraw", "shelter/1", "--yes", "--json").json == {"withdrawn": "shelter/1"}
    assert elijah("search", "--name", "Sok Dara", "--json").json["matches"] == []
    assert elijah("load", tmp_path / "arrivals.csv").code == 1
    elijah("index", "rebuild")
    assert elijah("search", "--name", "Sok Dara", "--json").json["matches"] == []
    everything = b"".join(path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file())
    assert b"Dara SOKH" not in everything


def test_withdrawing_what_is_not_there_says_so(elijah: Elijah) -> None:
    done = elijah("withdraw", "shelter/99", "--yes")
    assert done.code == 2
    assert "shelter/99" in done.err
