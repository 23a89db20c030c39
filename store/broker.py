"""The Celery app that both ends of the queue share: the API rings with it, the worker answers."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from urllib.parse import parse_qs, urlsplit

import redis
from celery import Celery
from kombu.exceptions import OperationalError
from redis.backoff import NoBackoff
from redis.retry import Retry

from store.queue import Task

QUEUE = "secondsource"

_log = logging.getLogger(__name__)


class Bell:
    """Tells the workers that there is something to do. Best effort: the relay makes up for every lost ring."""

    def __init__(self, app: Celery) -> None:
        self._app = app

    def ring(self, tasks: Iterable[Task]) -> bool:
        """Publish the tasks; False where Redis could not be reached for one of them, and the rest is left alone."""
        try:
            for task in tasks:
                self._app.send_task(task.name, args=(task.subject,), queue=QUEUE, retry=False)
        except (OperationalError, redis.RedisError, OSError) as error:
            _log.warning("Redis cannot be reached, the relay will deliver later: %s", error)
            return False
        return True


def make_celery(redis_url: str) -> Celery:
    """A Celery app on Redis that loses as little as it can and never waits for ever."""
    app = Celery("secondsource", broker=broker_address(redis_url), set_as_current=False)
    app.conf.update(
        task_default_queue=QUEUE,
        task_ignore_result=True,  # the row is the result
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_serializer="json",
        accept_content=["json"],
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_cancel_long_running_tasks_on_connection_loss=True,
        worker_soft_shutdown_timeout=10.0,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "visibility_timeout": 300,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "socket_timeout": 10,
            "socket_connect_timeout": 3,
            "socket_keepalive": True,
            "health_check_interval": 10,
            # How often a publisher tries to connect before it says so; a worker's patience is set above.
            "max_retries": 1,
            "interval_start": 0,
            "interval_step": 0.1,
            "interval_max": 0.1,
        },
    )
    return app


def connect_redis(redis_url: str, *, patience: float = 5) -> redis.Redis:
    """A plain client for the same Redis, which gives up after `patience` seconds and tries nothing twice."""
    return redis.Redis.from_url(
        redis_url, socket_timeout=patience, socket_connect_timeout=min(patience, 3), retry=Retry(NoBackoff(), 0)
    )


def broker_address(redis_url: str) -> str:
    """The address as kombu writes it: redis-py's `unix:///path?db=0` is `redis+socket:///path?virtual_host=0` there."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    number = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={number}"
