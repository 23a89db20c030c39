"""What Prometheus scrapes: read from the database at each scrape, so any process of the API tells the same."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from api.context import Context
from store.deliveries import measure as measure_deliveries
from store.heartbeats import count_alive
from store.queue import measure


def make_registry(context: Context) -> CollectorRegistry:
    """A registry with the measures of this service and nothing of this process."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(ServiceCollector(context))
    return registry


class ServiceCollector(Collector):
    """Measures the queue, the deliveries, the processes of each kind and whether both servers answer."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The measures; without PostgreSQL only whether the servers answer."""
        try:
            with self._context.sessions.begin() as session:
                queue, alive, deliveries = measure(session), count_alive(session), measure_deliveries(session)
        except SQLAlchemyError:
            yield _gauge("secondsource_database_up", "Whether PostgreSQL answers.", 0)
        else:
            yield _gauge("secondsource_database_up", "Whether PostgreSQL answers.", 1)
            yield _by_task("secondsource_queue_depth", "Tasks that wait or run.", queue, "depth")
            yield _by_task("secondsource_queue_oldest_seconds", "Age of the oldest task.", queue, "oldest")
            yield _gauge("secondsource_workers", "Workers seen alive of late.", alive.get("worker", 0))
            yield _gauge("secondsource_relays", "Relays seen alive of late.", alive.get("relay", 0))
            yield _gauge("secondsource_deliverers", "Deliverers seen alive of late.", alive.get("deliver", 0))
            yield _gauge("secondsource_deliveries_pending", "Messages to be delivered.", deliveries["pending"])
            yield _gauge("secondsource_deliveries_oldest_seconds", "Age of the oldest.", deliveries["oldest"])
            yield _gauge("secondsource_webhooks_disabled", "Webhooks that are called no more.", deliveries["disabled"])
        redis = float(self._context.redis_answers())
        yield _gauge("secondsource_redis_up", "Whether Redis answers.", redis)


def _gauge(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, about, value=value)


def _by_task(name: str, about: str, queue: dict[str, dict[str, float]], measured: str) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, about, labels=["task"])
    for task, values in queue.items():
        family.add_metric([task], values[measured])
    return family
