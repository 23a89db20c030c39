from __future__ import annotations

import threading
from datetime import date

import pytest

from store.database import Sessions
from store.errors import ConflictError, FieldError, NotFoundError
from store.queue import Task, TaskName
from store.sources import (
    NewSource,
    add_source,
    change_source,
    find_by_name,
    get_source,
    list_sources,
    load_sources,
    resolve_or_add_source,
    resolve_source,
)
from store.statements import NewStatement, add_statement


def add(sessions: Sessions, *sources: NewSource) -> None:
    with sessions.begin() as session:
        for source in sources:
            add_source(session, source)


def test_the_id_is_made_from_the_name_where_it_is_left_out(sessions: Sessions) -> None:
    with sessions.begin() as session:
        row, new = add_source(session, NewSource(name="Auswärtiges Amt (Straße)"))
    assert (row.id, new) == ("auswartiges-amt-strasse", True)


def test_a_name_without_latin_letters_still_gets_an_id(sessions: Sessions) -> None:
    with sessions.begin() as session:
        assert add_source(session, NewSource(name="조선중앙통신"))[0].id.startswith("source-")


def test_the_same_source_again_changes_nothing_and_another_with_its_id_is_refused(sessions: Sessions) -> None:
    source = NewSource(name="Reuters", id="reuters", aliases=("Reuters News",), kind="news_agency", country="GB")
    add(sessions, source)
    with sessions.begin() as session:
        assert add_source(session, source)[1] is False
        with pytest.raises(ConflictError, match="reuters"):
            add_source(session, NewSource(name="Reuters TV", id="reuters"))


@pytest.mark.parametrize(
    "reference", ["moscow-press", "Pressedienst", "  PRESSEDIENST ", "Press  Service", "ＰＲＥＳＳ service"]
)
def test_a_source_is_found_by_id_name_and_alias_whatever_the_case_and_spacing(
    sessions: Sessions, reference: str
) -> None:
    add(sessions, NewSource(name="Press Service", id="moscow-press", aliases=("Pressedienst",)))
    with sessions.begin() as session:
        assert resolve_source(session, "speaker", reference) == "moscow-press"


def test_an_unknown_name_makes_a_source_once(sessions: Sessions) -> None:
    with sessions.begin() as session:
        first = resolve_or_add_source(session, "speaker", "Anna Berg")
        assert resolve_or_add_source(session, "speaker", "ANNA BERG") == first == "anna-berg"


def test_a_new_name_whose_id_is_taken_by_another_source_gets_the_next_one(sessions: Sessions) -> None:
    add(sessions, NewSource(name="Somebody else", id="anna-berg"))
    with sessions.begin() as session:
        assert resolve_or_add_source(session, "speaker", "Anna Berg") == "anna-berg-2"
        assert resolve_or_add_source(session, "speaker", "Anna. Berg") == "anna-berg-3"


def test_a_name_that_two_sources_have_is_refused_with_their_ids(sessions: Sessions) -> None:
    add(sessions, NewSource(name="The ministry", id="a"), NewSource(name="Ministry", id="b", aliases=("The Ministry",)))
    with sessions.begin() as session, pytest.raises(FieldError, match="a, b") as caught:
        resolve_or_add_source(session, "origin", "the ministry")
    assert caught.value.field == "origin"
    with sessions.begin() as session:
        assert find_by_name(session, "The Ministry") is None


def test_many_at_once_make_a_source_of_one_name_once(sessions: Sessions) -> None:
    barrier = threading.Barrier(6)
    found: list[str] = []

    def make() -> None:
        barrier.wait()
        with sessions.begin() as session:
            found.append(resolve_or_add_source(session, "speaker", "Anna Berg"))

    threads = [threading.Thread(target=make) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["anna-berg"] * 6
    with sessions.begin() as session:
        assert len(list_sources(session).items) == 1


def test_a_parent_must_be_on_record(sessions: Sessions) -> None:
    with sessions.begin() as session, pytest.raises(FieldError, match="nobody") as caught:
        add_source(session, NewSource(name="Spokesman", parent="nobody"))
    assert caught.value.field == "parent"


def test_a_source_cannot_be_put_above_itself(sessions: Sessions) -> None:
    add(sessions, NewSource(name="A", id="a"), NewSource(name="B", id="b", parent="a"), NewSource(name="C", parent="b"))
    for parent in ("a", "c"):
        with sessions.begin() as session, pytest.raises(FieldError, match="above itself"):
            change_source(session, "a", {"parent": parent})


def test_sources_are_loaded_with_everything_above_them(sessions: Sessions) -> None:
    add(sessions, NewSource(name="A", id="a"), NewSource(name="B", id="b", parent="a"), NewSource(name="C", parent="b"))
    with sessions.begin() as session:
        assert set(load_sources(session, ["c"])) == {"a", "b", "c"}


def test_a_change_of_a_source_has_every_statement_that_rests_on_it_interpreted_anew(sessions: Sessions) -> None:
    add(sessions, NewSource(name="State", id="state"), NewSource(name="Office", id="office", parent="state"))
    with sessions.begin() as session:
        for id, speaker in (("s1", "office"), ("s2", "state"), ("s3", "Somebody")):
            add_statement(session, NewStatement(id=id, speaker=speaker, text="It rains.", stated_on=date(2024, 1, 1)))
    with sessions.begin() as session:
        row, tasks = change_source(session, "state", {"reliability": "E"})
        assert row.reliability == "E"
        assert tasks == [Task(TaskName.INTERPRET_STATEMENT, "s1"), Task(TaskName.INTERPRET_STATEMENT, "s2")]
    with sessions.begin() as session:
        assert change_source(session, "state", {"reliability": "E"})[1] == []


def test_a_changed_name_is_found_by_the_new_one(sessions: Sessions) -> None:
    add(sessions, NewSource(name="Twitter", id="x"))
    with sessions.begin() as session:
        change_source(session, "x", {"name": "X Corp.", "aliases": ["Twitter Inc."]})
    with sessions.begin() as session:
        assert resolve_source(session, "speaker", "twitter inc.") == "x"
        with pytest.raises(FieldError):
            resolve_source(session, "speaker", "Twitter")


def test_the_search_takes_its_words_literally_and_walks_page_by_page(sessions: Sessions) -> None:
    add(sessions, *(NewSource(name=f"100% true {number}") for number in range(5)), NewSource(name="100 percent"))
    with sessions.begin() as session:
        first = list_sources(session, q="100%", limit=3)
        second = list_sources(session, q="100%", limit=3, cursor=first.next_cursor)
    assert [row.name for row in (*first.items, *second.items)] == [f"100% true {number}" for number in range(5)]
    assert second.next_cursor is None


def test_a_cursor_that_this_service_did_not_give_is_refused(sessions: Sessions) -> None:
    for cursor in ("x", "%%%", "ä", ""):
        with sessions.begin() as session, pytest.raises(FieldError, match="next_cursor"):
            list_sources(session, cursor=cursor)


def test_what_is_not_on_record_is_not_found(sessions: Sessions) -> None:
    with sessions.begin() as session, pytest.raises(NotFoundError, match="source 'x'"):
        get_source(session, "x")
