from __future__ import annotations

import pytest

from verifier.citation import find_citation
from verifier.tokens import tokenize
from verifier.vocabulary import read_lexicon

CASES = [
    ("en", "Daily News", "The bridge will close, the paper wrote, citing Reuters.", "Reuters", False),
    ("de", "Tageblatt", "Laut Reuters wird die Brücke gesperrt.", "Reuters", False),
    ("de", "Tageblatt", "Die Brücke wird Reuters zufolge gesperrt.", "Reuters", False),
    ("en", "Ann Lee", "According to Ann Lee, the bridge will close.", None, False),
    ("de", "Tikhonov", "Laut Tikhonov wird die Brücke gesperrt.", None, False),
    ("en", "Russian Navy", "According to Russia's navy, the ship has left.", None, False),
    ("en", "Daily News", "The bridge will close, the paper wrote, citing two engineers.", None, True),
    ("en", "Daily News", "The bridge will reportedly close.", None, True),
    ("de", "Tageblatt", "Wie es aus Kreisen der Verwaltung heißt, wird die Brücke gesperrt.", None, True),
    ("en", "Ann Lee", "Ann Lee said the bridge is safe, citing security reasons.", None, False),
    ("en", "Ann Lee", "Ann Lee said the bridge is safe.", None, False),
    # "According to which" names nobody, and somebody is relied on all the same.
    ("en", "Daily News", "There are accounts according to which the Norwegian bridge leaks.", None, True),
    ("de", "Tageblatt", "Es gibt einen Bericht, laut welchem die Brücke Norwegens leckt.", None, True),
    ("en", "Daily News", "Accounts according to which it leaks are untrue, according to Interfax.", "Interfax", False),
    ("en", "Ann Lee", "According to Ann Lee, the bridge will close, according to Reuters by Friday.", "Reuters", False),
    ("en", "Daily News", "500 people have left, according to WHO.", None, True),
    ("en", "Daily News", "The bridge leaks, according to what Norway's ministry published.", "Norway's", False),
    # A source within the speaker is the speaker; one that tells it something is another.
    ("en", "Harbour Office", "The bridge will close, according to a source in the harbour office.", None, False),
    ("de", "Hafenamt", "Die Brücke wird gesperrt, so ein Insider aus dem Hafenamt.", None, False),
    ("en", "Daily News", "The bridge will close, sources told Daily News.", None, True),
    ("en", "Daily News", "The bridge will close, a source close to the mayor said to Daily News.", None, True),
    ("de", "Tageblatt", "Die Brücke wird gesperrt, sagte ein Insider dem Tageblatt.", None, True),
    ("de", "Tageblatt", "Die Brücke wird gesperrt, sagten Insider dem Tageblatt.", None, True),
    ("de", "Zeitung", "Die Brücke wird gesperrt, sagten Insider der Zeitung.", None, True),
    ("de", "Tageblatt", "Insider berichteten dem Tageblatt, die Brücke werde gesperrt.", None, True),
]


@pytest.mark.parametrize(("language", "speaker", "text", "cited", "unnamed"), CASES, ids=[case[2] for case in CASES])
def test_whom_a_speaker_relays(language: str, speaker: str, text: str, cited: str | None, unnamed: bool) -> None:
    found = find_citation(text, tokenize(text, language), read_lexicon(language), [speaker])
    assert (found.cited, found.unnamed) == (cited, unnamed)
