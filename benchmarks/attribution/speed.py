"""How long an article takes."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import date
from statistics import median

from benchmarks.attribution.data import Quote
from verifier.article import Article
from verifier.entities import Source
from verifier.extraction import extract
from verifier.ports import SpeechModel

WORDS = 1000
_TIMES = 3
_OUTLET = Source(id="outlet", name="Outlet", kind="news_outlet")


def measure_seconds(quotes: Sequence[Quote], language: str, model: SpeechModel | None = None) -> float:
    """Seconds of one core for an article of 1,000 words, once what is needed is loaded: the median of three articles.

    The articles are made of labelled passages, so that they have more speech in them than most. Time that other
    processes took is left out.
    """
    articles = list(_make_articles(quotes, language))[: _TIMES + 1]
    _read(articles[0], model)
    taken = []
    for article in articles[1:] or articles:
        begun = time.process_time()
        _read(article, model)
        taken.append(time.process_time() - begun)
    return median(taken)


def _read(article: Article, model: SpeechModel | None) -> None:
    extract(article, lambda _: (), model)


def _make_articles(quotes: Iterable[Quote], language: str) -> Iterable[Article]:
    paragraphs: list[str] = []
    words = 0
    for quote in quotes:
        paragraphs.append(quote.text)
        words += len(quote.text.split())
        if words >= WORDS:
            text = "\n\n".join(paragraphs)
            yield Article(text=text, language=language, publisher=_OUTLET, published_on=date(2024, 7, 2))
            paragraphs, words = [], 0
    if paragraphs:
        text = "\n\n".join(paragraphs)
        yield Article(text=text, language=language, publisher=_OUTLET, published_on=date(2024, 7, 2))
