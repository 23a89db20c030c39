from __future__ import annotations

import pytest

from verifier.content import find_content
from verifier.entities import Act
from verifier.tokens import tokenize
from verifier.vocabulary import read_lexicon

CASES = [
    ("en", Act.ASSERT, "The dam has burst", "The dam has burst"),
    ("en", Act.ASSERT, "According to Ann Lee, the dam has burst", "the dam has burst"),
    ("en", Act.ASSERT, "The dam has burst, according to Ann Lee", "The dam has burst"),
    ("en", Act.ASSERT, "“The dam has burst,” Ann Lee said", "The dam has burst"),
    ("en", Act.ASSERT, "Ann Lee told reporters on Monday that the dam has burst", "the dam has burst"),
    ("en", Act.ASSERT, "Ann Lee: the dam has burst and two villages are flooded", None),
    ("en", Act.REPORT, "The dam has burst, the paper wrote, citing a farmer", "The dam has burst"),
    ("de", Act.ASSERT, "Laut Ann Lee ist der Damm gebrochen", "ist der Damm gebrochen"),
    ("de", Act.ASSERT, "Ann Lee sagte am Montag, der Damm sei gebrochen", "der Damm sei gebrochen"),
    ("de", Act.REPORT, "Dass der Damm gebrochen ist, geht auf einen Bauern zurück", "der Damm gebrochen ist"),
    ("de", Act.DECLINE, "Die Stadt hat Pläne für einen neuen Damm nicht bestätigt", "einen neuen Damm"),
]


@pytest.mark.parametrize(("language", "act", "text", "content"), CASES, ids=[case[2] for case in CASES])
def test_the_attribution_is_cut(language: str, act: Act, text: str, content: str | None) -> None:
    tokens = tokenize(text, language)
    span = find_content(tokens, read_lexicon(language), act, ["Ann Lee"])
    assert text[tokens[span.start].start : tokens[span.end - 1].end] == (content or text)
