from __future__ import annotations

import pytest

from verifier.acts import classify
from verifier.entities import Act
from verifier.tokens import tokenize
from verifier.vocabulary import read_lexicon

CASES = [
    ("en", "The dam is holding, the operator said.", Act.ASSERT),
    ("de", "Der Damm hält, sagte der Betreiber.", Act.ASSERT),
    ("en", "The ministry confirmed that the envoy has left.", Act.CONFIRM),
    ("de", "Das Ministerium räumte den Fehler ein.", Act.CONFIRM),
    ("en", "The mayor denied that the bridge is unsafe.", Act.DENY),
    ("en", "The club dismissed reports of a sale as nonsense.", Act.DENY),
    ("de", "Der Verein wies die Berichte über einen Verkauf zurück.", Act.DENY),
    ("de", "Das treffe nicht zu, so die Behörde.", Act.DENY),
    ("en", "The bridge will reportedly close in June.", Act.REPORT),
    ("de", "Die Brücke soll im Juni schließen, heißt es aus Kreisen des Ministeriums.", Act.REPORT),
    ("en", "The bridge may well have to close, an engineer said.", Act.SPECULATE),
    ("de", "Die Brücke könnte im Juni schließen, vermutet eine Ingenieurin.", Act.SPECULATE),
    ("en", "The ministry would neither confirm nor deny the visit.", Act.DECLINE),
    ("en", "There is no solid evidence of a visit at present, she said.", Act.DECLINE),
    ("de", "Das Ministerium wollte die Reise nicht kommentieren.", Act.DECLINE),
    ("de", "Bislang hat das Ministerium die Pläne nicht bestätigt.", Act.DECLINE),
]


@pytest.mark.parametrize(("language", "text", "act"), CASES, ids=[text for _, text, _ in CASES])
def test_the_words_tell_the_act(language: str, text: str, act: Act) -> None:
    assert classify(tokenize(text, language), read_lexicon(language), relays=False) is act


def test_who_rests_on_another_source_reports() -> None:
    tokens = tokenize("The dam is holding, the newsletter said.", "en")
    assert classify(tokens, read_lexicon("en"), relays=True) is Act.REPORT


def test_who_denies_or_declines_does_so_whoever_is_cited() -> None:
    tokens = tokenize("The mayor denied that the bridge is unsafe.", "en")
    assert classify(tokens, read_lexicon("en"), relays=True) is Act.DENY
