"""Sources on record: found by id or by any of their names, made where a name is new."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from itertools import chain, count
from typing import Any

from sqlalchemy import func, or_, select, text, union
from sqlalchemy.orm import Session

from store.errors import ConflictError, FieldError, NotFoundError
from store.identifiers import fold, slug
from store.paging import Page, like, read_page
from store.queue import Task, TaskName, enqueue
from store.tables import SourceRow, StatementRow
from verifier.entities import Reliability, Source

# Held to the end of the transaction by whoever makes a source, so that two never make the same one.
_MAKING_SOURCES = 0x5EC0


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSource:
    """A source as it is submitted; `parent` is an id or a name on record."""

    name: str
    id: str | None = None
    aliases: tuple[str, ...] = ()
    kind: str | None = None
    country: str | None = None
    parent: str | None = None
    reliability: Reliability = Reliability.F
    provisional: bool = False


def add_source(session: Session, new: NewSource) -> tuple[SourceRow, bool]:
    """The source on record, and whether it is new. The same one again is no error; another one of its id is."""
    parent = resolve_source(session, "parent", new.parent) if new.parent else None
    _lock(session)
    id = new.id or slug(new.name)
    values = asdict(new) | {"id": id, "parent": parent, "aliases": list(new.aliases)}
    if known := session.get(SourceRow, id):
        if any(getattr(known, field) != value for field, value in values.items()):
            raise ConflictError(f"there is another source {id!r}: change it with PATCH, or give this one its own id")
        return known, False
    return _insert(session, values), True


def get_source(session: Session, id: str) -> SourceRow:
    """The source with an id. Raises `NotFoundError`."""
    if row := session.get(SourceRow, id):
        return row
    raise NotFoundError("source", id)


def list_sources(
    session: Session, *, q: str | None = None, cursor: str | None = None, limit: int = 50
) -> Page[SourceRow]:
    """Sources whose id, name or one of whose aliases contains `q`, all of them without it."""
    query = select(SourceRow)
    if q:
        pattern = like(q)
        names = func.array_to_string(SourceRow.names, "\n")
        query = query.where(or_(SourceRow.id.ilike(pattern, escape="\\"), names.ilike(pattern, escape="\\")))
    return read_page(session, query, SourceRow.sequence, cursor=cursor, limit=limit)


def change_source(session: Session, id: str, changes: Mapping[str, Any]) -> tuple[SourceRow, list[Task]]:
    """Set some fields of a source, and queue every statement that it bears on, to be interpreted anew.

    A person has looked at it then: it is provisional no longer.
    """
    _lock(session)
    row = get_source(session, id)
    values = dict(changes)
    if values.get("parent"):
        values["parent"] = resolve_source(session, "parent", values["parent"])
        if id in ancestors(session, [values["parent"]]):
            raise FieldError(
                "parent", f"{values['parent']!r} already belongs to {id!r}: a source cannot be above itself"
            )
    row.provisional = False
    changed = {field: value for field, value in values.items() if getattr(row, field) != value}
    if not changed:
        return row, []
    for field, value in changed.items():
        setattr(row, field, value)
    row.names = _names(row.name, row.aliases)
    session.flush()
    return row, enqueue(session, TaskName.INTERPRET_STATEMENT, _bears_on(session, id), causes=[f"source:{id}"])


def resolve_source(session: Session, field: str, reference: str) -> str:
    """The id of the source that an id or a name means. Raises `FieldError` where it means none, or more than one."""
    if found := _look_up(session, field, reference):
        return found
    raise FieldError(field, f"there is no source {reference!r}: post it to /v1/sources first")


def resolve_or_add_source(session: Session, field: str, reference: str, *, kind: str | None = None) -> str:
    """The id of the source that an id or a name means; an unknown name makes a source, of this kind."""
    if found := _look_up(session, field, reference):
        return found
    _lock(session)
    if found := _look_up(session, field, reference):
        return found  # made by somebody else while this waited for the lock
    return _insert(session, {"id": _free_slug(session, reference), "name": reference, "kind": kind}).id


def add_provisional_source(session: Session, name: str, *, parent: str | None = None, kind: str | None = None) -> str:
    """The id of a new source that an article names, to be looked at by a person."""
    _lock(session)
    values = {"id": _free_slug(session, name), "name": name, "parent": parent, "kind": kind, "provisional": True}
    return _insert(session, values).id


def find_named(session: Session, name: str) -> list[Source]:
    """The sources with this name or alias, in the order of recording."""
    rows = session.scalars(select(SourceRow).where(SourceRow.names.contains([fold(name)])).order_by(SourceRow.sequence))
    return [to_source(row) for row in rows]


def find_by_name(session: Session, name: str) -> str | None:
    """The id of the one source with this name or alias; None where there is none, or more than one."""
    found = find_named(session, name)
    return found[0].id if len(found) == 1 else None


def ancestors(session: Session, ids: Collection[str]) -> set[str]:
    """These sources and everything above them."""
    start = select(SourceRow.id, SourceRow.parent).where(SourceRow.id.in_(ids)).cte(recursive=True)
    above = start.union(select(SourceRow.id, SourceRow.parent).join(start, SourceRow.id == start.c.parent))
    return set(session.scalars(select(above.c.id)))


def load_sources(session: Session, ids: Collection[str]) -> dict[str, Source]:
    """These sources and everything above them, as the verifier reads them."""
    rows = session.scalars(select(SourceRow).where(SourceRow.id.in_(ancestors(session, ids))))
    return {row.id: to_source(row) for row in rows}


def to_source(row: SourceRow) -> Source:
    """A row as the verifier reads it."""
    return Source(
        id=row.id,
        name=row.name,
        aliases=tuple(row.aliases),
        kind=row.kind,
        country=row.country,
        parent=row.parent,
        reliability=Reliability(row.reliability),
    )


def _bears_on(session: Session, id: str) -> list[str]:
    """Ids of the statements that name a source, or one below it."""
    start = select(SourceRow.id).where(SourceRow.id == id).cte(recursive=True)
    below = select(start.union(select(SourceRow.id).join(start, SourceRow.parent == start.c.id)).c.id)
    columns = (StatementRow.speaker, StatementRow.publisher, StatementRow.origin)
    return list(session.scalars(union(*(select(StatementRow.id).where(column.in_(below)) for column in columns))))


def _look_up(session: Session, field: str, reference: str) -> str | None:
    if session.scalar(select(SourceRow.id).where(SourceRow.id == reference)):
        return reference
    found = session.scalars(
        select(SourceRow.id).where(SourceRow.names.contains([fold(reference)])).order_by(SourceRow.id)
    ).all()
    if len(found) > 1:
        raise FieldError(field, f"{reference!r} may be any of {', '.join(found)}: give the id of the one that is meant")
    return found[0] if found else None


def _insert(session: Session, values: Mapping[str, Any]) -> SourceRow:
    row = SourceRow(**values, names=_names(values["name"], values.get("aliases", ())))
    session.add(row)
    session.flush()
    return row


def _names(name: str, aliases: Collection[str]) -> list[str]:
    return sorted({fold(known) for known in (name, *aliases)})


def _free_slug(session: Session, name: str) -> str:
    base = slug(name)
    taken = set(session.scalars(select(SourceRow.id).where(SourceRow.id.like(f"{base}%"))))
    numbered = (f"{base}-{number}" for number in count(2))
    return next(id for id in chain([base], numbered) if id not in taken)


def _lock(session: Session) -> None:
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MAKING_SOURCES})
