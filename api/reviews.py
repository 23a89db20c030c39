"""What is published of a verdict that a person has approved, whatever the format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from store.approvals import Approved
from store.settings import Settings
from store.sources import load_sources
from verifier.entities import Act, Label, Relation, Source
from verifier.ratings import BEST, WORST, print_rating, value_of

_AFFIRMS = (Act.ASSERT, Act.CONFIRM)
# Kinds of sources that tell whether it is a person: a "government" may be the cabinet or its spokesman.
_TYPES = {
    "person": "Person",
    "expert": "Person",
    "company": "Organization",
    "news_agency": "Organization",
    "news_outlet": "Organization",
    "fact_checker": "Organization",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """An approved verdict as readers get it.

    `url` is the page that it is published on, `publisher` the newsroom, None where its name is not set, `claimant` who
    was the first on record to say what the claim says, `appearance` where the claim can be read.
    """

    id: str
    claim: str
    language: str | None
    rating: str
    value: int
    reasons: Sequence[str]
    url: str | None
    approved_at: datetime
    reviewer: str
    publisher: str | None
    publisher_url: str | None
    claimant: Source | None
    claimed_on: date | None
    appearance: str | None

    @property
    def title(self) -> str:
        """The rating and the claim on one line."""
        return f"{self.rating}: {' '.join(self.claim.split())}"

    @property
    def signed_by(self) -> str:
        """The newsroom or, where its name is not set, the person who approved the verdict."""
        return self.publisher or self.reviewer

    @property
    def site(self) -> str | None:
        """The host of the newsroom, or of the page, without `www.`."""
        return read_site(self.publisher_url or self.url)


def read_site(address: str | None) -> str | None:
    """The host of an address, without `www.`."""
    host = urlsplit(address).hostname if address else None
    return host.removeprefix("www.") if host else None


def read_reviews(session: Session, approved: Sequence[Approved], settings: Settings) -> list[Review]:
    """The reviews of verdicts that are approved, in their order."""
    first = [_find_claimant(each.verdict.shown) for each in approved]
    known = load_sources(session, {found["speaker"] for found in first if found})
    return [
        Review(
            id=each.approval.id,
            claim=each.claim.text,
            language=each.claim.language,
            rating=print_rating(Label(each.verdict.label), each.claim.language),
            value=value_of(Label(each.verdict.label)),
            reasons=each.verdict.shown["reasons"],
            url=each.approval.url,
            approved_at=each.approval.approved_at,
            reviewer=each.approval.reviewer,
            publisher=settings.publisher_name,
            publisher_url=settings.publisher_url,
            claimant=known[found["speaker"]] if found else None,
            claimed_on=date.fromisoformat(found["stated_on"]) if found else None,
            appearance=_read_address(each.claim.reference),
        )
        for each, found in zip(approved, first, strict=True)
    ]


def write_claim_review(review: Review) -> dict[str, Any]:
    """A review as schema.org's ClaimReview in JSON-LD; what is not known is left out."""
    author = {"@type": "Organization" if review.publisher else "Person", "name": review.signed_by}
    if review.publisher and review.publisher_url:
        author["url"] = review.publisher_url
    return without_unknown(
        {
            "@context": "https://schema.org",
            "@type": "ClaimReview",
            "url": review.url,
            "datePublished": review.approved_at.date().isoformat(),
            "inLanguage": review.language,
            "author": author,
            "claimReviewed": review.claim,
            "itemReviewed": _write_claim(review),
            "reviewRating": _write_rating(review),
        }
    )


def _write_rating(review: Review) -> dict[str, Any]:
    return without_unknown(
        {
            "@type": "Rating",
            "alternateName": review.rating,
            "ratingValue": review.value,
            "bestRating": BEST,
            "worstRating": WORST,
            "ratingExplanation": review.reasons[0] if review.reasons else None,
        }
    )


def _write_claim(review: Review) -> dict[str, Any]:
    """The claim and who made it, without a type where the record does not tell a person from a body."""
    by = review.claimant
    return without_unknown(
        {
            "@type": "Claim",
            "text": review.claim,
            "author": without_unknown({"@type": _TYPES.get(by.kind or ""), "name": by.name}) if by else None,
            "datePublished": review.claimed_on.isoformat() if review.claimed_on else None,
            "appearance": {"@type": "CreativeWork", "url": review.appearance} if review.appearance else None,
        }
    )


def _find_claimant(shown: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The first piece of evidence whose speaker says what the claim says; evidence is in the order of saying."""
    affirming = (
        item for item in shown["evidence"] if item["relation"] == Relation.SUPPORTS and item["act"] in _AFFIRMS
    )
    return next(affirming, None)


def _read_address(reference: str | None) -> str | None:
    """A claim's reference where it is an address on the web; a newsroom's own mark is nobody else's business."""
    return reference if reference and reference.startswith(("http://", "https://")) else None


def without_unknown(values: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of something: JSON has no place for the rest."""
    return {name: value for name, value in values.items() if value is not None}
