"""Answers that a caller may keep, and ask about again at little cost."""

from __future__ import annotations

import hashlib

from flask import Response, request


def respond(text: str, mimetype: str) -> Response:
    """A text with a strong ETag, or 304 where the caller has it as it is."""
    response = Response(text, mimetype=mimetype)
    response.cache_control.no_cache = True  # may be kept, but must be asked about
    response.set_etag(hashlib.sha256(text.encode()).hexdigest()[:32])
    response.make_conditional(request)
    return response
