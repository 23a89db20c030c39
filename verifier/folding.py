"""Words and names as they are compared, whoever spells them."""

from __future__ import annotations

import re
import unicodedata


def fold_word(lemma: str) -> str:
    """A base form as it is compared: without accents and final e."""
    plain = unicodedata.normalize("NFKD", lemma.replace("ß", "ss")).encode("ascii", "ignore").decode() or lemma
    # Learned words differ in their last letter alone: "phosphine", "Phosphin".
    return plain.removesuffix("e") if len(plain) > 5 else plain


def fold_name(name: str) -> str:
    """A name as it is compared: without accents, and with the usual romanizations of one sound made one.

    German and English write Slavic and Arabic names each in its own way (Tschaikowski, Tchaikovsky); a genitive s is
    dropped.
    """
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode() or name.lower()
    for pattern, sound in _SOUNDS:
        plain = pattern.sub(sound, plain)
    return plain


_SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"tsch|sch|tch|ch|kh|sh|zh|cz", "c"),
        (r"w", "v"),
        (r"z", "s"),
        (r"[yj]", "i"),
        (r"(.)\1+", r"\1"),
        (r"(?<=..)s$", ""),
        (r"(?<=..)i$", ""),
        (r"(?<=....)e$", ""),
    )
]
