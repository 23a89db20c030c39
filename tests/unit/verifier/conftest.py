"""Property tests draw the same examples in every run, and few enough to be quick."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("steady", derandomize=True, max_examples=60, deadline=None, database=None)
settings.load_profile("steady")
