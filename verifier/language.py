"""Which language a text is in."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from verifier.tokens import lemmatize
from verifier.vocabulary import read_lexicon

if TYPE_CHECKING:
    from lingua import LanguageDetector

SUPPORTED = frozenset({"de", "en"})

# Neighbours that a short German or English text could be taken for, and the languages most news is written in. A text
# in one of them must be recognised as foreign, so that the engine abstains; a language in its own script always is.
_OTHERS = ("ar", "cs", "da", "es", "fr", "it", "ja", "ko", "nb", "nl", "pl", "pt", "ro", "ru", "sv", "tr", "uk", "zh")

# Below this many words the detector's statistics are weak, and a dictionary tells more.
_FEW_WORDS = 6
_SURE, _SURE_OF_FEW, _LEAST = 0.6, 0.8, 0.4


def identify(text: str) -> str | None:
    """ISO 639-1 code of the language a text is in; None where it cannot be told.

    By lingua's n-gram models (https://github.com/pemistahl/lingua-py); the dictionaries decide between the
    supported languages where a short text leaves the models unsure.
    """
    values = _detector().compute_language_confidence_values(text)
    ranked = [(value.language.iso_code_639_1.name.lower(), value.value) for value in values]
    best, confidence = ranked[0]
    if confidence == 0:
        return None
    words = re.findall(r"[^\W\d]+", text)
    unsure = confidence < _SURE or (len(words) <= _FEW_WORDS and best not in SUPPORTED and confidence < _SURE_OF_FEW)
    if not unsure:
        return best
    return _by_words(words) or (best if confidence >= _LEAST else None)


def _by_words(words: list[str]) -> str | None:
    """The one supported language that more of these words belong to, names left aside."""
    plain = [word for word in words if word.islower()]
    counts = {language: sum(_belongs(word, language) for word in plain) for language in sorted(SUPPORTED)}
    most = max(counts.values())
    leaders = [language for language, count in counts.items() if count == most]
    return leaders[0] if most and len(leaders) == 1 else None


def _belongs(word: str, language: str) -> int:
    """2 for a function word of the language, 1 for another word of its dictionary."""
    return 2 if word in read_lexicon(language).stop else int(lemmatize(word, language)[1])


@cache
def _detector() -> LanguageDetector:
    from lingua import IsoCode639_1, LanguageDetectorBuilder  # noqa: PLC0415 - loaded when first needed, after fork

    codes = [getattr(IsoCode639_1, code.upper()) for code in (*sorted(SUPPORTED), *_OTHERS)]
    return LanguageDetectorBuilder.from_iso_codes_639_1(*codes).build()
