"""The fields of what is posted: how each is read, and what is said where it is wrong."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from api.languages import LANGUAGES

TEXT_LENGTH = 10_000
NAME_LENGTH = 300
URL_LENGTH = 2_048
ARTICLE_LENGTH = 200_000
PAGE_BYTES = 5_000_000

_ID = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._:-]{1,100}")
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})")
_LANGUAGE = re.compile(r"([A-Za-z]{2})([-_][A-Za-z0-9_-]{1,30})?")
_COUNTRY = re.compile(r"[A-Z]{2}|INT")


class Posted(BaseModel):
    """What a caller sends. A field that nobody knows is refused: it may be a known one with a slip of the pen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _drop_defaults(schema: dict[str, Any]) -> None:
    for field in schema["properties"].values():
        field.pop("default", None)


class Change(Posted):
    """What of a thing is to be changed: the fields that are given."""

    # A field that is absent has no value at all, so none may be documented.
    model_config = ConfigDict(json_schema_extra=_drop_defaults)


class Shown(BaseModel):
    """What a caller gets."""

    model_config = ConfigDict(frozen=True)


def wrong(message: str) -> PydanticCustomError:
    """The error of a field; the message follows its name in a sentence."""
    # Braces would be taken for placeholders, and a message may quote what was sent.
    return PydanticCustomError("wrong", "{message}", {"message": message})


def read_text(value: object, most: int = TEXT_LENGTH) -> str:
    """Text of some lines, without the space around it; lines end as on Unix."""
    text = _read_string(value).replace("\r\n", "\n").strip()
    return _check_length(_check_characters(text, allowed="\n\t"), most)


def read_article(value: object) -> str:
    """The text of an article."""
    return read_text(value, ARTICLE_LENGTH)


def read_page(value: object) -> str:
    """The HTML of a page, whatever is in it."""
    text = _read_string(value)
    if not text.strip():
        raise wrong("must not be empty")
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise wrong("must not contain half of a surrogate pair") from None
    if size > PAGE_BYTES:
        raise wrong(f"must have at most {PAGE_BYTES:,} bytes in UTF-8; it has {size:,}")
    return text


def read_words(value: object) -> str:
    """As `read_text`, but there may be none."""
    return "" if isinstance(value, str) and not value.strip() else read_text(value)


def read_name(value: object) -> str:
    """One line of text, such as a name."""
    return _check_length(_check_characters(_read_string(value).strip()), NAME_LENGTH)


def read_needle(value: object) -> str:
    """A piece of text to look for; there may be none."""
    text = _check_characters(_read_string(value))
    return _check_length(text, NAME_LENGTH) if text else text


def read_id(value: object) -> str:
    """An id that the caller chooses."""
    text = _read_string(value)
    if not _ID.fullmatch(text):
        raise wrong("must be 1 to 100 of the characters A-Z a-z 0-9 . _ : -")
    return text


def read_key(value: object) -> str:
    """An `Idempotency-Key`."""
    text = _read_string(value)
    if not _KEY.fullmatch(text):
        raise wrong("must be 1 to 255 printable ASCII characters without spaces")
    return text


def read_day(value: object) -> date:
    """A day of the calendar."""
    text = _read_string(value)
    try:
        if _DAY.fullmatch(text):  # fromisoformat alone would also take 20240701 and 2024-W27-1
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise wrong("must be a day of the calendar as YYYY-MM-DD, such as 2024-07-01")


def read_past_day(value: object) -> date:
    """A day on which something was said: not to come, and no year with a digit missing."""
    day = read_day(value)
    if day > datetime.now(UTC).date() + timedelta(days=1):  # in Auckland it is tomorrow already
        raise wrong("must not lie in the future")
    if day.year < 1000:
        raise wrong("must have a year from 1000 on")
    return day


def read_moment(value: object) -> datetime:
    """A moment with its zone."""
    text = _read_string(value)
    try:
        if _MOMENT.fullmatch(text):
            return datetime.fromisoformat(text.upper())
    except ValueError:
        pass
    raise wrong("must be a time with its zone, such as 2024-07-01T12:00:00Z; in a query, + is written %2B")


def read_flag(value: object) -> bool:
    """True or false, as a query spells them."""
    if value in ("true", "false"):
        return value == "true"
    raise wrong("must be true or false")


def read_language(value: object) -> str:
    """An ISO 639-1 code; a region behind it is left off."""
    text = _read_string(value)
    found = _LANGUAGE.fullmatch(text)
    if not found or found[1].lower() not in LANGUAGES:
        raise wrong("must be the two letters of ISO 639-1, such as en or de")
    return found[1].lower()


def read_published(value: object) -> date:
    """The day of a date or a time of ISO 8601, as in structured data; not to come."""
    text = _read_string(value)
    return read_past_day(text[:10] if text[10:11] in ("", "T", "t", " ") else text)


def read_country(value: object) -> str:
    """An ISO 3166-1 alpha-2 code, INT for what is international, or XX where it is unknown."""
    text = _read_string(value)
    if not _COUNTRY.fullmatch(text):
        raise wrong("must be the two capital letters of ISO 3166-1, such as KR, or INT (international) or XX (unknown)")
    return text


def read_url(value: object) -> str:
    """An address on the web."""
    text = _read_string(value).strip()
    if not _is_web_address(text):
        raise wrong("must be an address with its host that begins with http:// or https://")
    return _check_length(text, URL_LENGTH)


def _is_web_address(text: str) -> bool:
    if any(character.isspace() or unicodedata.category(character) in ("Cc", "Cs") for character in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port or an IPv6 address that is none
        return False


def _read_string(value: object) -> str:
    if not isinstance(value, str):
        raise wrong("must be text")
    return value


def _check_characters(text: str, *, allowed: str = "") -> str:
    """Raises where a text has characters that no person writes and PostgreSQL may not store."""
    for character in text:
        category = unicodedata.category(character)
        if category == "Cs":
            raise wrong("must not contain half of a surrogate pair")
        if category == "Cc" and character not in allowed:
            but = " but line feeds and tabs" if allowed else ""
            raise wrong(f"must not contain control characters{but}; it has U+{ord(character):04X}")
    return text


def _check_length(text: str, most: int) -> str:
    if not text:
        raise wrong("must not be empty")
    if len(text) > most:
        raise wrong(f"must have at most {most:,} characters; it has {len(text):,}")
    return text


def _field(read: Any, **schema: Any) -> Any:
    return BeforeValidator(read), WithJsonSchema({"type": "string", **schema})


Text = Annotated[str, *_field(read_text, minLength=1, maxLength=TEXT_LENGTH)]
ArticleText = Annotated[str, *_field(read_article, minLength=1, maxLength=ARTICLE_LENGTH)]
PageHtml = Annotated[str, *_field(read_page, minLength=1, maxLength=PAGE_BYTES)]
Words = Annotated[str, *_field(read_words, maxLength=TEXT_LENGTH)]
Name = Annotated[str, *_field(read_name, minLength=1, maxLength=NAME_LENGTH)]
Needle = Annotated[str, *_field(read_needle, maxLength=NAME_LENGTH)]
Id = Annotated[str, *_field(read_id, pattern=r"^[A-Za-z0-9._:-]{1,100}$")]
Key = Annotated[str, *_field(read_key, maxLength=255)]
Day = Annotated[date, *_field(read_day, format="date")]
PastDay = Annotated[date, *_field(read_past_day, format="date")]
Published = Annotated[date, *_field(read_published)]
Moment = Annotated[datetime, *_field(read_moment, format="date-time")]
Flag = Annotated[bool, BeforeValidator(read_flag), WithJsonSchema({"type": "boolean"})]
Language = Annotated[str, *_field(read_language, description="ISO 639-1; a region behind it is left off.")]
Country = Annotated[
    str, *_field(read_country, pattern="^([A-Z]{2}|INT)$", description="ISO 3166-1 alpha-2, INT or XX.")
]
Url = Annotated[str, *_field(read_url, format="uri", maxLength=URL_LENGTH)]


class Listing(Posted):
    """The part of a query that every list takes."""

    cursor: Name | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
