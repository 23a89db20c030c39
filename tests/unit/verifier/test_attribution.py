from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.verifier.fakes import FakeSpeech
from verifier.attribution import attribute
from verifier.entities import Act, Source
from verifier.origin import find_origin

CASES = [
    ("en", "Ann Lee", "Mayor Ann Lee said the bridge is closed.", Act.ASSERT, "the bridge is closed"),
    ("en", "Ann Lee", "The bridge is closed until June, said Ann Lee.", Act.ASSERT, "The bridge is closed until June"),
    (
        "en",
        "Ann Lee",
        "Ann Lee dismissed allegations that the bridge is unsafe as pure invention.",
        Act.DENY,
        "the bridge is unsafe",
    ),
    ("en", "Ann Lee", "Nobody has closed the bridge, Ann Lee insisted.", Act.DENY, "has closed the bridge"),
    (
        "en",
        "ministry",
        "The ministry declined to comment on whether the envoy has left Vienna.",
        Act.DECLINE,
        "the envoy has left Vienna",
    ),
    ("de", "Ann Lee", "Ann Lee erklärte, die Brücke sei gesperrt.", Act.ASSERT, "die Brücke sei gesperrt"),
    ("de", "Ann Lee", "Die Brücke sei gesperrt, bestätigte Ann Lee.", Act.CONFIRM, "Die Brücke sei gesperrt"),
    (
        "de",
        "Verein",
        "Der Verein wies Berichte über einen Verkauf des Stadions als haltlos zurück.",
        Act.DENY,
        "Verein: einen Verkauf des Stadions",
    ),
    (
        "de",
        "Polizei",
        "Ob die Brücke gesperrt ist, wollte die Polizei nicht sagen.",
        Act.DECLINE,
        "die Brücke gesperrt ist",
    ),
]


@pytest.mark.parametrize(("language", "speaker", "text", "act", "proposition"), CASES, ids=[case[2] for case in CASES])
def test_a_statement_is_taken_apart(language: str, speaker: str, text: str, act: Act, proposition: str) -> None:
    found = attribute(text, language, speaker_names=[speaker])
    assert (found.act, found.proposition) == (act, proposition)


@pytest.mark.parametrize(
    ("text", "sure", "act"),
    [
        ("Arson can't be ruled out, Ann Lee said.", 0.95, Act.SPECULATE),
        ("Arson can't be ruled out, Ann Lee said.", 0.9999, Act.ASSERT),
        ("If the pump fails, the tunnel will not be passable, Ann Lee said.", 0.95, Act.ASSERT),
        ("Ann Lee said police denied the protesters a permit.", 0.95, Act.ASSERT),
    ],
)
def test_what_may_be_so_weighs_more_beside_a_model_and_other_words_as_one_witness(
    text: str, sure: float, act: Act
) -> None:
    speech = FakeSpeech(act=Act.ASSERT, sure=sure)
    assert attribute(text, "en", speaker_names=["Ann Lee"], speech=speech).act is act


def test_who_denies_accounts_of_others_is_the_origin_of_the_denial() -> None:
    read = attribute("Ann Lee rejected accounts according to which it leaks.", "en", speaker_names=["Ann Lee"])
    person = Source(id="lee", name="Ann Lee", kind="person")
    assert (read.act, find_origin(read, person, lambda _: None)) == (Act.DENY, "lee")


def test_an_act_that_is_given_is_kept() -> None:
    assert attribute("It is closed, she said.", "en", speaker_names=["Lee"], act=Act.DENY).act is Act.DENY


def test_the_speaker_stands_for_the_pronoun_that_means_it() -> None:
    found = attribute("The company said it has sold the plant.", "en", speaker_names=["Acme"])
    assert found.proposition == "Acme has sold the plant"


def test_the_country_in_a_statement_is_that_of_whoever_speaks_for_it() -> None:
    text = "Norway's defence council confirmed that the country sent ships to Iceland."
    assert "Norway" in attribute(text, "en", speaker_names=["Defence Council"]).proposition


def test_what_is_denied_without_an_actor_is_the_speakers_own_act() -> None:
    text = "Norway's mission rejected reports of a transfer of ships to Iceland."
    assert attribute(text, "en", speaker_names=["Mission"]).proposition == "Norway: a transfer of ships to Iceland"


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("text", ["", " ", ".", "…", "“", "Ob", "said", "Laut"])
def test_a_fragment_is_taken_as_it_is(text: str, language: str) -> None:
    found = attribute(text, language, speaker_names=[])
    assert text[found.start : found.end] == text.strip()


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=80), st.sampled_from(["en", "de"]))
def test_any_text_has_its_quote_in_it(text: str, language: str) -> None:
    found = attribute(text, language, speaker_names=["Ann Lee"])
    assert 0 <= found.start <= found.end <= len(text)


@given(st.sampled_from(CASES))
def test_the_quote_is_verbatim(case: tuple[str, str, str, Act, str]) -> None:
    language, speaker, text, _, proposition = case
    found = attribute(text, language, speaker_names=[speaker])
    assert text[found.start : found.end].split()[-1] == proposition.split()[-1]


@pytest.mark.parametrize(
    ("language", "text", "is_outlet", "act"),
    [
        ("en", "The bridge is closed, the Harbour Sentinel wrote.", True, Act.REPORT),
        ("en", "The bridge is closed.", True, Act.ASSERT),
        ("en", "The bridge is closed, the Harbour Sentinel wrote.", False, Act.ASSERT),
        ("en", "The bridge is closed, a driver told the Harbour Sentinel.", False, Act.REPORT),
        ("de", "Fahrer erzählten dem Sender Sentinel, die Brücke sei zu.", False, Act.REPORT),
        ("de", "Die Brücke sei zu, sagte der Sentinel-Chef.", False, Act.ASSERT),
    ],
)
def test_what_an_outlet_says_that_it_wrote_or_was_told_is_a_report(
    language: str, text: str, is_outlet: bool, act: Act
) -> None:
    assert attribute(text, language, speaker_names=["Harbour Sentinel"], is_outlet=is_outlet).act is act


@pytest.mark.parametrize(("sure", "act"), [(0.9, Act.SPECULATE), (0.2, Act.ASSERT)])
def test_a_model_that_is_sure_tells_the_act_and_one_that_is_not_leaves_it_to_the_words(sure: float, act: Act) -> None:
    speech = FakeSpeech(act=Act.SPECULATE, sure=sure)
    read = attribute("Ann Lee said the bridge is closed.", "en", speaker_names=["Ann Lee"], speech=speech)
    assert read.act is act


def test_an_act_that_is_given_is_kept_whatever_a_model_says() -> None:
    speech = FakeSpeech(act=Act.SPECULATE)
    said = "Ann Lee said the bridge is closed."
    assert attribute(said, "en", speaker_names=["Ann Lee"], act=Act.DENY, speech=speech).act is Act.DENY
