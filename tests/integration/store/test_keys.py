from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text, update

from store.database import Sessions
from store.errors import ConflictError, FieldError, NotFoundError
from store.keys import Holder, Scope, add_key, find_holder, is_any_good, list_keys, revoke_key, rotate_key
from store.tables import KeyRow

DAY = timedelta(days=1)


def make(sessions: Sessions, name: str = "desk", scope: Scope = Scope.READ, **options: timedelta | str) -> str:
    with sessions.begin() as session:
        return add_key(session, name=name, scope=scope, **options)[1]  # type: ignore[arg-type]


def find(sessions: Sessions, key: str) -> Holder | None:
    with sessions.begin() as session:
        return find_holder(session, key)


def test_a_key_is_found_by_the_whole_of_it_alone_and_no_secret_is_stored(sessions: Sessions) -> None:
    key = make(sessions, scope=Scope.WRITE, rate="10/minute")
    prefix, id, secret = key.split("_")

    assert (prefix, len(bytes.fromhex(secret)) * 8) == ("ss", 256)
    assert find(sessions, key) == Holder(key=id, name="desk", scope=Scope.WRITE, rate="10/minute")
    other = make(sessions, "other")
    wrong = secret[:-1] + ("0" if secret[-1] != "0" else "1")
    halves = ((id, ""), (id, wrong), (id, other.split("_")[2]), ("0" * 12, secret))
    for bad in ("", "ss__", *(f"ss_{half}_{rest}" for half, rest in halves)):
        assert find(sessions, bad) is None, bad
    with sessions.begin() as session:
        stored = session.execute(text("SELECT key::text FROM key")).scalars().all()
    assert not [row for row in stored if secret in row]


def test_a_key_past_its_time_or_revoked_opens_nothing(sessions: Sessions) -> None:
    short = make(sessions, "short", lasts=DAY)
    assert find(sessions, short)
    with sessions.begin() as session:
        session.execute(update(KeyRow).values(expires_at=datetime.now(UTC)))
        assert not is_any_good(session)
    assert find(sessions, short) is None

    lost = make(sessions, "lost")
    with sessions.begin() as session:
        assert is_any_good(session)
        first = revoke_key(session, "lost").revoked_at
    with sessions.begin() as session:
        assert revoke_key(session, "lost").revoked_at == first
        assert not is_any_good(session)
        assert [row.name for row in list_keys(session)] == ["short", "lost"]
        with pytest.raises(ConflictError, match="is revoked: create another"):
            rotate_key(session, "lost", overlap=DAY)
    assert find(sessions, lost) is None


def test_two_secrets_of_a_key_are_good_at_a_time(sessions: Sessions) -> None:
    first = make(sessions)
    id = first.split("_")[1]

    def rotate(reference: str, overlap: timedelta) -> str:
        with sessions.begin() as session:
            return rotate_key(session, reference, overlap=overlap)[1]

    second = rotate("desk", DAY)
    assert find(sessions, first) == find(sessions, second) is not None
    third = rotate(id, DAY)
    assert [bool(find(sessions, key)) for key in (first, second, third)] == [False, True, True]
    fourth = rotate(id, timedelta(0))
    assert [bool(find(sessions, key)) for key in (third, fourth)] == [False, True]


def test_use_is_noted_at_most_once_a_minute(sessions: Sessions) -> None:
    key = make(sessions)

    def used() -> datetime | None:
        with sessions.begin() as session:
            return list_keys(session)[0].last_used_at

    assert used() is None
    find(sessions, key[:-1] + "x")
    assert used() is None
    find(sessions, key)
    first = used()
    assert first is not None
    find(sessions, key)
    assert used() == first
    with sessions.begin() as session:
        session.execute(update(KeyRow).values(last_used_at=first - timedelta(seconds=61)))
    find(sessions, key)
    assert (used() or first) > first - timedelta(seconds=60)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda session: add_key(session, name="taken", scope=Scope.READ), ConflictError, "key 'taken' already"),
        (lambda session: add_key(session, name="", scope=Scope.READ), FieldError, "must be 1 to 100 printable"),
        (lambda session: add_key(session, name="a\nb", scope=Scope.READ), FieldError, "printable"),
        (lambda session: add_key(session, name="local", scope=Scope.READ), FieldError, "must not be 'local'"),
        (lambda session: add_key(session, name="x", scope=Scope.READ, rate="9"), FieldError, "such as 600/minute"),
        (lambda session: revoke_key(session, "nobody"), NotFoundError, "there is no key 'nobody'"),
    ],
)
def test_what_cannot_be_is_said(
    sessions: Sessions, call: Callable[..., object], error: type[Exception], message: str
) -> None:
    make(sessions, "taken")
    with sessions.begin() as session, pytest.raises(error, match=message):
        call(session)
