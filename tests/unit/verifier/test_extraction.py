"""An article becomes statements: whose, which words, which act, whose knowledge."""

from __future__ import annotations

import string
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.unit.verifier.fakes import FakeSpeech
from verifier.article import Article, Passage
from verifier.entities import Act, Source
from verifier.extraction import extract

COURIER = Source(id="courier", name="Courier", kind="news_outlet")
KNOWN = {
    "Courier": [COURIER],
    "Bote": [Source(id="bote", name="Bote", kind="news_outlet")],
    "Harbour Office": [Source(id="harbour", name="Harbour Office", kind="official_body")],
    "Jo Reed": [Source(id="reed", name="Jo Reed", parent="harbour")],
    "Kim Park": [Source(id="park-1", name="Kim Park"), Source(id="park-2", name="Kim Park")],
    "Ann Lee": [Source(id="lee-ann", name="Ann Lee")],
    "Bob Lee": [Source(id="lee-bob", name="Bob Lee")],
    "dpa": [Source(id="dpa", name="dpa", kind="news_agency")],
}
TUESDAY = date(2024, 7, 2)


def find(name: str) -> Sequence[Source]:
    return KNOWN.get(name, ())


def read(text: str, language: str = "en", agencies: tuple[str, ...] = ()) -> list[Passage]:
    article = Article(text=text, language=language, publisher=COURIER, published_on=TUESDAY, agencies=agencies)
    return extract(article, find)


def said(text: str, passage: Passage) -> str:
    return text[passage.quote_start : passage.quote_end]


def test_the_words_and_their_sentence_stand_at_their_offsets() -> None:
    text = 'Nobody asked. "The dam is holding," Jo Reed said on Thursday. It rained.'
    [passage] = read(text)
    assert said(text, passage) == "The dam is holding"
    assert text[passage.start : passage.end] == '"The dam is holding," Jo Reed said on Thursday.'
    assert (passage.speaker.name, passage.speaker.source, passage.act) == ("Jo Reed", "reed", Act.ASSERT)
    assert passage.stated.first == passage.stated.last == date(2024, 6, 27)
    assert passage.origin == passage.speaker
    assert passage.publisher is None


def test_a_quotation_of_several_sentences_is_several_statements() -> None:
    text = "Eva Kern sagte: „Das könnte ein Irrtum sein. Belege für einen Riss gibt es derzeit keine.“"
    first, second = read(text, "de")
    assert (said(text, first), first.act) == ("Das könnte ein Irrtum sein.", Act.SPECULATE)
    assert (said(text, second), second.act) == ("Belege für einen Riss gibt es derzeit keine.", Act.DECLINE)


def test_neither_nor_is_a_refusal_by_each() -> None:
    text = "Angeblich will Moldau Boote nach Island schicken. Weder Moldau noch Island haben diese Pläne bestätigt."
    rumour, *both = read(text, "de")
    assert (rumour.act, rumour.speaker.source, rumour.origin) == (Act.REPORT, "courier", None)
    assert sorted((item.speaker.name, item.act) for item in both) == [("Island", Act.DECLINE), ("Moldau", Act.DECLINE)]
    # "These plans" are those that were reported before.
    assert {item.proposition for item in both} == {rumour.proposition}


def test_a_denial_of_something_that_it_names_is_about_that() -> None:
    text = "The gate in Rodau will reportedly be shut. Jo Reed denied {}."
    [rumour, pointing] = read(text.format("these reports"))
    assert pointing.proposition == rumour.proposition
    [rumour, naming] = read(text.format("the claim that the dam leaks"))
    assert naming.proposition == "the dam leaks"


def test_what_is_only_told_about_is_the_whole_sentence() -> None:
    text = (
        "Norvik's chief executive, Jo Reed, rejected the offer. A spokesman for the Harbour Office declined to comment."
    )
    rejected, declined = read(text)
    assert (said(text, rejected), rejected.act, rejected.speaker.source) == (text[:54], Act.DENY, "reed")
    assert (said(text, declined), declined.act, declined.speaker.source) == (text[55:], Act.DECLINE, "harbour")


def test_who_is_quoted_by_another_outlet_is_the_speaker_and_the_outlet_the_publisher() -> None:
    german = "„Wir prüfen den Damm“, sagte Rolf Adler am Montag, wie der britische „Bote“ berichtete."
    [passage] = read(german, "de")
    assert (passage.speaker.name, passage.publisher and passage.publisher.source) == ("Rolf Adler", "bote")
    english = "The dam, as the Bote reported, will be checked, Rolf Adler said."
    assert [item.publisher and item.publisher.name for item in read(english) if item.speaker.name == "Rolf Adler"]


def test_what_an_outlet_says_that_it_wrote_is_a_report() -> None:
    [passage] = read("Laut „Bote“ wird der Damm in Rodau bald gesperrt.", "de")
    assert (passage.speaker.source, passage.act) == ("bote", Act.REPORT)


def test_the_body_that_a_role_speaks_for_is_kept() -> None:
    [passage] = read("The gate is shut, said Max Orr, a spokesman for the Harbour Office.")
    assert (passage.speaker.name, passage.speaker.affiliation) == ("Max Orr", "Harbour Office")
    [passage] = read("The gate is shut, said a spokesman for the Harbour Office.")
    assert (passage.speaker.name, passage.speaker.source) == ("Harbour Office", "harbour")


def test_surname_role_and_pronoun_mean_whom_the_article_named() -> None:
    text = (
        "Vera Tillmann, Expertin an der Hochschule Rodau, sagte, der Damm halte. "
        "„Er ist neu“, so Tillmann. Das Wasser steige, meinte die Expertin. Der Regen höre auf, erklärte sie."
    )
    passages = read(text, "de")
    assert [item.speaker.name for item in passages] == ["Vera Tillmann"] * 4
    assert passages[0].confidence > passages[3].confidence


def test_someone_is_introduced_outside_of_an_attribution() -> None:
    text = "Auch Rolf Adler, Sprecher im Verkehrsamt, griff die Frage auf: „Wir prüfen den Damm“, sagte er dem Boten."
    [passage] = read(text, "de")
    assert (passage.speaker.name, passage.speaker.affiliation) == ("Rolf Adler", "Verkehrsamt")


def test_who_is_meant_is_never_guessed() -> None:
    [passage] = read("The gate is shut, Kim Park said.")
    assert (passage.speaker.source, passage.speaker.candidates) == (None, ("park-1", "park-2"))
    text = "The gate is shut, Ann Lee said. It is open, Bob Lee said. It is half open, Lee said."
    assert [(item.speaker.source, item.speaker.candidates) for item in read(text)] == [
        ("lee-ann", ()),
        ("lee-bob", ()),
        (None, ("lee-ann", "lee-bob")),
    ]
    assert min(item.confidence for item in read(text)) < 0.5


def test_a_speaker_that_is_not_on_record_is_new() -> None:
    [passage] = read("The gate is shut, Max Orr said.")
    assert (passage.speaker.name, passage.speaker.source, passage.speaker.candidates) == ("Max Orr", None, ())


def test_whom_nobody_names_is_a_report_of_the_outlet_without_origin() -> None:
    [passage] = read("The gate in Rodau is shut, two officials said.")
    assert (passage.speaker.source, passage.act, passage.origin) == ("courier", Act.REPORT, None)


def test_what_the_outlet_says_itself_is_its_statement() -> None:
    [passage] = read("The gate in Rodau was shut on Monday.")
    assert (passage.speaker.source, passage.act, passage.origin and passage.origin.source) == (
        "courier",
        Act.ASSERT,
        "courier",
    )
    assert passage.stated.last == TUESDAY


@pytest.mark.parametrize(
    ("text", "agencies", "origin"),
    [
        ("RODAU (dpa) - Das Tor in Rodau ist seit Montag gesperrt.", (), "dpa"),
        ("Das Tor in Rodau ist seit Montag gesperrt. (dpa)", (), "dpa"),
        ("Das Tor in Rodau ist seit Montag gesperrt.\n\nMit Material von dpa", (), "dpa"),
        ("Das Tor in Rodau ist seit Montag gesperrt.", ("dpa",), "dpa"),
        # Of several agencies it is unclear which one knows.
        ("Das Tor in Rodau ist seit Montag gesperrt. (dpa/AFP)", (), None),
        ("Das Tor in Rodau ist seit Montag gesperrt.", ("dpa", "AFP"), None),
    ],
)
def test_an_agency_is_the_origin_of_what_the_outlet_carries(
    text: str, agencies: tuple[str, ...], origin: str | None
) -> None:
    passage = next(item for item in read(text, "de", agencies) if "gesperrt" in said(text, item))
    assert (passage.speaker.source, passage.origin and passage.origin.source) == ("courier", origin)


def test_a_question_or_a_mere_title_is_no_statement() -> None:
    assert read("Will the gate in Rodau be shut?") == []
    assert read("Rodau, Monday") == []


def test_a_pull_quote_is_said_by_whoever_stands_below_it() -> None:
    text = "Ich gehe davon aus, dass der Damm in Rodau hält. Vera Tillmann, Expertin"
    assert {item.speaker.name for item in read(text, "de") if "Damm" in said(text, item)} == {"Vera Tillmann"}


def test_the_act_follows_the_words_of_attribution_before_what_is_said() -> None:
    acts = {
        "Jo Reed denied that the gate is shut.": Act.DENY,
        "Jo Reed confirmed that the gate is shut.": Act.CONFIRM,
        "Jo Reed declined to comment on the gate.": Act.DECLINE,
        "Jo Reed expects that the gate will be shut.": Act.SPECULATE,
        "Jo Reed said the gate might be shut.": Act.SPECULATE,
        "Jo Reed said the gate is shut.": Act.ASSERT,
    }
    assert {text: [item.act for item in read(text)] for text in acts} == {text: [act] for text, act in acts.items()}


MARKS = st.text(alphabet=string.printable + "„“”»«‚‘’–…äÄßИ한\u202e\x00", max_size=200)
WORDS = """„ “ " Eva Kern sagte said so laut according to dass er he . , : nicht am 3. Mai on Monday weder noch die
Behauptung (dpa) zufolge wie as reported erklärt hat"""
SHREDS = st.lists(st.sampled_from([*WORDS.split(), "\n"]), max_size=60).map(" ".join)


@given(st.one_of(MARKS, SHREDS), st.sampled_from(["de", "en"]), st.one_of(st.none(), st.dates()))
@example("“, so X " * 500, "de", None)
@settings(deadline=None)
def test_any_text_gives_passages_within_it(text: str, language: str, published_on: date | None) -> None:
    article = Article(text=text, language=language, publisher=COURIER, published_on=published_on)
    for passage in extract(article, find):
        assert 0 <= passage.start <= passage.quote_start < passage.quote_end <= passage.end <= len(text)
        assert passage.proposition
        assert passage.speaker.name
        assert 0 <= passage.confidence <= 1


def test_whom_a_network_points_at_is_put_on_record_as_the_speaker() -> None:
    text = 'Jo Reed walked along the dam on Monday with Ann Lee. "The dam will hold until the autumn," he said.'
    article = Article(text=text, language="en", publisher=COURIER, published_on=TUESDAY)
    speakers = {
        passage.speaker.name
        for passage in extract(article, find, FakeSpeech(word="Ann", sure=0.9))
        if "will hold" in said(text, passage)
    }
    assert speakers == {"Ann Lee"}


def test_a_name_in_the_genitive_is_put_in_the_nominative() -> None:
    [passage] = read("Der Damm hält nach Angaben Kiews noch lange.", "de")
    assert (passage.speaker.name, passage.act) == ("Kiew", Act.ASSERT)


def test_who_calls_a_report_baseless_denies_what_it_says() -> None:
    passages = read('Officials said the dam leaks. Jo Reed called the reports "baseless".')
    assert [(item.speaker.name, item.act) for item in passages][-1] == ("Jo Reed", Act.DENY)
    assert passages[-1].proposition == "the dam leaks"


def test_whoever_calls_reports_false_denies_them_even_where_nobody_could_name_them() -> None:
    [passage] = read("Reports that the mayor has died are false, his office said.")
    assert (passage.act, passage.proposition, passage.origin) == (Act.DENY, "the mayor has died", None)


def test_a_body_of_a_country_has_its_whole_name() -> None:
    [passage] = read("South Korea's spy agency said that the North had sent 1,500 soldiers.")
    assert (passage.speaker.name, passage.act) == ("South Korea's spy agency", Act.ASSERT)


@pytest.mark.parametrize(
    "attribution",
    [
        "Jo Reed denied that there are cracks, saying the dam is safe.",
        "Jo Reed denied there are cracks and said the dam is safe.",
        "Jo Reed dismissed the reports as nonsense and insisted that the dam is safe.",
        "Denying reports of cracks, Jo Reed said the dam is safe.",
        "Jo Reed hit back on Friday, saying the dam is safe.",
        "Jo Reed, who denies the reports, countered that the dam is safe.",
    ],
)
def test_what_somebody_says_beside_a_denial_is_not_denied(attribution: str) -> None:
    acts = {said(attribution, passage): passage.act for passage in read(attribution)}
    assert acts["the dam is safe"] is Act.ASSERT


@pytest.mark.parametrize(
    "text",
    [
        "Jo Reed wies Berichte über Risse zurück und erklärte, der Damm sei sicher.",
        "Jo Reed bestritt, dass es Risse gebe, und sagte, der Damm sei sicher.",
        "„Der Damm sei sicher“, sagte Jo Reed und wies Berichte über Risse zurück.",
        "Der Damm sei sicher, widersprach Jo Reed.",
    ],
)
def test_german_denials_leave_what_is_said_beside_them_as_it_is(text: str) -> None:
    acts = {said(text, passage).lower(): passage.act for passage in read(text, "de")}
    assert acts["der damm sei sicher"] is Act.ASSERT


def test_a_quotation_behind_a_denial_is_what_the_speaker_stands_for() -> None:
    [passage] = read("Jo Reed wies die Vorwürfe zurück: „Der Damm ist sicher.“", "de")
    assert (passage.act, passage.proposition) == (Act.ASSERT, "Der Damm ist sicher")
    passages = read('Jo Reed denied the reports. "The dam is safe," she said.')
    assert [passage.act for passage in passages] == [Act.DENY, Act.ASSERT]


def test_a_denial_that_governs_what_is_said_denies_it() -> None:
    for text in ("Jo Reed said it was not true that the dam leaks.", "Jo Reed denied that the dam leaks."):
        [passage] = read(text)
        assert (passage.act, passage.proposition) == (Act.DENY, "the dam leaks")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Jo Reed did not respond to a request for comment.", "en"),
        ("Jo Reed could not be reached for comment.", "en"),
        ("Jo Reed declined to comment on the report.", "en"),
        ("Jo Reed wollte sich nicht äußern.", "de"),
        ("Jo Reed war zunächst nicht zu erreichen.", "de"),
        ("Zu dem Bericht machte Jo Reed keine Angaben.", "de"),
        ("Jo Reed ließ eine Anfrage unbeantwortet.", "de"),
    ],
)
def test_who_does_not_answer_declines_what_was_said_last(text: str, language: str) -> None:
    report = {"en": "The dam is leaking, the Bote reported on Monday. ", "de": "Der Damm leckt, berichtet der Bote. "}
    reported, declined = read(report[language] + text, language)
    assert reported.speaker.source == "bote"
    assert (declined.speaker.source, declined.act) == ("reed", Act.DECLINE)
    assert declined.proposition == reported.proposition
    # With nothing before it, there is nothing that it is about but itself.
    [alone] = read(text, language)
    assert alone.proposition == said(text, alone)


def test_a_denial_of_this_is_about_what_was_said_last() -> None:
    said_before, denied = read('Ann Lee said the dam was leaking. Jo Reed dismissed this as "gossip".')
    assert (denied.act, denied.speaker.source, denied.proposition) == (Act.DENY, "reed", said_before.proposition)
    german = "Ann Lee sagte, der Damm sei undicht. Jo Reed wies dies als „Klatsch“ zurück."
    said_before, denied = read(german, "de")
    assert (denied.act, denied.speaker.source, denied.proposition) == (Act.DENY, "reed", said_before.proposition)


def test_what_somebody_confirms_is_not_said_by_the_outlet_beside() -> None:
    text = "Der Damm in Rodau hat Risse. Das bestätigte Jo Reed am Freitag der Deutschen Presse-Agentur."
    [passage] = read(text, "de")
    assert (passage.speaker.source, passage.act, said(text, passage)) == ("reed", Act.CONFIRM, text[:27])


def test_a_source_that_is_cited_before_what_is_said_is_no_speaker() -> None:
    [passage] = read("The Bote had reported, citing two people familiar with it, that the dam was leaking.")
    assert (passage.speaker.source, passage.act, passage.origin) == ("bote", Act.REPORT, None)
    [passage] = read("The dam was leaking, the Bote wrote on Tuesday, quoting an internal memo.")
    assert (passage.speaker.source, passage.act) == ("bote", Act.REPORT)


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("Kyiv's general staff said the dam was leaking.", "en", "Kyiv's general staff"),
        ("The company, which runs the dam, said it was leaking.", "en", "company"),
        ("Oppositionsführer Carl Voss sagte, der Damm sei undicht.", "de", "Carl Voss"),
        ("Das Hafenamt in Rodau hat Berichte dementiert, wonach der Damm undicht sei.", "de", "Hafenamt"),
        ("Die Nato sieht nach eigenen Angaben keine Risse im Damm.", "de", "Nato"),
    ],
)
def test_the_speaker_is_named_as_the_article_names_it(text: str, language: str, name: str) -> None:
    [passage] = read(text, language)
    assert passage.speaker.name == name


def test_a_question_that_somebody_would_not_answer_is_declined() -> None:
    [passage] = read("Ob der Damm undicht ist, wollte Jo Reed nicht sagen.", "de")
    assert (passage.act, passage.proposition) == (Act.DECLINE, "der Damm undicht ist")
    [passage] = read('Jo Reed said his client "had nothing to do with it".')
    assert passage.act is Act.DENY


@pytest.mark.parametrize("verb", ["reported on Monday", "claimed", "estimates"])
def test_a_weak_verb_of_saying_that_closes_a_sentence_attributes_it(verb: str) -> None:
    [passage] = read(f"The dam broke in two places, the Harbour Office {verb}.")
    assert (passage.speaker.source, passage.proposition) == ("harbour", "The dam broke in two places")


def test_a_sentence_with_an_irregular_verb_is_one() -> None:
    [passage] = read("The strike hit a school in Rodau, the Harbour Office said.")
    assert passage.speaker.source == "harbour"
    [passage] = read("Rebels shot down a plane near Rodau, the Harbour Office said.")
    assert passage.act is Act.ASSERT


def test_what_emerges_from_documents_is_no_knowledge_of_the_outlet() -> None:
    text = "Der Damm in Rodau hat drei Risse. Das geht aus Unterlagen hervor, die dem „Boten“ vorliegen."
    [passage] = read(text, "de")
    assert (passage.speaker.source, passage.act, passage.origin) == ("courier", Act.REPORT, None)
    assert said(text, passage).startswith("Der Damm in Rodau hat drei Risse")


def test_a_confirmation_of_a_report_is_about_what_it_says() -> None:
    text = "Gegen die Leiterin Eva Kern wird in Rodau ermittelt. Einen entsprechenden Bericht bestätigte das Hafenamt. "
    said_before, confirmed, denied = read(text + "Kern weist die Vorwürfe zurück.", "de")
    assert (confirmed.act, confirmed.speaker.name) == (Act.CONFIRM, "Hafenamt")
    assert confirmed.proposition == said_before.proposition
    assert (denied.act, denied.speaker.name, denied.proposition) == (Act.DENY, "Eva Kern", said_before.proposition)


def test_things_and_officers_are_told_apart() -> None:
    [passage] = read("Footage shared in Rodau appeared to show the dam breaking.")
    assert passage.speaker.source == "courier"
    [passage] = read("The dam is safe, said Chief Operating Officer Mia Stahl.")
    assert (passage.speaker.name, passage.speaker.role) == ("Mia Stahl", "Chief Operating Officer")
    [passage] = read("A spokesperson said the dam in Rodau was safe.")
    assert (passage.speaker.source, passage.origin) == ("courier", None)


def test_wire_copy_is_read_as_it_is_written() -> None:
    [passage] = read("Der Präsident hat nach Kremlangaben in Rodau ein Dekret unterzeichnet.", "de")
    assert passage.speaker.name == "Kreml"
    [passage] = read('"I have done that myself," Jo Reed told the court before the verdict was read.')
    assert (passage.speaker.source, passage.proposition) == ("reed", "I have done that myself")
    [passage] = read("The Harbour Office said the dam was safe and that no gate was shut.")
    assert passage.proposition == "the dam was safe and that no gate was shut"
    [passage] = read("Clips that claimed to show the dam on fire were filmed in 2019, the Harbour Office found.")
    assert passage.speaker.source == "harbour"
    [passage] = read("Das Hafenamt dementierte: „Der Damm ist sicher.“", "de")
    assert passage.act is Act.ASSERT


def test_the_accusations_are_what_was_said_right_before() -> None:
    accused = "Ann Lee said Jo Reed had lied about the dam. "
    assert read(accused + "Jo Reed denied the allegations.")[1].proposition == "Jo Reed had lied about the dam"
    far = read(accused + "It had rained in Rodau all day and all night. Jo Reed denied the allegations.")
    assert far[-1].proposition != "Jo Reed had lied about the dam"


def test_what_an_outlet_could_not_check_has_no_origin() -> None:
    [passage] = read("Reuters was unable to verify either account of the battle of Rodau.")
    assert (passage.act, passage.origin) == (Act.REPORT, None)
