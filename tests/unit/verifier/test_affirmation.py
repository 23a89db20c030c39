"""Whether a denial puts its content forward, or takes it back."""

from __future__ import annotations

import pytest

from verifier.affirmation import affirms


@pytest.mark.parametrize(
    ("text", "proposition", "language"),
    [
        ("The dam is safe, Lee insisted, rejecting reports of cracks.", "The dam is safe", "en"),
        ("Lee hit back on Friday, saying the dam was safe.", "the dam was safe", "en"),
        ("Lee countered that the dam was safe.", "the dam was safe", "en"),
        ("Lee wies die Vorwürfe zurück: „Der Damm ist sicher.“", "Der Damm ist sicher", "de"),
        ("Der Damm sei sicher, widersprach Lee.", "Der Damm sei sicher", "de"),
    ],
)
def test_a_denial_may_say_what_is_so(text: str, proposition: str, language: str) -> None:
    assert affirms(text, proposition, language)


@pytest.mark.parametrize(
    ("text", "proposition", "language"),
    [
        ("Lee denied that the dam was leaking.", "the dam was leaking", "en"),
        ("Lee said it was not true that the dam was leaking.", "the dam was leaking", "en"),
        ("Lee said no gate had been shut.", "gate had been shut", "en"),
        ("Lee said the claim that the dam was leaking was false.", "the dam was leaking", "en"),
        ("Lee, asked whether the dam was leaking, said it was a fairy tale.", "the dam was leaking", "en"),
        ("Dass der Damm lecke, schloss Lee aus.", "der Damm lecke", "de"),
        ("Die Behauptung, der Damm lecke, nannte Lee absurd.", "Die Behauptung, der Damm lecke", "de"),
        # Words that nothing attributes, and words that do not stand there.
        ("The dam is leaking.", "The dam is leaking", "en"),
        ("Lee said the dam was safe.", "the dam was leaking", "en"),
        ("Lee said the dam was safe.", "", "en"),
    ],
)
def test_what_is_denied_is_not_affirmed(text: str, proposition: str, language: str) -> None:
    assert not affirms(text, proposition, language)
