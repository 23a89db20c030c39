"""The app on an empty record, and what a worker would have made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from store.claims import begin_check, end_check, get_claim
from store.database import Sessions
from store.settings import Settings
from store.statements import get_statement, to_statement
from store.verdicts import record_verdict
from tests.integration.api.caller import Caller
from verifier.entities import Collapse, Evidence, Label, Relation, Turn, Verdict

Give = Callable[..., None]


@pytest.fixture
def client(settings: Settings) -> Iterator[Caller]:
    """Calls the app on the empty record."""
    caller = Caller(settings)
    yield caller
    caller.context.close()


@pytest.fixture
def interpret(sessions: Sessions) -> Callable[[str], None]:
    """Gives a statement what a worker infers."""

    def run(id: str) -> None:
        with sessions.begin() as session:
            row = get_statement(session, id)
            row.status, row.language, row.act, row.origin = "interpreted", "en", "assert", row.speaker
            row.proposition, row.quote_start, row.quote_end = row.text, 0, 4

    return run


@pytest.fixture
def give_verdict(sessions: Sessions) -> Give:
    """Gives a claim a verdict, resting on a statement where one is named."""

    def run(claim: str, label: Label = Label.UNCONFIRMED, statement: str | None = None, **fields: Any) -> None:
        with sessions.begin() as session:
            row = get_claim(session, claim)
            begin_check(row, language="en", terms=["bridge"])
            found = to_statement(get_statement(session, statement)) if statement else None
            evidence = (Evidence(statement=found, relation=Relation.SUPPORTS, score=0.9),) if found else ()
            collapsed = (Collapse(origin=found.speaker, statements=(found.id,), why="Once."),) if found else ()
            values: dict[str, Any] = {
                "label": label,
                "confidence": 0.8,
                "credibility": 3,
                "reasons": ("Because.",),
                "as_of": None,
                "engine": "engine 1",
                "policy": "policy 1",
                "evidence": evidence,
                "collapsed": collapsed,
            }
            turns = [Turn(day=date(2024, 7, 1), label=label, cause=statement)] if statement else []
            record_verdict(session, row, Verdict(**values | fields), turns, causes=[f"submitted:{claim}"])
            end_check(row, again=False)

    return run
