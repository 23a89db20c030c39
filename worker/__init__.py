"""Works: the Celery app, its tasks, the relay and their health."""
