"""The file that is to be written: refused early where it cannot be, and plain words for what goes wrong later."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from indexer.folders import replaced_path
from matcher.errors import InputError


def check_target(out: Path, suffixes: Sequence[str]) -> None:
    """Raise `InputError` for a file that could not be written in the end, before any work is done."""
    if out.suffix.lower() not in suffixes:
        raise InputError(f"{out}: unknown kind of file; end its name in {', '.join(suffixes)}")
    if out.is_dir():
        raise InputError(f"{out}: is a folder; give the name of a file")
    folder = next(parent for parent in out.absolute().parents if parent.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise InputError(f"{out}: the folder {folder} cannot be written to; choose another one")


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """Where to write the new file, which replaces the old one when the block ends well. Raises `InputError` for the disk."""
    try:
        with replaced_path(out) as temporary:
            yield temporary
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise InputError(
                f"{out}: the disk is full, the file was not written; free some space, then try again"
            ) from error
        raise InputError(
            f"{out}: cannot be written ({error.strerror or 'unknown reason'}); choose another place"
        ) from error
