"""A relation model of one's own, behind any OpenAI-compatible chat endpoint."""
