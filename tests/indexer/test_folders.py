"""Files about children are for their owner only, and appear whole or not at all."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from indexer.errors import StoreError
from indexer.folders import private_folder, replaced, replaced_path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def write_half(path: Path, error: type[BaseException]) -> None:
    with replaced(path) as file:
        file.write("half")
        raise error


def test_a_folder_is_made_for_its_owner_only(tmp_path: Path) -> None:
    assert mode(private_folder(tmp_path / "deep" / "home")) == 0o700


def test_a_folder_that_is_there_keeps_its_rights_and_its_files(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o755)
    (shared / "file").write_text("kept")
    private_folder(shared)
    assert mode(shared) == 0o755
    assert (shared / "file").read_text() == "kept"


def test_a_folder_that_cannot_be_made_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be made: File exists; check its path and rights"):
        private_folder(tmp_path / "file")


def test_a_file_appears_in_place_of_the_old_one_for_its_owner_only_in_any_script(tmp_path: Path) -> None:
    path = tmp_path / "new" / "report.csv"
    for text in ("ចាស់\r\n", "ថ្មី\n"):
        with replaced(path) as file:
            file.write(text)
        assert path.read_bytes() == text.encode()
        assert mode(path) == 0o600
    assert names(path.parent) == ["report.csv"]


def test_until_it_is_whole_the_old_one_stays(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_text("old")
    with replaced(path) as file:
        file.write("new")
        file.flush()
        assert path.read_text() == "old"
    assert path.read_text() == "new"


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, SystemExit])
def test_when_writing_fails_the_old_one_stays_and_nothing_is_left_over(
    tmp_path: Path, error: type[BaseException]
) -> None:
    path = tmp_path / "report.csv"
    path.write_text("old")
    with pytest.raises(error):
        write_half(path, error)
    assert path.read_text() == "old"
    assert names(tmp_path) == ["report.csv"]


def test_a_program_that_writes_by_path_gets_one_that_becomes_the_file(tmp_path: Path) -> None:
    with replaced_path(tmp_path / "matches.xlsx") as temporary:
        temporary.write_bytes(b"PK")
        assert not (tmp_path / "matches.xlsx").exists()
    assert (tmp_path / "matches.xlsx").read_bytes() == b"PK"
    assert mode(tmp_path / "matches.xlsx") == 0o600
    assert names(tmp_path) == ["matches.xlsx"]
