"""Folders and files that only their owner may read: everything Elijah writes is about children."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO


def private_folder(folder: Path) -> Path:
    """The folder, made where it is missing, closed to everybody but its owner."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


@contextmanager
def replaced(path: Path) -> Iterator[IO[str]]:
    """A text file that appears whole or not at all, in place of the old one; owner-only."""
    private_folder(path.parent)
    with NamedTemporaryFile(
        "w", dir=path.parent, prefix=f".{path.name}.", encoding="utf-8", newline="", delete=False
    ) as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
