"""Ids: opaque for what is recorded, readable slugs for sources."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata

_SLUG_LENGTH = 60
# What a sentence may have around it, or not, and be the same one.
_AROUND = " .!?…\"'„“”»«›‹‘’‚"


def new_id(kind: str) -> str:
    """A fresh id such as `claim-3f9c2a7d41b6e805`."""
    return f"{kind}-{secrets.token_hex(8)}"


def slug(name: str) -> str:
    """A readable id for a name: ASCII letters, digits and hyphens; a digest where the name has none of these."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode()
    words = "-".join(re.findall(r"[a-z0-9]+", plain.lower()))[:_SLUG_LENGTH].strip("-")
    return words or f"source-{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def fold(name: str) -> str:
    """A name as it is compared: case, width and spacing do not matter."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def fold_text(text: str) -> str:
    """A digest of a text as it is compared: as a name, and without the marks around it."""
    return hashlib.sha256(fold(text).strip(_AROUND).encode()).hexdigest()
