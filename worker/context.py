"""What a worker process works with, made once per process and after the fork."""

from __future__ import annotations

from dataclasses import dataclass

from store.broker import Bell, make_celery
from store.database import Sessions, make_engine, make_sessions
from store.settings import Settings
from verifier.policy import read_policy
from verifier.verifier import Verifier
from worker.engine import make_encoder, make_relation, make_speech


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The record, the bell and the verifier, as the tasks use them."""

    settings: Settings
    sessions: Sessions
    bell: Bell
    verifier: Verifier


def make_context(settings: Settings) -> Context:
    """Wire a process up. Raises `PolicyError` or `ModelError` where a part cannot be used."""
    sessions = make_sessions(make_engine(settings.database_url, connections=2))
    return Context(
        settings=settings,
        sessions=sessions,
        bell=Bell(make_celery(settings.redis_url)),
        verifier=Verifier(
            relation=make_relation(settings, sessions),
            speech=make_speech(settings),
            encoder=make_encoder(settings),
            policy=read_policy(settings.policy),
        ),
    )
