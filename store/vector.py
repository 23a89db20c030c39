"""The column type of pgvector, for vectors of any one length."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Double, cast
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import UserDefinedType


class Vector(UserDefinedType[tuple[float, ...]]):
    """A tuple of floats as pgvector's `vector`.

    Ours, because the package of pgvector brings numpy along, and the API is to run without it.
    """

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """Its name in SQL."""
        return "vector"

    def bind_processor(self, dialect: Any) -> Callable[[Sequence[float] | None], str | None]:  # noqa: ARG002
        """As pgvector reads it."""
        return lambda value: None if value is None else f"[{','.join(format(part, '.7g') for part in value)}]"

    def result_processor(self, dialect: Any, coltype: object) -> Callable[[str | None], tuple[float, ...] | None]:  # noqa: ARG002
        """As pgvector writes it."""
        return lambda value: None if value is None else tuple(float(part) for part in value.strip("[]").split(","))


ischema_names["vector"] = Vector  # so that a table that is read back from the database has it too


def likeness(column: InstrumentedAttribute[Any], vector: Sequence[float]) -> ColumnElement[float]:
    """The cosine of the angle between a column's unit vectors and another, -1 to 1."""
    return -cast(column.op("<#>")(cast(vector, Vector)), Double)
