"""Who says what, sentence by sentence: speaker and words, as they stand in the text."""

from __future__ import annotations

import pytest

from verifier.discourse import find_speeches

GERMAN = [
    # Direct speech, before, behind and around its speaker.
    ("„Der Damm hält“, sagte Kern.", [("Kern", "„Der Damm hält“")]),
    ("Kern sagte: „Der Damm hält. Er ist neu.“", [("Kern", "„Der Damm hält. Er ist neu.“")]),
    ("„Der Damm“, so Kern, „hält noch lange.“", [("Kern", "„Der Damm“ | „hält noch lange.“")]),
    (
        "Dazu sagt Mara Kern, Ingenieurin an der Hochschule Rodau, dem Boten: „Der Damm hält noch lange.“",
        [("Mara Kern, Ingenieurin an der Hochschule Rodau", "„Der Damm hält noch lange.“")],
    ),
    (
        "Anfang Mai hatte der Leiter des Amtes, Jan Otto Velt, nur erklärt: „Wir prüfen jeden Damm im Land.“",
        [("der Leiter des Amtes, Jan Otto Velt", "„Wir prüfen jeden Damm im Land.“")],
    ),
    # Indirect speech.
    ("Kern sagte, dass der Damm halte.", [("Kern", "dass der Damm halte")]),
    ("Der Damm halte, erklärte die Behörde am Montag.", [("die Behörde", "Der Damm halte")]),
    ("Laut Kern hält der Damm.", [("Kern", "hält der Damm")]),
    ("Der Damm hält nach Angaben der Polizei.", [("der Polizei", "Der Damm hält")]),
    ("Der Damm hält nach Angaben Kiews.", [("Kiews", "Der Damm hält")]),
    ("Nach Angaben Polens Regierung hält der Damm.", [("Polens Regierung", "hält der Damm")]),
    (
        "Das Amt konnte die Berichte nicht bestätigen.",
        [("Das Amt", "Das Amt konnte die Berichte nicht bestätigen")],
    ),
    ("Lee nannte die Berichte haltlos.", [("Lee", "Lee nannte die Berichte haltlos")]),
    (
        "Eine Sprecherin der Firma wollte sich nicht äußern.",
        [("Eine Sprecherin der Firma", "Eine Sprecherin der Firma wollte sich nicht äußern")],
    ),
    ("Der Polizei zufolge hält der Damm.", [("Der Polizei", "hält der Damm")]),
    ("Nach einem internen Bericht hält der Damm nicht.", [("einem internen Bericht", "hält der Damm nicht")]),
    ("Wie die Behörde mitteilte, hält der Damm.", [("die Behörde", "hält der Damm")]),
    ("Der Damm hält, heißt es in dem Gutachten.", [("Gutachten", "Der Damm hält")]),
    ("Am Montag wies das Amt den Vorwurf zurück.", [("das Amt", "Am Montag wies das Amt den Vorwurf zurück")]),
    ("Die Behauptung der Firma, dass der Damm halte, ist alt.", [("Firma", "dass der Damm halte")]),
    ("Die Firma, die den Damm baut, sagte, er halte noch.", [("Die Firma, die den Damm baut", "er halte noch")]),
    # Speech that goes on in the mood of reported speech.
    (
        "Kern sagte, der Damm halte. Er sei neu.",
        [("Kern", "der Damm halte"), ("Kern", "Er sei neu")],
    ),
    ("Der Damm ist zu. Das bestätigte die Polizei.", [("die Polizei", "Der Damm ist zu")]),
    # What is nobody's speech.
    ("Der Damm wurde im Mai gebaut.", []),
    ("Er sang ein Lied, das alle mochten.", []),
]
ENGLISH = [
    ('"The dam is holding," said Lee.', [("Lee", '"The dam is holding,"')]),
    ('Lee said: "The dam is holding. It is new."', [("Lee", '"The dam is holding. It is new."')]),
    ('"The dam," Lee said, "is holding well."', [("Lee", '"The dam," | "is holding well."')]),
    ('"Is it safe?" Lee asked.', [("Lee", '"Is it safe?"')]),
    ("Lee said that the dam is holding.", [("Lee", "the dam is holding")]),
    ("Lee told reporters on Monday the dam is holding.", [("Lee", "the dam is holding")]),
    ("The dam is holding, Ann Lee said on Friday.", [("Ann Lee", "The dam is holding")]),
    ("The dam is holding, according to the police.", [("the police", "The dam is holding")]),
    ("According to the police, the dam is holding.", [("the police", "the dam is holding")]),
    ("According to a report by Reuters, the dam broke.", [("Reuters", "the dam broke")]),
    (
        "According to two engineers familiar with the matter, the dam broke.",
        [("two engineers familiar", "the dam broke")],
    ),
    ("The deal is dead, according to two people briefed on the talks.", [("two people briefed", "The deal is dead")]),
    ("“That is a lie,” the mayor, Eva Kern, told the radio.", [("the mayor, Eva Kern", "“That is a lie,”")]),
    ("Two people were hurt, say police.", [("police", "Two people were hurt")]),
    ("Lee called the claim baseless.", [("Lee", "the claim baseless")]),
    ("Lee called him an old friend.", []),
    ("According to Ann Lee, the dam broke at noon.", [("Ann Lee", "the dam broke at noon")]),
    ("According to Lee, the dam is safe, and the city is dry.", [("Lee", "the dam is safe, and the city is dry")]),
    (
        "According to Ann Lee, the mayor of Rodau, the dam broke at noon.",
        [("Ann Lee, the mayor of Rodau", "the dam broke at noon")],
    ),
    ("The dam, as the Courier reported, is holding.", [("the Courier", "The dam | is holding")]),
    (
        "Ann Lee, 58, an engineer from Rodau, said it was safe.",
        [("Ann Lee, 58, an engineer from Rodau", "it was safe")],
    ),
    ("Lee, who is 28, said he decided to leave the town.", [("Lee, who is 28", "he decided to leave the town")]),
    ("Lee said he was “delighted” by the plan.", [("Lee", "he was “delighted” by the plan")]),
    ("Lee rejected the claim that the dam is unsafe.", [("Lee", "the dam is unsafe")]),
    ("Lee: The dam is holding well", [("Lee", "The dam is holding well")]),
    ("The dam was built in May.", []),
]


def read(text: str, language: str) -> list[tuple[str | None, str]]:
    return [
        (
            text[slice(*speech.speaker)] if speech.speaker else None,
            " | ".join(text[start:end] for start, end in speech.pieces),
        )
        for speech in find_speeches(text, language).speeches
    ]


@pytest.mark.parametrize(("text", "speeches"), GERMAN, ids=[text for text, _ in GERMAN])
def test_german_speech(text: str, speeches: list[tuple[str, str]]) -> None:
    assert read(text, "de")[: len(speeches) or None] == speeches


@pytest.mark.parametrize(("text", "speeches"), ENGLISH, ids=[text for text, _ in ENGLISH])
def test_english_speech(text: str, speeches: list[tuple[str, str]]) -> None:
    assert read(text, "en")[: len(speeches) or None] == speeches
