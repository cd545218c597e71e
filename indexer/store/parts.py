"""Long lists of values, in pieces that one statement can take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select

T = TypeVar("T")
# SQLite takes 32,766 bound values in a statement; PostgreSQL 65,535.
MOST_VALUES: Final = 10_000


def parts(values: Sequence[T], size: int = MOST_VALUES) -> Iterator[Sequence[T]]:
    """The values in order, at most `size` at a time."""
    return (values[start : start + size] for start in range(0, len(values), size))


def rows_among(
    connection: Connection, query: Select[Any], column: ColumnElement[Any], values: Iterable[Any]
) -> Iterator[Row[Any]]:
    """The rows of the query whose column is one of the values, however many values."""
    for part in parts(list(values)):
        # All at once: asking the driver row by row takes twice as long.
        yield from connection.execute(query.where(column.in_(part))).all()
