from __future__ import annotations

import pytest

from verifier.copies import NEAR_COPY, SIZE, likeness, sign

STORY = " ".join(
    f"Am Tag {number} prüften {number + 3} Ingenieure Abschnitt {number * 7} des Damms und fanden dort {number} Risse."
    for number in range(1, 40)
)
OTHER = " ".join(
    f"Der Verein gewann Spiel {number} gegen Gegner {number * 5} vor {number * 90} Zuschauern mit {number} Toren."
    for number in range(1, 40)
)


def test_a_text_is_its_own_copy_however_it_is_laid_out() -> None:
    assert likeness(sign(STORY, "de"), sign(STORY.upper().replace(" ", "\n"), "de")) == 1


def test_a_wire_story_that_an_outlet_cut_and_added_to_is_a_near_copy() -> None:
    cut = (
        "Neue Meldung aus dem Tal. " + STORY[: len(STORY) * 3 // 4] + " Mehr dazu lesen Sie morgen in unserer Zeitung."
    )
    assert likeness(sign(STORY, "de"), sign(cut, "de")) >= NEAR_COPY


def test_another_text_is_none() -> None:
    assert likeness(sign(STORY, "de"), sign(OTHER, "de")) < 0.1


@pytest.mark.parametrize("text", ["", "und", "Ein Wort"])
def test_every_text_has_a_signature_that_a_database_can_hold(text: str) -> None:
    signature = sign(text, "de")
    assert len(signature) == SIZE
    assert all(0 <= number < 2**32 for number in signature)


def test_signatures_of_another_size_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        likeness(sign(STORY, "de"), (1, 2, 3))
