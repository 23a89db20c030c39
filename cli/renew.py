"""`secondsource renew`: everything on record read and decided by the engine and the policy that are in force."""

from __future__ import annotations

from collections import Counter

import click

from cli.engine import engine_options
from store.database import make_engine, make_sessions
from store.queue import TaskName
from store.renewal import renew
from store.settings import read_settings
from verifier.policy import read_policy
from worker.engine import make_encoder, make_relation


@click.command()
@engine_options
def renew_command() -> None:
    """Have what another engine or policy has decided done anew. Run it after a change of either.

    Only queues the work and says how much it is; the workers do it, after what came before.
    """
    settings = read_settings()
    encoder = make_encoder(settings)
    engine = make_engine(settings.database_url, connections=1)
    with make_sessions(engine).begin() as session:
        tasks = renew(
            session,
            encoder=encoder.name if encoder else None,
            engine=make_relation(settings).name,
            policy=read_policy(settings.policy).version,
        )
    engine.dispose()
    counts = Counter(task.name for task in tasks)
    statements, claims = (counts[name] for name in (TaskName.INTERPRET_STATEMENT, TaskName.VERIFY_CLAIM))
    click.echo(f"Queued: {statements} statements to be read and {claims} claims to be verified anew.")
