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
    ("de", "Die Behörde hält den Wärter nicht für den Brandstifter.", Act.DENY),
    ("de", "Die Behörde hält den Wärter für den Brandstifter.", Act.SPECULATE),
    ("de", "Die Straße ist gesperrt, aber nicht für die Feuerwehr.", Act.ASSERT),
    ("de", "Der Bus bremste am Dienstag nicht für den Täter.", Act.ASSERT),
    ("en", "The court has not yet ruled on the appeal.", Act.ASSERT),
    ("en", "The bridge will reportedly close in June.", Act.REPORT),
    ("de", "Die Brücke soll im Juni schließen, heißt es aus Kreisen des Ministeriums.", Act.REPORT),
    ("en", "The bridge may well have to close, an engineer said.", Act.SPECULATE),
    ("de", "Die Brücke könnte im Juni schließen, vermutet eine Ingenieurin.", Act.SPECULATE),
    ("en", "The ministry would neither confirm nor deny the visit.", Act.DECLINE),
    ("en", "There is no solid evidence of a visit at present, she said.", Act.DECLINE),
    ("de", "Das Ministerium wollte die Reise nicht kommentieren.", Act.DECLINE),
    ("de", "Belege dafür, dass die Brücke gesperrt wird, gibt es laut Lee bisher nicht.", Act.DECLINE),
    ("de", "Bislang hat das Ministerium die Pläne nicht bestätigt.", Act.DECLINE),
    ("de", "Belege für eine Reise gibt es derzeit keine, sagte sie.", Act.DECLINE),
    # A question that is put first and not answered.
    ("de", "Ob die Brücke gesperrt wird, konnte das Amt nicht sagen.", Act.DECLINE),
    ("en", "Whether the bridge will close, the mayor did not know.", Act.DECLINE),
    # What only looks like a denial.
    ("en", "There is no doubt that the dam is holding, the operator said.", Act.ASSERT),
    ("de", "Der Damm hält nicht nur hier, sagte der Betreiber.", Act.ASSERT),
    ("de", "Sie nannte als Grund die Kälte.", Act.ASSERT),
    ("de", "Ein Unfall lasse sich nicht ausschließen, sagte die Polizei.", Act.SPECULATE),
    # Who denies outright gives reasons; who confirms may confirm that something is not so.
    ("en", "The operator denied that the dam leaks: there is no evidence at all.", Act.DENY),
    ("de", "Die Behörde bestätigte, dass es keine Verletzten gibt.", Act.CONFIRM),
    ("de", "Die Behörde wollte nichts bestätigen.", Act.DECLINE),
    # Who tells others something, or asks something of them, confirms and reports nothing.
    ("de", "Der Betreiber teilte mit, die Brücke werde im Juni gesperrt.", Act.ASSERT),
    ("de", "Die Stadt solle die Brücke sperren, verlangte die Ingenieurin.", Act.ASSERT),
    # Who takes back what it said denies it.
    ("en", "The station corrected its report of a leak.", Act.DENY),
    ("en", "The club took back its claim of a sale.", Act.DENY),
    ("de", "Der Sender nahm seine Meldung über ein Leck zurück.", Act.DENY),
    ("de", "Der Bürgermeister sprach von einer glatten Erfindung.", Act.DENY),
    ("de", "Davon könne nicht die Rede sein, sagte der Betreiber.", Act.DENY),
    ("de", "Der Damm hält, meint eine Anwohnerin.", Act.SPECULATE),
    # A condition is no hearsay.
    ("de", "Sollte der Damm brechen, wäre das eine Katastrophe, meinte sie.", Act.SPECULATE),
]


@pytest.mark.parametrize(("language", "text", "act"), CASES, ids=[text for _, text, _ in CASES])
def test_the_words_tell_the_act(language: str, text: str, act: Act) -> None:
    assert classify(tokenize(text, language), read_lexicon(language), relays=False) is act


@pytest.mark.parametrize(
    ("language", "text", "own", "act"),
    [
        ("en", "The barn burned again, the insurer Ostvik reported.", {"insurer", "ostvik"}, Act.ASSERT),
        ("en", "The barn burned again, the radio reported.", {"insurer", "ostvik"}, Act.REPORT),
        ("de", "Alle Flüge seien gestartet, meldete der Flughafen Ostvik.", {"flughafen", "ostvik"}, Act.ASSERT),
        ("de", "Alle Flüge seien gestartet, meldete das Radio.", {"flughafen", "ostvik"}, Act.REPORT),
    ],
)
def test_who_reports_of_itself_passes_nothing_on(language: str, text: str, own: set[str], act: Act) -> None:
    assert classify(tokenize(text, language), read_lexicon(language), relays=False, own=frozenset(own)) is act


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Shots fell at the gate, the paper writes; it could not independently verify this."),
        ("de", "Am Tor fielen Schüsse, so das Blatt; unabhängig bestätigen ließ sich das nicht."),
    ],
)
def test_who_passes_on_what_it_could_not_check_reports(language: str, text: str) -> None:
    tokens, lexicon = tokenize(text, language), read_lexicon(language)
    assert classify(tokens, lexicon, relays=True, is_outlet=True) is Act.REPORT


def test_an_office_that_cannot_confirm_a_report_declines() -> None:
    tokens = tokenize("Asked about the report by Reuters, the ministry could not confirm it.", "en")
    assert classify(tokens, read_lexicon("en"), relays=True) is Act.DECLINE


def test_who_rests_on_another_source_reports() -> None:
    tokens = tokenize("The dam is holding, the newsletter said.", "en")
    assert classify(tokens, read_lexicon("en"), relays=True) is Act.REPORT


def test_who_denies_or_declines_does_so_whoever_is_cited() -> None:
    tokens = tokenize("The mayor denied that the bridge is unsafe.", "en")
    assert classify(tokens, read_lexicon("en"), relays=True) is Act.DENY


def test_who_relays_a_confirmation_reports_it() -> None:
    tokens = tokenize("An official record shows the sale, the newsletter said.", "en")
    assert classify(tokens, read_lexicon("en"), relays=True) is Act.REPORT
