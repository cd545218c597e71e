"""Folders and files that only their owner may read: everything Elijah writes is about children."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from indexer.errors import StoreError


def private_folder(folder: Path) -> Path:
    """The folder; where it is missing it is made, closed to everybody but its owner. One that is there keeps its rights."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreError(f"the folder {folder} cannot be made: {error.strerror}; check its path and rights") from error
    return folder


@contextmanager
def replaced_path(path: Path) -> Iterator[Path]:
    """Where to write a file that appears whole or not at all, in place of the old one; owner-only. For what writes by path."""
    private_folder(path.parent)
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        temporary = Path(file.name)
    try:
        yield temporary
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def replaced(path: Path) -> Iterator[IO[str]]:
    """A text file that appears whole or not at all, in place of the old one; owner-only."""
    with replaced_path(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        yield file
