"""Keys: who may use the service, and how far.

A key reads `ss_<id>_<secret>`. The secret has 256 random bits, so a plain SHA-256 of it is all that need be stored:
there is nothing to guess, and what is stored opens nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from store.audit import LOCAL
from store.errors import ConflictError, FieldError, NotFoundError
from store.rates import check_rate
from store.tables import KeyRow

NAME_LENGTH = 100

_KEY = re.compile(r"ss_([0-9a-f]{12})_([0-9a-f]{64})")
_USE_NOTED = timedelta(minutes=1)


class Scope(StrEnum):
    """How far a key goes; each one includes those before it."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"

    def includes(self, other: Scope) -> bool:
        """Whether a key of this scope may do what needs the other."""
        return list(Scope).index(self) >= list(Scope).index(other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whoever holds a key that is good: its id and name, how far it goes, and its own rate where it has one."""

    key: str
    name: str
    scope: Scope
    rate: str | None


def add_key(
    session: Session, *, name: str, scope: Scope, rate: str | None = None, lasts: timedelta | None = None
) -> tuple[KeyRow, str]:
    """A new key and, for this once, the whole of it.

    Raises `ConflictError` where there is one of that name, in use or not: a name in the audit log means one key for
    ever. Raises `FieldError` for a name or rate that is none.
    """
    _check_name(name)
    if session.scalar(select(KeyRow.id).where(KeyRow.name == name)):
        raise ConflictError(f"there is a key {name!r} already: rotate it, or choose another name")
    secret = secrets.token_hex(32)
    row = KeyRow(
        id=secrets.token_hex(6),
        name=name,
        scope=scope,
        rate=check_rate("rate", rate) if rate else None,
        digest=_digest(secret),
        expires_at=func.now() + lasts if lasts else None,
    )
    session.add(row)
    session.flush()
    return row, f"ss_{row.id}_{secret}"


def rotate_key(session: Session, reference: str, *, overlap: timedelta) -> tuple[KeyRow, str]:
    """A new secret for a key, by its id or name; the old one stays good for `overlap`, any older one ends now.

    Raises `NotFoundError`, and `ConflictError` where the key is revoked.
    """
    row = _get_key(session, reference)
    if row.revoked_at:
        raise ConflictError(f"the key {row.name!r} is revoked: create another")
    secret = secrets.token_hex(32)
    row.old_digest, row.old_ends_at = row.digest, func.now() + overlap
    row.digest = _digest(secret)
    session.flush()
    session.refresh(row)
    return row, f"ss_{row.id}_{secret}"


def revoke_key(session: Session, reference: str) -> KeyRow:
    """End a key for good, by its id or name; doing so again changes nothing. Raises `NotFoundError`."""
    row = _get_key(session, reference)
    if row.revoked_at is None:
        row.revoked_at = func.now()
        session.flush()
        session.refresh(row)
    return row


def list_keys(session: Session) -> Sequence[KeyRow]:
    """Every key ever made, in that order."""
    return session.scalars(select(KeyRow).order_by(KeyRow.sequence)).all()


def find_holder(session: Session, key: str) -> Holder | None:
    """Who holds a key as it was sent; None where it is none of ours, wrong, revoked or past its time.

    Notes that it was used, at most once a minute.
    """
    parts = _KEY.fullmatch(key)
    if not parts:
        return None
    id, secret = parts.groups()
    found = session.execute(select(KeyRow, func.now()).where(KeyRow.id == id)).one_or_none()
    if found is None:
        return None
    row, now = found
    if row.revoked_at or (row.expires_at and row.expires_at <= now) or not _matches(row, _digest(secret), now):
        return None
    if row.last_used_at is None or row.last_used_at <= now - _USE_NOTED:
        _note_use(session, id)
    return Holder(key=row.id, name=row.name, scope=Scope(row.scope), rate=row.rate)


def is_any_good(session: Session) -> bool:
    """Whether there is a key that opens anything."""
    good = select(KeyRow.id).where(
        KeyRow.revoked_at.is_(None), or_(KeyRow.expires_at.is_(None), KeyRow.expires_at > func.now())
    )
    return session.scalar(good.limit(1)) is not None


def _note_use(session: Session, id: str) -> None:
    stale = or_(KeyRow.last_used_at.is_(None), KeyRow.last_used_at <= func.now() - _USE_NOTED)
    session.execute(
        update(KeyRow)
        .where(KeyRow.id == id, stale)
        .values(last_used_at=func.now())
        .execution_options(synchronize_session=False)
    )


def _matches(row: KeyRow, digest: str, now: datetime) -> bool:
    """Whether a digest is that of a secret that is good now. Takes as long whatever it is that does not match."""
    current = hmac.compare_digest(row.digest, digest)
    old = hmac.compare_digest(row.old_digest or "", digest) and bool(row.old_ends_at and row.old_ends_at > now)
    return current or old


def _get_key(session: Session, reference: str) -> KeyRow:
    query = select(KeyRow).where(or_(KeyRow.id == reference, KeyRow.name == reference)).with_for_update()
    # A name may be another key's id: the name is what a person means.
    rows = sorted(session.scalars(query), key=lambda row: row.name != reference)
    if not rows:
        raise NotFoundError("key", reference)
    return rows[0]


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _check_name(name: str) -> None:
    if not 0 < len(name) <= NAME_LENGTH or name != name.strip() or not name.isprintable():
        raise FieldError("name", f"must be 1 to {NAME_LENGTH} printable characters without space around them")
    if name == LOCAL:
        raise FieldError("name", f"must not be {LOCAL!r}, which stands for whoever needs no key")
