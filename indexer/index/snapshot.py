"""The index on disk: one file, replaced as a whole, memory-mapped, checked before it is believed."""

from __future__ import annotations

import mmap
import os
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.errors import StoreError
from indexer.index.block import DocumentBlock
from indexer.index.postings import Postings

Identity = tuple[int, int, int]
NO_FILE: Final[Identity] = (0, 0, 0)
FORMAT: Final = 2
_MAGIC: Final = b"ELIJAHIX"
_LAYOUT: Final = struct.Struct("<8sIIqqqqI4x")
_OWN_CHECKSUM: Final = struct.Struct("<I4x")
_Number = TypeVar("_Number", bound=np.generic)


class SnapshotError(Exception):
    """A snapshot cannot be used; the message says why. The index is then built anew from the database."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a file holds: the postings, and the position in the change log that they stand for."""

    postings: Postings
    position: int
    identity: Identity


class _Header(NamedTuple):
    """The first 56 bytes; the last of its fields is the checksum of those before."""

    magic: bytes
    format: int
    checksum: int
    position: int
    documents: int
    keys: int
    postings: int
    own_checksum: int

    def pack(self) -> bytes:
        head = _LAYOUT.pack(*self)[: -_OWN_CHECKSUM.size]
        return head + _OWN_CHECKSUM.pack(zlib.crc32(head))

    @classmethod
    def unpack(cls, head: bytes) -> _Header:
        if len(head) < _LAYOUT.size:
            raise SnapshotError("the snapshot is cut short")
        header = cls._make(_LAYOUT.unpack(head))
        if header.magic != _MAGIC:
            raise SnapshotError("the file is no snapshot")
        if header.pack() != head:
            raise SnapshotError("the snapshot is damaged")
        if header.format != FORMAT:
            raise SnapshotError("the snapshot is of another version")
        return header


def write_snapshot(path: Path, postings: Postings, position: int) -> None:
    """Replace the snapshot atomically; the old one stays whole until the new one is. The caller holds the writers' lock.

    Raises `StoreError` where there is no room or no right to write.
    """
    arrays = _arrays(postings)
    checksum = 0
    for array in arrays:
        checksum = zlib.crc32(array.data, checksum)
    sizes = (len(postings.documents), len(postings.keys), len(postings.places))
    head = _Header(_MAGIC, FORMAT, checksum, position, *sizes, 0).pack()
    try:
        _drop_unfinished(path)
        _replace(path, [head, *(array.data for array in arrays)])
    except OSError as error:
        raise StoreError(
            f"the index cannot be written to {path.parent}: {error.strerror}; the old one is still in use: "
            "free some space, check the rights of the folder"
        ) from error


def read_snapshot(path: Path) -> Snapshot:
    """Map a snapshot into memory. Raises `SnapshotError` where it is missing, cut short, damaged or of another format."""
    try:
        with path.open("rb") as file:
            header = _Header.unpack(file.read(_LAYOUT.size))
            identity = _identity(os.fstat(file.fileno()))
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError:
        raise SnapshotError("there is no snapshot yet") from None
    except OSError as error:
        raise SnapshotError(f"the snapshot cannot be read: {error.strerror}") from error
    return Snapshot(_map(data, header), header.position, identity)


def identify(path: Path) -> Identity:
    """What tells one snapshot file from the next."""
    try:
        return _identity(path.stat())
    except OSError:
        return NO_FILE


def snapshot_position(path: Path) -> int:
    """The position of the snapshot that is in place; -1 where it cannot be used."""
    try:
        with path.open("rb") as file:
            return _Header.unpack(file.read(_LAYOUT.size)).position
    except (OSError, SnapshotError):
        return -1


def _identity(status: os.stat_result) -> Identity:
    return status.st_ino, status.st_mtime_ns, status.st_size


def _replace(path: Path, parts: list[bytes | memoryview]) -> None:
    with NamedTemporaryFile(dir=path.parent, prefix=_unfinished(path), delete=False) as file:
        try:
            for part in parts:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    _sync_folder(path.parent)


def _unfinished(path: Path) -> str:
    return f".{path.name}."


def _drop_unfinished(path: Path) -> None:
    """What a killed writer left behind may hold keys of a record that has been withdrawn since (rule 8)."""
    for file in path.parent.glob(f"{_unfinished(path)}*"):
        file.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _arrays(postings: Postings) -> list[NDArray[np.generic]]:
    """In the order of the file: wide numbers first, so that everything is aligned without padding."""
    documents = postings.documents
    ordered: list[NDArray[np.generic]] = [
        documents.numbers, documents.versions, documents.sources, documents.keys, documents.offsets,
        postings.keys, postings.starts, postings.places, documents.flags,
    ]  # fmt: skip
    return [np.ascontiguousarray(array) for array in ordered]


def _map(data: mmap.mmap, header: _Header) -> Postings:
    if zlib.crc32(memoryview(data)[_LAYOUT.size :]) != header.checksum:
        raise SnapshotError("the snapshot is cut short or damaged")
    place = _LAYOUT.size

    def take(kind: type[_Number], count: int) -> NDArray[_Number]:
        nonlocal place
        array = np.frombuffer(data, dtype=kind, count=count, offset=place)
        place += array.nbytes
        return array

    numbers, versions = take(np.int64, header.documents), take(np.int64, header.documents)
    sources, keys = take(np.uint64, header.documents), take(np.uint64, header.postings)
    offsets = take(np.int64, header.documents + 1)
    distinct, starts = take(np.uint64, header.keys), take(np.int64, header.keys + 1)
    places, flags = take(np.int32, header.postings), take(np.uint8, header.documents)
    return Postings(DocumentBlock(numbers, versions, flags, sources, keys, offsets), distinct, starts, places)
