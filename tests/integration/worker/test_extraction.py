"""Articles become statements on record; see test_fetching.py for those that are fetched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from store.acceptance import accept_statement, reject_statement
from store.claims import NewClaim, add_claim, get_claim, request_check
from store.database import Sessions
from store.documents import NewDocument, add_document, get_document, statements_of
from store.errors import ConflictError, FieldError
from store.pinning import pin_fields, pin_relation
from store.queue import Task, TaskName, lease
from store.sources import NewSource, add_source, change_source, get_source
from store.statements import NewConfirmation, add_confirmation, get_statement
from store.tables import DocumentRow, StatementRow, TaskRow, VerdictRow
from tests.integration.worker.conftest import FakeRelation
from verifier.entities import Position, Relation
from verifier.verifier import Verifier
from worker.app import WORK
from worker.context import Context
from worker.execution import execute

Run = Callable[[], None]

PUBLISHED = date(2024, 7, 1)
ARTICLE = """The bridge in Norstad was closed on Monday.

“The bridge in Norstad needs repairs of 300,000 euros,” said Anna Berg.

“Ferries will cross the Norstad sound every hour,” said Jonas Lind."""


def post(sessions: Sessions, text: str | None = ARTICLE, *, publisher: str = "Norstad Post", **more: Any) -> str:
    given = {"language": "en", "published_on": PUBLISHED, **more}
    with sessions.begin() as session:
        row, _ = add_document(session, NewDocument(text=text, publisher=publisher, **given))
        return row.id


def document_of(sessions: Sessions, id: str) -> DocumentRow:
    with sessions.begin() as session:
        return get_document(session, id)


def statements(sessions: Sessions, id: str) -> Sequence[StatementRow]:
    with sessions.begin() as session:
        return statements_of(session, id)


def one_of(sessions: Sessions, id: str, words: str) -> StatementRow:
    [found] = [row for row in statements(sessions, id) if words in row.text]
    return found


def everything(sessions: Sessions) -> Sequence[StatementRow]:
    with sessions.begin() as session:
        return session.scalars(select(StatementRow).order_by(StatementRow.sequence)).all()


def verdict(sessions: Sessions, claim: str) -> dict[str, Any]:
    with sessions.begin() as session:
        row = get_claim(session, claim)
        assert row.verdict
        return {"label": (found := session.get_one(VerdictRow, row.verdict)).label, **found.shown}


def claim(sessions: Sessions, text: str, id: str = "c", **more: Any) -> None:
    with sessions.begin() as session:
        add_claim(session, NewClaim(id=id, text=text, language="en", **more))


def test_an_article_becomes_statements_that_stand_word_for_word_at_their_places(sessions: Sessions, work: Run) -> None:
    id = post(sessions, language=None)
    work()
    row = document_of(sessions, id)
    assert (row.status, row.error, row.language) == ("extracted", None, "en")
    found = statements(sessions, id)
    assert {"anna-berg", "jonas-lind"} <= {one.speaker for one in found}
    for one in found:
        assert row.text is not None
        assert one.text == row.text[one.document_start : one.document_end]
        assert one.text[one.quote_start : one.quote_end]
        assert (one.publisher, one.published_on, one.status) == ("norstad-post", PUBLISHED, "interpreted")
        assert {"speaker", "act", "origin", "proposition", "stated_on", "language"} <= set(one.inferred)
    berg = one_of(sessions, id, "repairs")
    assert berg.text[berg.quote_start : berg.quote_end].startswith("The bridge in Norstad needs repairs")
    assert (berg.speaker, berg.origin, berg.act) == ("anna-berg", "anna-berg", "assert")
    with sessions.begin() as session:
        assert [get_source(session, id).provisional for id in ("anna-berg", "norstad-post")] == [True, False]
        change_source(session, "anna-berg", {"kind": "government"})
        assert get_source(session, "anna-berg").provisional is False


def test_what_an_article_says_counts_for_a_claim_that_came_after_it(sessions: Sessions, work: Run) -> None:
    post(sessions)
    claim(sessions, "Ferries will cross the Norstad sound every hour")
    work()
    shown = verdict(sessions, "c")
    assert (shown["label"], shown["origins"]["affirming"]) == ("unconfirmed", ["jonas-lind"])
    [evidence] = shown["evidence"]
    assert evidence["quote"].startswith("Ferries will cross")


def test_a_claim_waits_for_the_documents_before_it_and_for_all_that_is_found_in_them(
    sessions: Sessions, context: Context
) -> None:
    id = post(sessions)
    claim(sessions, "Ferries will cross the Norstad sound every hour")
    later = post(sessions, "A comet was seen over Elmtal on Sunday.", publisher="Elmtal Bote")
    check = Task(TaskName.VERIFY_CLAIM, "c")

    def waits() -> bool:
        with sessions() as session:
            return lease(session, check, seconds=60) is None

    assert waits()
    execute(context, Task(TaskName.EXTRACT_DOCUMENT, id), WORK[TaskName.EXTRACT_DOCUMENT])
    found = [row.id for row in statements(sessions, id)]
    assert len(found) > 1
    for number, statement in enumerate(found):
        assert waits(), number
        execute(context, Task(TaskName.INTERPRET_STATEMENT, statement), WORK[TaskName.INTERPRET_STATEMENT])
    assert not waits()
    assert document_of(sessions, later).status == "queued"


def test_who_is_meant_is_found_on_record_and_where_that_is_not_clear_a_person_is_asked(
    sessions: Sessions, work: Run
) -> None:
    with sessions.begin() as session:
        add_source(session, NewSource(name="Anna Maria Berg", id="berg", aliases=("Anna Berg",)))
        add_source(session, NewSource(name="Jonas Lind", id="lind-1"))
        add_source(session, NewSource(name="Jonas Lind", id="lind-2"))
    id = post(sessions)
    claim(sessions, "Ferries will cross the Norstad sound every hour")
    work()
    assert one_of(sessions, id, "repairs").speaker == "berg"
    lind = one_of(sessions, id, "Ferries")
    assert (lind.speaker, lind.origin, lind.status) == (None, None, "proposed")
    assert lind.mention is not None
    assert (lind.mention["name"], lind.mention["candidates"]) == ("Jonas Lind", ["lind-1", "lind-2"])
    assert verdict(sessions, "c")["label"] == "no_evidence"

    with sessions.begin() as session, pytest.raises(FieldError, match="lind-1, lind-2"):
        accept_statement(session, lind.id)
    with sessions.begin() as session:
        accept_statement(session, lind.id, speaker="lind-2")
    work()
    settled = one_of(sessions, id, "Ferries")
    assert (settled.speaker, settled.origin, settled.status) == ("lind-2", "lind-2", "interpreted")
    assert "speaker" not in settled.inferred
    assert verdict(sessions, "c")["origins"]["affirming"] == ["lind-2"]


def test_what_is_only_proposed_counts_for_nothing_until_it_is_accepted(sessions: Sessions, work: Run) -> None:
    id = post(sessions)
    claim(sessions, "Ferries will cross the Norstad sound every hour")
    work()
    with sessions.begin() as session:  # as one that was not sure enough would be
        row = get_statement(session, one_of(sessions, id, "Ferries").id)
        row.status, row.terms = "proposed", []
        found = row.id
    confirmation = NewConfirmation(source="X", position=Position.CONFIRMS, statement=found, stated_on=PUBLISHED)
    with sessions.begin() as session, pytest.raises(FieldError, match="only proposed"):
        add_confirmation(session, confirmation)
    with sessions.begin() as session:
        change_source(session, "jonas-lind", {"kind": "expert"})
        request_check(session, "c")
    work()
    assert one_of(sessions, id, "Ferries").status == "proposed"
    assert verdict(sessions, "c")["label"] == "no_evidence"
    with sessions.begin() as session:
        assert reject_statement(session, found, "not his words").rejection_reason == "not his words"
        assert reject_statement(session, found, "again").rejection_reason == "not his words"
        row, tasks = accept_statement(session, found)
        assert (row.status, row.rejection_reason, len(tasks)) == ("queued", None, 1)
        assert accept_statement(session, found)[1] == []
    work()
    assert one_of(sessions, id, "Ferries").status == "interpreted"
    assert verdict(sessions, "c")["label"] == "unconfirmed"
    with sessions.begin() as session, pytest.raises(ConflictError, match="retract it instead"):
        reject_statement(session, found, "too late")


def test_what_the_policy_is_not_sure_enough_of_is_proposed(sessions: Sessions, context: Context) -> None:
    strict = context.verifier.policy.model_copy(update={"extraction": SimpleNamespace(confidence_below=0.8)})
    id = post(sessions)
    careful = replace(context, verifier=Verifier(relation=FakeRelation(), policy=strict))
    execute(careful, Task(TaskName.EXTRACT_DOCUMENT, id), WORK[TaskName.EXTRACT_DOCUMENT])
    found = {row.status: row.confidence for row in statements(sessions, id)}
    assert found["proposed"] is not None
    assert found["queued"] is not None
    assert found["proposed"] < 0.8 <= found["queued"]


def test_the_same_article_again_changes_nothing(sessions: Sessions, work: Run) -> None:
    first = post(sessions, id="d")
    work()
    before = [(row.id, row.updated_at, row.text) for row in everything(sessions)]
    assert post(sessions, id="d") == first
    with sessions.begin() as session:
        assert session.scalars(select(TaskRow)).all() == []
    second = post(sessions, ARTICLE.replace("\n\n", "\n"))
    work()
    assert [(row.id, row.updated_at, row.text) for row in everything(sessions)] == before
    assert (document_of(sessions, second).same_as, statements(sessions, second)) == (first, [])


def test_a_corrected_version_supersedes_what_changed_and_retracts_what_is_gone(sessions: Sessions, work: Run) -> None:
    post(sessions, id="d")
    claim(sessions, "Ferries will cross the Norstad sound every hour")
    work()
    assert verdict(sessions, "c")["label"] == "unconfirmed"
    closed, berg, lind = (one_of(sessions, "d", words) for words in ("closed", "repairs", "Ferries"))

    corrected = ARTICLE.replace("300,000", "400,000").partition("\n\n“Ferries")[0]
    post(sessions, f"Norstad, in the north.\n\n{corrected}", id="d")
    work()
    assert verdict(sessions, "c")["label"] == "no_evidence"
    row = document_of(sessions, "d")
    assert row.text is not None
    for one in statements(sessions, "d"):
        assert one.text == row.text[one.document_start : one.document_end]
    unchanged = one_of(sessions, "d", "closed")
    assert (unchanged.id, unchanged.sequence, unchanged.retracted_at) == (closed.id, closed.sequence, None)
    new = one_of(sessions, "d", "400,000")
    assert (new.supersedes, new.speaker, new.status) == (berg.id, "anna-berg", "interpreted")
    with sessions.begin() as session:
        gone = {id: get_statement(session, id).retraction_reason for id in (berg.id, lind.id)}
    assert gone == {
        berg.id: f"superseded by {new.id} in a later version of d",
        lind.id: "a later version of d has it no more",
    }


def test_what_a_person_has_decided_outlasts_a_corrected_version(sessions: Sessions, work: Run) -> None:
    post(sessions, id="d")
    work()
    with sessions.begin() as session:
        row = get_statement(session, one_of(sessions, "d", "Ferries").id)
        row.status = "proposed"
        reject_statement(session, row.id, "a joke")
    post(sessions, ARTICLE.replace("300,000", "400,000"), id="d")
    work()
    kept = one_of(sessions, "d", "Ferries")
    assert (kept.status, kept.rejection_reason, kept.retracted_at) == ("rejected", "a joke", None)


def test_another_publisher_cannot_correct_an_article(sessions: Sessions) -> None:
    post(sessions, id="d")
    with pytest.raises(ConflictError, match="norstad-post"):
        post(sessions, id="d", publisher="Elmtal Bote")


WIRE = """The plant in Norstad will close in June, after forty years of work on the coast. The owner had invested little
since the flood of 2019, and the two furnaces need new linings. The town council of Norstad was told on Friday evening
in a closed meeting. The region has lost three thousand jobs in the industry in ten years. The harbour at Norstad will
stay open for the fishing fleet until the end of the year."""


@pytest.mark.parametrize("credited", [False, True], ids=["by the near copy alone", "by the line of one of them"])
def test_copies_of_one_agency_text_leave_a_claim_with_one_origin(sessions: Sessions, work: Run, credited: bool) -> None:
    texts = [
        WIRE,
        f"Sad news from the coast. {WIRE}",
        WIRE.replace("forty", "40").replace(
            " The harbour at Norstad will\nstay open for the fishing fleet", " Work goes on"
        ),
    ]
    for number, text in enumerate(texts):
        if credited and number == 1:
            body = "".join(f"<p>{sentence}.</p>" for sentence in text.split(". "))
            head = "<head><meta name='author' content='Anna Berg, dpa'></head>"
            page = f"<html>{head}<body><article>{body}</article></body></html>"
            post(sessions, None, html=page, publisher=f"Outlet {number}")
        else:
            post(sessions, text, publisher=f"Outlet {number}")
    claim(sessions, "The plant in Norstad will close in June")
    work()
    shown = verdict(sessions, "c")
    assert len(shown["evidence"]) == 3
    assert shown["label"] == "unconfirmed"
    assert shown["origins"]["affirming"] == ["dpa" if credited else "outlet-0"]
    [collapse] = shown["collapsed"]
    assert len(collapse["statements"]) == 3
    assert collapse["why"] == "they go back to one origin, for they stand in copies of one text"


def test_two_outlets_that_say_the_same_in_their_own_words_are_two_origins(sessions: Sessions, work: Run) -> None:
    post(sessions, "The plant in Norstad will close in June. The furnaces are old and the owner is tired of it.")
    post(
        sessions,
        "Workers wept at the gates in the evening. As of now it is certain: the plant in Norstad will close in June.",
        publisher="Elmtal Bote",
    )
    claim(sessions, "The plant in Norstad will close in June")
    work()
    assert verdict(sessions, "c")["label"] == "corroborated"


def test_a_document_that_cannot_be_read_fails_with_its_reason(sessions: Sessions, work: Run) -> None:
    french = post(sessions, "Le pont de Norstad a été fermé lundi matin par la police de la ville.", language=None)
    empty = post(sessions, None, html="<html><body><p> </p></body></html>")
    work()
    assert "not supported" in (document_of(sessions, french).error or "")
    for id in (french, empty):
        assert document_of(sessions, id).status == "failed"
    assert everything(sessions) == []


def test_a_later_version_that_cannot_be_read_leaves_what_is_there(sessions: Sessions, work: Run) -> None:
    post(sessions, id="d")
    work()
    before = [row.id for row in statements(sessions, "d")]
    post(sessions, None, html="<html><body><p> </p></body></html>", id="d")
    work()
    row = document_of(sessions, "d")
    assert (row.status, row.text) == ("failed", ARTICLE)
    assert [one.id for one in statements(sessions, "d")] == before


def test_a_page_gives_its_text_title_and_day(sessions: Sessions, work: Run) -> None:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in ARTICLE.split("\n\n"))
    head = (
        "<title>Bridge closed in Norstad</title><meta property='article:published_time' content='2024-06-30T10:00:00Z'>"
    )
    page = f"<html lang='en'><head>{head}</head><body><nav>Home</nav><article>{body}</article></body></html>"
    id = post(sessions, None, html=page, published_on=None)
    work()
    row = document_of(sessions, id)
    assert (row.status, row.title, row.published_on) == ("extracted", "Bridge closed in Norstad", date(2024, 6, 30))
    assert row.text is not None
    assert row.text.startswith("Bridge closed in Norstad\n")
    assert one_of(sessions, id, "repairs").stated_on == date(2024, 6, 30)


def test_a_day_that_nobody_gave_is_the_day_of_posting_at_the_latest(sessions: Sessions, work: Run) -> None:
    today = datetime.now(UTC).date()
    id = post(sessions, published_on=None)
    claim(sessions, "Ferries will cross the Norstad sound every hour", as_of=date(2024, 7, 1))
    work()
    row = document_of(sessions, id)
    assert row.published_on is not None
    assert (today - row.published_on).days <= 1
    assert "published_on" in row.inferred
    for one in statements(sessions, id):
        assert one.stated_on == row.published_on
        assert {"stated_on", "published_on"} <= set(one.inferred)
    assert verdict(sessions, "c")["label"] == "no_evidence"


def test_a_document_that_is_sent_again_while_it_is_read_is_read_once_more(
    sessions: Sessions, context: Context, work: Run
) -> None:
    id = post(sessions, id="d")
    task = Task(TaskName.EXTRACT_DOCUMENT, id)

    def read_and_send_again(context: Context, held: Any) -> None:
        post(sessions, ARTICLE.replace("300,000", "400,000"), id="d")
        WORK[TaskName.EXTRACT_DOCUMENT](context, held)

    execute(context, task, read_and_send_again)
    assert document_of(sessions, id).status == "queued"
    work()
    assert document_of(sessions, id).status == "extracted"
    assert one_of(sessions, id, "repairs").text.count("400,000") == 1


def test_a_worker_that_dies_over_a_document_each_time_leaves_it_failed(sessions: Sessions, context: Context) -> None:
    id = post(sessions)
    impatient = replace(context, settings=replace(context.settings, attempts=1))
    task = Task(TaskName.EXTRACT_DOCUMENT, id)
    with sessions.begin() as session:
        session.get_one(TaskRow, (task.name, id)).attempt = 1
    execute(impatient, task, WORK[TaskName.EXTRACT_DOCUMENT])
    row = document_of(sessions, id)
    assert (row.status, row.error) == ("failed", "the worker was stopped in each of 1 attempts")


def test_what_a_person_pins_on_a_statement_in_an_article_is_what_the_article_says_once_more_when_it_is_unpinned(
    sessions: Sessions, work: Run
) -> None:
    id = post(sessions)
    work()
    said = one_of(sessions, id, "repairs")
    for act, pinned in (("deny", True), (None, False)):
        with sessions.begin() as session:
            pin_fields(session, said.id, {"act": act}, reason=None, by="anna")
        work()
        now = one_of(sessions, id, "repairs")
        assert (now.act, "act" in now.inferred) == (act or said.act, not pinned)
        assert {"speaker", "origin", "stated_on"} <= set(now.inferred)


def test_what_is_pinned_on_a_proposed_statement_does_not_make_it_count(sessions: Sessions, work: Run) -> None:
    id = post(sessions)
    work()
    said = one_of(sessions, id, "repairs")
    with sessions.begin() as session:
        get_statement(session, said.id).status = "proposed"
        pin_fields(session, said.id, {"act": "deny"}, reason=None, by="anna")
    work()
    assert one_of(sessions, id, "repairs").status == "proposed"
    claim(sessions, "The bridge in Norstad needs repairs")
    with sessions.begin() as session, pytest.raises(ConflictError, match="is proposed and counts for nothing: accept"):
        pin_relation(session, "c", said.id, Relation.SUPPORTS, reason="So.", by="anna")
