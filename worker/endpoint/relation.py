"""The relation model behind a chat endpoint: one pair a request, and every answer kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from urllib.parse import urlsplit

import requests

from store.relation_cache import RelationCache, make_key
from verifier.ports import ModelError, Pair, Scores
from worker.endpoint.answer import read_answer
from worker.endpoint.transport import post, secure

_AT_ONCE = 4
"""Requests under way for one batch."""

PROMPT = Path(__file__).with_name("prompt.md")
SCHEMA = Path(__file__).with_name("schema.json")


class EndpointRelation:
    """Implements `verifier.ports.RelationModel` by asking a model behind an OpenAI-compatible chat endpoint.

    `url` is the address up to `/v1`; `timeout` is in seconds and for one request as a whole. A `session` that is given
    brings certificates and headers of its own; it is made to follow no proxy of the environment and to keep to the
    deadline. The constructor raises `ModelError` where an option cannot be right; it asks the endpoint nothing.
    """

    def __init__(
        self,
        *,
        url: str,
        model: str,
        key: str | None,
        timeout: float,
        cache: RelationCache | None,
        session: requests.Session | None = None,
    ) -> None:
        _check(url, model, key, timeout)
        self._url = f"{url.rstrip('/')}/chat/completions"
        self._model = model
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._timeout = timeout
        self._cache = cache
        self._session = secure(session or requests.Session(), url.rstrip("/"))
        prompt, schema = PROMPT.read_bytes(), SCHEMA.read_bytes()
        self._prompt = prompt.decode()
        self._schema = json.loads(schema)
        self._name = f"endpoint:{model}@{hashlib.sha256(prompt + schema).hexdigest()[:8]}"

    @property
    def name(self) -> str:
        """The model, and the first eight digits of the SHA-256 of the prompt and the schema that it is asked with."""
        return self._name

    def compare(self, pairs: Sequence[Pair]) -> list[Scores]:
        """Scores for each pair, in order; what was asked before is not asked again.

        Raises `ModelError` where one answer fails. Those that arrived are kept, so the next try goes on from there.
        """
        wanted = {make_key(self._name, pair): pair for pair in pairs}
        scores = self._cache.get(wanted) if self._cache else {}
        scores |= self._ask({key: pair for key, pair in wanted.items() if key not in scores})
        return [scores[make_key(self._name, pair)] for pair in pairs]

    def _ask(self, pairs: Mapping[str, Pair]) -> dict[str, Scores]:
        """The answers, each kept as it arrives. After a failure none is begun, and those under way are awaited."""
        scores: dict[str, Scores] = {}
        failure: ModelError | None = None
        pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="endpoint")
        asked = {pool.submit(self._compare, key, pair): key for key, pair in pairs.items()}
        try:
            for future in as_completed(asked):
                if future.cancelled():
                    continue
                try:
                    answer = {asked[future]: future.result()}
                except ModelError as error:
                    failure = failure or error
                    for other in asked:
                        other.cancel()
                    continue
                scores |= answer
                if self._cache:
                    self._cache.put(answer)
        finally:
            # A task whose time is up must not wait here: the threads end by their own deadline.
            pool.shutdown(wait=False, cancel_futures=True)
        if failure:
            raise failure
        return scores

    def _compare(self, key: str, pair: Pair) -> Scores:
        request = {
            "model": self._model,
            "messages": [
                {"role": "system", "content": self._prompt},
                {"role": "user", "content": _describe(pair, key[:16])},
            ],
            "temperature": 0,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "relation", "strict": True, "schema": self._schema},
            },
        }
        return read_answer(post(self._session, self._url, request, headers=self._headers, timeout=self._timeout))


def _describe(pair: Pair, digits: str) -> str:
    """The pair as the prompt says. The digits depend on every text here, so that none can hold its own end marker."""
    fields = {
        "claim": pair.claim,
        "claim language": pair.claim_language,
        "proposition": pair.proposition,
        "proposition language": pair.language,
        "statement": pair.text,
        "speaker": pair.speaker,
        "act": pair.act,
    }
    return "\n".join(
        f"<<<{name} {digits}>>>\n{value}\n<<<end of {name} {digits}>>>"
        for name, value in fields.items()
        if value is not None
    )


def _check(url: str, model: str, key: str | None, timeout: float) -> None:
    """Raise `ModelError` where an option cannot be right. What is secret is not shown."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good or parts.username is not None or parts.query or parts.fragment:
        raise ModelError(
            "SECONDSOURCE_RELATION_ENDPOINT is not an address such as http://127.0.0.1:8000/v1, without a user, a query"
            " or a fragment"
        )
    if not model.strip():
        raise ModelError("SECONDSOURCE_RELATION_ENDPOINT_MODEL is empty: name the model as the endpoint knows it")
    # A header with anything else would be refused later, in a message that shows it.
    if key and not all("!" <= character <= "~" for character in key):
        raise ModelError(
            "SECONDSOURCE_RELATION_ENDPOINT_KEY has characters that no key has, such as a space or a line end"
        )
    if not 0 < timeout < float("inf"):
        raise ModelError("SECONDSOURCE_RELATION_ENDPOINT_TIMEOUT must be more than 0 seconds")
