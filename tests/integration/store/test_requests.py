from __future__ import annotations

import threading

import pytest

from store.database import Sessions
from store.requests import KeyReusedError, close_request, open_request


def test_a_key_gets_its_first_answer_again(sessions: Sessions) -> None:
    with sessions.begin() as session:
        assert open_request(session, "k", b"body") is None
        close_request(session, "k", {"id": "c1"})
    with sessions.begin() as session:
        assert open_request(session, "k", b"body") == {"id": "c1"}
        with pytest.raises(KeyReusedError):
            open_request(session, "k", b"another body")


def test_a_request_that_failed_may_be_made_again(sessions: Sessions) -> None:
    with sessions() as session:
        open_request(session, "k", b"body")
        session.rollback()
    with sessions.begin() as session:
        assert open_request(session, "k", b"body") is None


def test_a_second_request_waits_for_the_first_and_gets_its_answer(sessions: Sessions) -> None:
    answers: list[object] = []

    def repeat() -> None:
        with sessions.begin() as session:
            answers.append(open_request(session, "k", b"body"))

    with sessions.begin() as session:
        open_request(session, "k", b"body")
        second = threading.Thread(target=repeat)
        second.start()
        second.join(0.2)
        assert answers == []
        close_request(session, "k", {"id": "c1"})
    second.join(5)
    assert answers == [{"id": "c1"}]
