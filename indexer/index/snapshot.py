"""The index on disk: one file, replaced as a whole, memory-mapped, checked before it is believed."""

from __future__ import annotations

import mmap
import os
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

import numpy as np
from numpy.typing import NDArray

from indexer.errors import StoreError
from indexer.folders import private_folder
from indexer.index.block import DocumentBlock
from indexer.index.postings import Postings

_MAGIC: Final = b"ELIJAHIX"
FORMAT: Final = 1
_HEADER: Final = struct.Struct(
    "<8sIIqqqqI"
)  # magic, format, sections' checksum, position, documents, keys, postings, own checksum
_ALIGNMENT: Final = 8
_TYPES: Final = (np.int64, np.int64, np.uint8, np.uint64, np.uint64, np.int64, np.uint64, np.int64, np.int32)


class SnapshotError(Exception):
    """A snapshot cannot be used; the message says why. The index is then built anew from the database."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a file holds: the postings, and the position in the change log that they stand for."""

    postings: Postings
    position: int
    identity: tuple[int, int, int]


def write_snapshot(path: Path, postings: Postings, position: int) -> None:
    """Replace the snapshot atomically; the old one stays whole until the new one is. Raises `StoreError` where there is no room."""
    arrays = _arrays(postings)
    checksum = 0
    for array in arrays:
        checksum = zlib.crc32(array.data, checksum)
    sizes = (len(postings.documents), len(postings.keys), len(postings.places))
    head = _HEADER.pack(_MAGIC, FORMAT, checksum, position, *sizes, 0)
    head = head[:-4] + struct.pack("<I", zlib.crc32(head))
    temporary: Path | None = None
    try:
        private_folder(path.parent)
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            temporary = Path(file.name)
            file.write(head)
            for array in arrays:
                file.write(b"\0" * (-file.tell() % _ALIGNMENT))
                file.write(array.data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        if temporary:
            temporary.unlink(missing_ok=True)
        raise StoreError(
            f"the index cannot be written to {path.parent}: {error.strerror}; the old one is still in use; free some space"
        ) from error


def read_snapshot(path: Path) -> Snapshot:
    """Map a snapshot into memory. Raises `SnapshotError` with the reason where it is missing, cut short, damaged or of another format."""
    try:
        with path.open("rb") as file:
            identity = identify(path)
            size = os.fstat(file.fileno()).st_size
            if size < _HEADER.size:
                raise SnapshotError("the snapshot is cut short")
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError:
        raise SnapshotError("there is no snapshot yet") from None
    except OSError as error:
        raise SnapshotError(f"the snapshot cannot be read: {error.strerror}") from error
    position, checksum, lengths = _read_header(data[: _HEADER.size])
    arrays, found = _map_arrays(data, lengths)
    if found != checksum:
        raise SnapshotError("the snapshot is damaged")
    documents = DocumentBlock(*arrays[:6])
    return Snapshot(Postings(documents, *arrays[6:]), position, identity)


def identify(path: Path) -> tuple[int, int, int]:
    """What tells one snapshot file from the next; zeros where there is none."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return 0, 0, 0
    return status.st_ino, status.st_mtime_ns, status.st_size


def snapshot_position(path: Path) -> int:
    """The position of the snapshot that is in place; -1 where it cannot be used."""
    try:
        with path.open("rb") as file:
            return _read_header(file.read(_HEADER.size))[0]
    except (OSError, struct.error, SnapshotError):
        return -1


def _read_header(head: bytes) -> tuple[int, int, list[int]]:
    magic, version, checksum, position, documents, keys, postings, own = _HEADER.unpack(head)
    if magic != _MAGIC:
        raise SnapshotError("the file is no snapshot")
    if zlib.crc32(head[:-4] + bytes(4)) != own:
        raise SnapshotError("the snapshot is damaged")
    if version != FORMAT:
        raise SnapshotError("the snapshot is of another version")
    return (
        position,
        checksum,
        [documents, documents, documents, documents, postings, documents + 1, keys, keys + 1, postings],
    )


def _map_arrays(data: mmap.mmap, lengths: list[int]) -> tuple[list[NDArray[np.generic]], int]:
    place, checksum = _HEADER.size, 0
    arrays: list[NDArray[np.generic]] = []
    for kind, length in zip(_TYPES, lengths, strict=True):
        place += -place % _ALIGNMENT
        size = length * np.dtype(kind).itemsize
        if place + size > len(data):
            raise SnapshotError("the snapshot is cut short")
        arrays.append(np.frombuffer(data, dtype=kind, count=length, offset=place))
        checksum = zlib.crc32(memoryview(data)[place : place + size], checksum)
        place += size
    return arrays, checksum


def _arrays(postings: Postings) -> list[NDArray[np.generic]]:
    documents = postings.documents
    ordered = (
        documents.numbers, documents.versions, documents.flags, documents.sources, documents.keys, documents.offsets,
        postings.keys, postings.starts, postings.places,
    )  # fmt: skip
    return [np.ascontiguousarray(array, dtype=kind) for array, kind in zip(ordered, _TYPES, strict=True)]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
