"""The errors of the record: one family, so that one renderer can show them all."""

from __future__ import annotations


class StoreError(Exception):
    """Something about the record that a caller can understand and act on."""


class NotFoundError(StoreError):
    """There is nothing with this id."""

    def __init__(self, what: str, id: str) -> None:
        super().__init__(f"there is no {what} {id!r}")


class ConflictError(StoreError):
    """What is asked contradicts what is stored."""


class FieldError(StoreError):
    """A field refers to something that does not fit. `field` is its name as the caller wrote it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


class LeaseLostError(StoreError):
    """Another worker has taken the task over: what this one found out must not be written."""
