"""When something was said, by the words beside it and the day on which the article came out."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import cache

from verifier.article import Dating

UNKNOWN = Dating(first=None, last=None)

_LONGEST = 2000
_MONTHS = {
    "en": "January|February|March|April|May|June|July|August|September|October|November|December",
    "de": "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember",
}
_SHORT = {
    "en": "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec",
    "de": "Jan|Feb|Mär|Apr|Jun|Jul|Aug|Sept|Sep|Okt|Nov|Dez",
}
_WEEKDAYS = {
    "en": "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday",
    "de": "Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag",
}
_PARTS = {"en": {"early": 0, "mid": 1, "late": 2}, "de": {"anfang": 0, "mitte": 1, "ende": 2}}
_PERIODS = {
    "en": r"(?P<which>last|past|this|earlier this)\s+(?P<period>week|month|year)",
    "de": r"(?P<which>letzte[nsr]?|vergangene[nr]?|vorige[ns]?|diese[rns])\s+"
    r"(?P<period>Woche|Monats?|Jahr(?:es)?)",
}


def find_dating(text: str, language: str, published_on: date | None) -> Dating:
    """The first time that the words name: a day, a range where they say no more, unknown where they name none.

    Days without a year are the last ones on or before publication. Absolute and relative days are read by dateparser.
    """
    found = [
        (match.start(), match, read)
        for pattern, read in _readers(language)
        if (match := pattern.search(text[:_LONGEST])) is not None
    ]
    for _, match, read in sorted(found, key=lambda item: item[0]):
        try:
            dating = read(match, language, published_on)
        except OverflowError:  # a day before the first or after the last one that there is
            continue
        if dating is not None and (published_on is None or dating.first is None or dating.first <= published_on):
            return dating
    return UNKNOWN


_Read = Callable[[re.Match[str], str, date | None], Dating | None]


@cache
def _readers(language: str) -> tuple[tuple[re.Pattern[str], _Read], ...]:
    months = f"{_MONTHS[language]}|{_SHORT[language]}"
    if language == "de":
        patterns: list[tuple[str, _Read]] = [
            (rf"\b\d{{1,2}}\.\s?(?:{months})\b\.?(?:\s\d{{4}}\b)?", _read_day),
            (r"\b\d{1,2}\.\d{1,2}\.\d{4}\b", _read_day),
            (rf"\b(?P<part>Anfang|Mitte|Ende)\s(?P<month>{_MONTHS['de']})(?:\s(?P<year>\d{{4}}))?\b", _read_month),
            (rf"(?<!\. )\b(?:im|seit|vom)\s(?P<month>{_MONTHS['de']})(?:\s(?P<year>\d{{4}}))?\b", _read_month),
            (rf"\b(?P<day>{_WEEKDAYS['de']})(?:s|abend|morgen|nachmittag|mittag|nacht|vormittag)?\b", _read_weekday),
            (r"\b(?:vorgestern|gestern|heute)\b", _read_day),
            (r"\bvor\s(?:\d+|einem|einer|zwei|drei|vier|fünf|sechs)\s(?:Tag|Tagen)\b", _read_day),
        ]
    else:
        patterns = [
            (rf"\b(?:{months})\b\.?\s\d{{1,2}}(?:st|nd|rd|th)?\b(?!\d)(?:,?\s\d{{4}}\b)?", _read_day),
            (rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s(?:{months})\b\.?(?:\s\d{{4}}\b)?", _read_day),
            (
                rf"\b(?P<part>early|mid|late)[\s-](?:in\s)?(?P<month>{_MONTHS['en']})(?:\s(?P<year>\d{{4}}))?\b",
                _read_month,
            ),
            (
                rf"\b(?:in|since|during)\s(?P<month>{_MONTHS['en']})\b(?!\s\d{{1,2}}\b)(?:\s(?P<year>\d{{4}}))?",
                _read_month,
            ),
            (rf"\b(?P<day>{_WEEKDAYS['en']})\b", _read_weekday),
            (r"\b(?:yesterday|today|tonight)\b", _read_day),
            (r"\b(?:\d+|a|one|two|three|four|five|six)\sdays?\sago\b", _read_day),
        ]
    patterns.append((rf"\b{_PERIODS[language]}\b", _read_period))
    return tuple((re.compile(pattern, re.IGNORECASE if "which" in pattern else 0), read) for pattern, read in patterns)


def _read_day(match: re.Match[str], language: str, published_on: date | None) -> Dating | None:
    words = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", match.group())
    has_year = re.search(r"\d{4}", words) is not None
    if published_on is None and not has_year:
        return None
    words = {"tonight": "today"}.get(words, words)
    day = _parse(words, language, published_on)
    if day is None:
        return None
    if not has_year and published_on is not None and day > published_on:
        day = _in_year(day, day.year - 1)
    return Dating(first=day, last=day)


def _parse(words: str, language: str, published_on: date | None) -> date | None:
    import dateparser  # noqa: PLC0415 - its tables are loaded when first needed

    base = datetime.combine(published_on or date(2000, 1, 1), datetime.min.time()) + timedelta(hours=12)
    settings: Mapping[str, object] = {
        "RELATIVE_BASE": base,
        "PREFER_DATES_FROM": "past",
        "DATE_ORDER": "DMY" if language == "de" else "MDY",
        "REQUIRE_PARTS": [],
    }
    found = dateparser.parse(words, languages=[language], settings=dict(settings))
    return found.date() if found else None


def _in_year(day: date, year: int) -> date:
    return day.replace(year=year, day=min(day.day, calendar.monthrange(year, day.month)[1]))


def _read_weekday(match: re.Match[str], language: str, published_on: date | None) -> Dating | None:
    """The last such day on or before publication."""
    if published_on is None:
        return None
    named = _WEEKDAYS[language].split("|").index(match["day"])
    day = published_on - timedelta(days=(published_on.weekday() - named) % 7)
    return Dating(first=day, last=day)


def _read_month(match: re.Match[str], language: str, published_on: date | None) -> Dating | None:
    """A month, or its first, second or last ten days, in the last such month that has begun."""
    month = _MONTHS[language].split("|").index(match["month"]) + 1
    if match["year"]:
        year = int(match["year"])
    elif published_on is None:
        return None
    else:
        year = published_on.year if month <= published_on.month else published_on.year - 1
    if not 1 <= year <= 9999:
        return None
    length = calendar.monthrange(year, month)[1]
    part = match.groupdict().get("part")
    bounds = [(1, 10), (11, 20), (21, length)][_PARTS[language][part.lower()]] if part else (1, length)
    first, last = date(year, month, bounds[0]), date(year, month, bounds[1])
    return Dating(first=first, last=_not_after(last, first, published_on))


def _not_after(last: date, first: date, published_on: date | None) -> date:
    return max(first, min(last, published_on)) if published_on else last


def _read_period(match: re.Match[str], _language: str, published_on: date | None) -> Dating | None:
    """The week, month or year of publication, or the one before it."""
    if published_on is None:
        return None
    is_this = match["which"].lower().startswith(("this", "earlier", "dies"))
    period = match["period"].lower()
    if period in ("week", "woche"):
        first = published_on - timedelta(days=published_on.weekday() + (0 if is_this else 7))
        return Dating(first=first, last=min(first + timedelta(days=6), published_on))
    if period.startswith("mon"):
        begin = published_on.replace(day=1)
        if is_this:
            return Dating(first=begin, last=published_on)
        last = begin - timedelta(days=1)
        return Dating(first=last.replace(day=1), last=last)
    year = published_on.year - (0 if is_this else 1)
    if year < 1:
        return None
    return Dating(first=date(year, 1, 1), last=min(date(year, 12, 31), published_on))
