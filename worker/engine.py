"""Which models a worker decides with."""

from __future__ import annotations

from pathlib import Path

from store.database import Sessions
from store.relation_cache import RelationCache
from store.settings import Settings
from verifier import cross_encoder, sentence_encoder, speech_model
from verifier.cross_encoder import CrossEncoderRelation
from verifier.lexical import LexicalRelation
from verifier.ports import Encoder, RelationModel, SpeechModel
from verifier.sentence_encoder import SentenceEncoder
from verifier.speech_model import SpeechReader
from worker.endpoint.relation import EndpointRelation

LEXICAL = Path("lexical")
NONE = Path("none")


def make_relation(settings: Settings, sessions: Sessions | None = None) -> RelationModel:
    """The model that the settings name, otherwise the bundled one. Raises `ModelError` where it cannot be used.

    Instead of a folder they may name the lexical baseline, which needs no model.
    `sessions` is where the answers of an endpoint are kept.
    """
    if settings.relation_endpoint:
        return EndpointRelation(
            url=settings.relation_endpoint,
            model=settings.relation_endpoint_model,
            key=settings.relation_endpoint_key,
            timeout=settings.relation_endpoint_timeout,
            cache=RelationCache(sessions) if sessions else None,
        )
    if settings.relation_model == LEXICAL:
        return LexicalRelation()
    return CrossEncoderRelation(settings.relation_model or cross_encoder.BUNDLED)


def make_speech(settings: Settings) -> SpeechModel | None:
    """The model of speech that the settings name, otherwise the bundled one; none where lexicon and rules are enough.

    Raises `ModelError` where it cannot be read.
    """
    if settings.speech_model == NONE:
        return None
    return SpeechReader(settings.speech_model or speech_model.BUNDLED)


def make_encoder(settings: Settings) -> Encoder | None:
    """The encoder that the settings name, otherwise the bundled one; none where all is found by words alone.

    Raises `ModelError` where it cannot be read.
    """
    if settings.encoder == NONE:
        return None
    return SentenceEncoder(settings.encoder or sentence_encoder.BUNDLED)
