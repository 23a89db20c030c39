"""The tables, one class each."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from store.vector import Vector

Moment = DateTime(timezone=True)

# The words of a text as its language reads them; those of another language stand as they are.
WORDS = """CASE language
    WHEN 'de' THEN to_tsvector('german'::regconfig, text)
    WHEN 'en' THEN to_tsvector('english'::regconfig, text)
    ELSE to_tsvector('simple'::regconfig, text)
END"""


class Base(DeclarativeBase):
    """What all tables share: text is `text`, times carry their zone."""

    type_annotation_map = {  # noqa: RUF012  SQLAlchemy reads it as a class attribute
        str: Text,
        datetime: Moment,
        list[str]: ARRAY(Text),
        list[int]: ARRAY(BigInteger),
        bytes: LargeBinary,
        float: Double,
        dict[str, Any]: JSONB,
        list[dict[str, Any]]: JSONB,
    }


class _Recorded(Base):
    """A row that a person put on record: `sequence` is the order of recording."""

    __abstract__ = True

    id: Mapped[str] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.clock_timestamp())


class SourceRow(_Recorded):
    """Who can speak or publish. `names` holds the name and the aliases, folded, to look it up by.

    It is `provisional` while only an article has named it and no person has looked at it.
    """

    __tablename__ = "source"
    __table_args__ = (Index("source_names", "names", postgresql_using="gin"), Index("source_parent", "parent"))

    name: Mapped[str]
    aliases: Mapped[list[str]] = mapped_column(server_default="{}")
    names: Mapped[list[str]] = mapped_column(server_default="{}")
    kind: Mapped[str | None]
    country: Mapped[str | None]
    parent: Mapped[str | None] = mapped_column(ForeignKey("source.id"))
    reliability: Mapped[str] = mapped_column(server_default="F")
    provisional: Mapped[bool] = mapped_column(server_default="false")


class DocumentRow(_Recorded):
    """An article as it was submitted, and what was made of it.

    `form` is the field in which it was submitted, `digest` is of what was in it; `submitted` is that itself, until
    `text` has been made of it, and `address` a digest of the `url`. `inferred` names the fields that the submitter left
    to a worker. `signature` and its `bands` are what near copies are found by: these have one `shared_text`.
    `agencies` are whose material it says that it carries, by name, `agency` the source that is. `same_as` is the
    earlier document of the same publisher that it repeats.
    """

    __tablename__ = "document"
    __table_args__ = (
        Index("document_publisher", "publisher"),
        Index("document_shared_text", "shared_text"),
        Index("document_bands", "bands", postgresql_using="gin"),
        CheckConstraint("form IN ('text', 'html', 'url')", name="form"),
        CheckConstraint("status IN ('queued', 'extracting', 'extracted', 'failed')", name="status"),
    )

    publisher: Mapped[str] = mapped_column(ForeignKey("source.id"))
    url: Mapped[str | None]
    address: Mapped[str | None] = mapped_column(unique=True)
    form: Mapped[str]
    submitted: Mapped[bytes | None] = mapped_column(deferred=True)
    digest: Mapped[str]
    text: Mapped[str | None]
    title: Mapped[str | None]
    language: Mapped[str | None]
    published_on: Mapped[date | None]
    inferred: Mapped[list[str]] = mapped_column(server_default="{}")
    agencies: Mapped[list[str]] = mapped_column(server_default="{}")
    status: Mapped[str] = mapped_column(server_default="queued")
    error: Mapped[str | None]
    signature: Mapped[list[int] | None] = mapped_column(deferred=True)
    bands: Mapped[list[str]] = mapped_column(server_default="{}", deferred=True)
    shared_text: Mapped[str | None]
    agency: Mapped[str | None] = mapped_column(ForeignKey("source.id"))
    same_as: Mapped[str | None] = mapped_column(ForeignKey("document.id"))


class StatementRow(_Recorded):
    """What one speaker said on one date; with a `position` and a target it is a confirmation.

    `inferred` names the fields that the submitter left to a worker; `terms` are the index terms of the text,
    `vector` is its meaning and `encoder` who read it; `words` is what a person finds it by. `pinned` has, for each
    field that a person has judged, who and when: see `store.pinning`. `stated_on` is the last day on which it may have
    been said, the only one where that is known; `stated_from` the first, where a worker had to find that out.

    One that was found in a document stands at `document_start` to `document_end` of its text, unless a later version
    has it no more. `mention` is how the document names the speaker, whom nobody is known to be where that is not clear.
    While it is `proposed` or `rejected` it counts for nothing.
    """

    __tablename__ = "statement"
    __table_args__ = (
        Index("statement_terms", "terms", postgresql_using="gin"),
        Index("statement_words", "words", postgresql_using="gin"),
        Index("statement_speaker", "speaker"),
        Index("statement_publisher", "publisher"),
        Index("statement_origin", "origin"),
        Index("statement_stated_on", "stated_on"),
        Index("statement_target_claim", "target_claim", postgresql_where=text("target_claim IS NOT NULL")),
        Index("statement_target_statement", "target_statement", postgresql_where=text("target_statement IS NOT NULL")),
        CheckConstraint("num_nonnulls(target_claim, target_statement) = num_nonnulls(position)", name="target"),
        Index("statement_document", "document", "document_start", postgresql_where=text("document IS NOT NULL")),
        Index("statement_shared_text", "shared_text", postgresql_where=text("shared_text IS NOT NULL")),
        CheckConstraint("status IN ('proposed', 'queued', 'interpreted', 'failed', 'rejected')", name="status"),
        CheckConstraint("speaker IS NOT NULL OR status IN ('proposed', 'rejected')", name="speaker"),
        CheckConstraint("stated_from <= stated_on", name="stated"),
    )

    speaker: Mapped[str | None] = mapped_column(ForeignKey("source.id"))
    publisher: Mapped[str | None] = mapped_column(ForeignKey("source.id"))
    origin: Mapped[str | None] = mapped_column(ForeignKey("source.id"))
    text: Mapped[str]
    language: Mapped[str | None]
    stated_on: Mapped[date]
    stated_from: Mapped[date | None]
    published_on: Mapped[date | None]
    url: Mapped[str | None]
    act: Mapped[str | None]
    proposition: Mapped[str | None]
    quote_start: Mapped[int | None]
    quote_end: Mapped[int | None]
    inferred: Mapped[list[str]] = mapped_column(server_default="{}")
    terms: Mapped[list[str]] = mapped_column(server_default="{}")
    vector: Mapped[tuple[float, ...] | None] = mapped_column(Vector, deferred=True)
    encoder: Mapped[str | None]
    words: Mapped[str] = mapped_column(TSVECTOR, Computed(WORDS, persisted=True), deferred=True)
    status: Mapped[str] = mapped_column(server_default="queued")
    error: Mapped[str | None]
    target_claim: Mapped[str | None] = mapped_column(ForeignKey("claim.id"))
    target_statement: Mapped[str | None] = mapped_column(ForeignKey("statement.id"))
    position: Mapped[str | None]
    retracted_at: Mapped[datetime | None]
    retraction_reason: Mapped[str | None]
    pinned: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    document: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    document_start: Mapped[int | None]
    document_end: Mapped[int | None]
    confidence: Mapped[float | None]
    mention: Mapped[dict[str, Any] | None]
    supersedes: Mapped[str | None] = mapped_column(ForeignKey("statement.id"))
    shared_text: Mapped[str | None]
    rejection_reason: Mapped[str | None]


class ClaimRow(_Recorded):
    """A sentence to be checked.

    `terms` and `vector` are its own; `search_terms` and `search_vector`, with those of the statements nearest to it,
    are what it finds others by. `near` is the score by the first that a statement has to have to be one of these,
    `reach` the one by the second that it has to have to be compared with it. `folded` is by what the same text is
    known. `verdict` is the one that stands; a failed check leaves the last one standing. `needs_review` is set while
    that verdict is not sure and nobody has approved it.
    """

    __tablename__ = "claim"
    __table_args__ = (
        Index("claim_terms", "terms", postgresql_using="gin"),
        Index("claim_search_terms", "search_terms", postgresql_using="gin"),
        Index("claim_words", "words", postgresql_using="gin"),
        Index("claim_folded", "folded"),
        Index("claim_status", "status"),
        Index("claim_updated_at", "updated_at"),
        Index("claim_needs_review", "sequence", postgresql_where=text("needs_review")),
        CheckConstraint("status IN ('queued', 'verifying', 'verified', 'failed')", name="status"),
    )

    text: Mapped[str]
    language: Mapped[str | None]
    as_of: Mapped[date | None]
    reference: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default="queued")
    error: Mapped[str | None]
    terms: Mapped[list[str]] = mapped_column(server_default="{}")
    vector: Mapped[tuple[float, ...] | None] = mapped_column(Vector, deferred=True)
    encoder: Mapped[str | None]
    search_terms: Mapped[list[str]] = mapped_column(server_default="{}")
    search_vector: Mapped[tuple[float, ...] | None] = mapped_column(Vector, deferred=True)
    near: Mapped[float | None]
    words: Mapped[str] = mapped_column(TSVECTOR, Computed(WORDS, persisted=True), deferred=True)
    folded: Mapped[str]
    reach: Mapped[float | None]
    timeline: Mapped[list[dict[str, Any]]] = mapped_column(server_default="[]")
    verdict: Mapped[str | None] = mapped_column(ForeignKey("verdict.id", use_alter=True, name="claim_verdict"))
    needs_review: Mapped[bool] = mapped_column(server_default="false")


class VerdictRow(Base):
    """An answer at a date. Never changed and never deleted: a trigger of the first migration sees to it.

    `shown` is all that it rests on, as `GET /v1/claims/{id}` shows it; `causes` are what led to the check, as
    `kind:id`.
    """

    __tablename__ = "verdict"
    __table_args__ = (Index("verdict_claim", "claim", "sequence"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    claim: Mapped[str] = mapped_column(ForeignKey("claim.id"))
    label: Mapped[str]
    shown: Mapped[dict[str, Any]]
    causes: Mapped[list[str]]
    verified_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class JudgementRow(Base):
    """What a person judged: how a statement stands to a claim, or what a field of a statement is.

    Never changed and never deleted: a trigger sees to it. The latest on a claim, a statement and a `field` counts; one
    without a `value` takes the judgement back. `engine_said` is what the engine had found.
    """

    __tablename__ = "judgement"
    __table_args__ = (
        Index("judgement_claim", "claim", "statement", "sequence"),
        Index("judgement_statement", "statement", "sequence"),
        CheckConstraint("(field = 'relation') = (claim IS NOT NULL)", name="subject"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    claim: Mapped[str | None] = mapped_column(ForeignKey("claim.id"))
    statement: Mapped[str] = mapped_column(ForeignKey("statement.id"))
    field: Mapped[str]
    value: Mapped[str | None]
    reason: Mapped[str | None]
    by: Mapped[str]
    engine_said: Mapped[dict[str, Any] | None]
    made_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class ApprovalRow(Base):
    """A person stands by a verdict, until it is withdrawn. It belongs to that verdict and to no later one."""

    __tablename__ = "approval"
    __table_args__ = (
        Index("approval_standing", "verdict", unique=True, postgresql_where=text("withdrawn_at IS NULL")),
        Index("approval_verdict", "verdict"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    verdict: Mapped[str] = mapped_column(ForeignKey("verdict.id"))
    reviewer: Mapped[str]
    note: Mapped[str | None]
    url: Mapped[str | None]
    approved_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None]


class TaskRow(Base):
    """Work that is still to be done for one subject: the outbox and the lease in one row.

    `wanted` counts the requests, so that one which arrives while the work runs is not lost; `place` is the order of
    arrival, that of its document for a statement that was found in one; `publish_at` is when the relay should ring for
    it next. The holder of `token` has the task until `leased_until`.
    """

    __tablename__ = "task"
    __table_args__ = (Index("task_publish_at", "publish_at"), Index("task_place", "name", "place"))

    name: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(BigInteger, Identity(always=False))
    wanted: Mapped[int] = mapped_column(server_default="1")
    causes: Mapped[list[str]] = mapped_column(server_default="{}")
    attempt: Mapped[int] = mapped_column(server_default="0")
    token: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    not_before: Mapped[datetime] = mapped_column(server_default=func.now())
    publish_at: Mapped[datetime] = mapped_column(server_default=func.now())
    error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class HeartbeatRow(Base):
    """When a process was last seen alive."""

    __tablename__ = "heartbeat"

    kind: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]


class RequestRow(Base):
    """A request that carried an `Idempotency-Key`, and the answer it got, kept for a day."""

    __tablename__ = "request"
    __table_args__ = (Index("request_created_at", "created_at"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    answer: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RelationCacheRow(Base):
    """An answer of a relation model behind an endpoint. `key` is a digest of all that it was asked with."""

    __tablename__ = "relation_cache"

    key: Mapped[str] = mapped_column(primary_key=True)
    entails: Mapped[float]
    contradicts: Mapped[float]
    neutral: Mapped[float]
    unrelated: Mapped[float]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class WebhookRow(Base):
    """Whom to call when a verdict changes, and how that goes.

    `planned` is the `sequence` of the last verdict for which there is a delivery; `failures` counts the attempts that
    failed since one went well, and until `rests_until` none is made. Whoever holds `token` delivers, until
    `leased_until`.
    """

    __tablename__ = "webhook"

    id: Mapped[str] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    url: Mapped[str]
    description: Mapped[str | None]
    events: Mapped[list[str]]
    secret: Mapped[str]
    previous_secret: Mapped[str | None]
    previous_secret_until: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    disabled_reason: Mapped[str | None]
    planned: Mapped[int] = mapped_column(BigInteger)
    failures: Mapped[int] = mapped_column(server_default="0")
    rests_until: Mapped[datetime] = mapped_column(server_default=func.now())
    delivered_at: Mapped[datetime | None]
    token: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class DeliveryRow(Base):
    """A message to a webhook, by the id that its receiver knows it by. Without a verdict it is a test.

    `attempt` counts those of the schedule that runs, `attempts` has what came of each, also of earlier schedules.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("webhook", "verdict"),
        Index("delivery_outstanding", "webhook", "sequence", postgresql_where=text("status = 'pending'")),
        Index("delivery_log", "webhook", "sequence"),
        CheckConstraint("status IN ('pending', 'delivered', 'failed')", name="status"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    webhook: Mapped[str] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"))
    event: Mapped[str]
    verdict: Mapped[str | None] = mapped_column(ForeignKey("verdict.id"))
    status: Mapped[str] = mapped_column(server_default="pending")
    attempt: Mapped[int] = mapped_column(server_default="0")
    next_attempt_at: Mapped[datetime] = mapped_column(server_default=func.now())
    attempts: Mapped[list[dict[str, Any]]] = mapped_column(server_default="[]")
    delivered_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class KeyRow(Base):
    """Who may use the service, and how far. Of a secret only its SHA-256 is here.

    After a rotation the secret before it is good until `old_ends_at`. `rate` is None for what all keys have.
    """

    __tablename__ = "key"
    __table_args__ = (CheckConstraint("scope IN ('read', 'write', 'admin')", name="scope"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    scope: Mapped[str]
    rate: Mapped[str | None]
    digest: Mapped[str]
    old_digest: Mapped[str | None]
    old_ends_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AuditRow(Base):
    """Something that was done to the record. Never changed and never deleted, as a verdict.

    `actor` is the name of a key, `key` its id; without keys `local` and None. `subject` is `kind:id`.
    """

    __tablename__ = "audit"
    __table_args__ = (
        Index("audit_actor", "actor", "sequence"),
        Index("audit_subject", "subject", "sequence"),
        Index("audit_at", "at"),
        CheckConstraint("change IN ('added', 'changed', 'removed')", name="change"),
    )

    sequence: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    actor: Mapped[str]
    key: Mapped[str | None]
    action: Mapped[str]
    subject: Mapped[str]
    change: Mapped[str]
    fields: Mapped[list[str]] = mapped_column(server_default="{}")
