"""Google's own client for its Fact Check Tools API works against this service."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import httplib2  # type: ignore[import-untyped]
import pytest
from googleapiclient.discovery import build  # type: ignore[import-untyped]
from googleapiclient.errors import HttpError  # type: ignore[import-untyped]
from sqlalchemy import text

from store.approvals import NewApproval, approve
from store.claims import NewClaim, add_claim
from store.database import Sessions
from store.settings import Settings
from store.statements import NewStatement, add_statement
from tests.integration.api.caller import Answer, Caller
from verifier.entities import Label

PAGE = Path(__file__).parents[3] / "docs/exchange.md"
Give = Callable[..., None]
Approve = Callable[..., None]

SEARCH = "/v1alpha1/claims:search"


@pytest.fixture
def approved(sessions: Sessions, interpret: Callable[[str], None], give_verdict: Give) -> Approve:
    """Puts an approved verdict on record, resting on a statement."""

    def run(id: str, words: str, label: Label = Label.DENIED, *, language: str = "en", url: str | None = None) -> None:
        said = NewStatement(id=f"s-{id}", speaker="Anna Berg", text=f"{words}.", stated_on=date(2024, 7, 1))
        with sessions.begin() as session:
            add_claim(session, NewClaim(id=id, text=words))
            add_statement(session, said)
        interpret(f"s-{id}")
        give_verdict(id, label, f"s-{id}")
        with sessions.begin() as session:
            session.execute(
                text("UPDATE claim SET language = :language WHERE id = :id"), {"language": language, "id": id}
            )
            approve(session, id, NewApproval(reviewer="Ida Holm", url=url))

    return run


@pytest.fixture
def google(address: str) -> Iterator[Any]:
    """The service as Google's client sees it: by the discovery document that comes with the client."""
    http = httplib2.Http(timeout=20)
    service = build(
        "factchecktools",
        "v1alpha1",
        http=http,
        developerKey="ss_any_key",
        static_discovery=True,
        client_options={"api_endpoint": address},
        cache_discovery=False,
    )
    yield service.claims()
    service.close()
    http.close()


def test_the_program_in_the_manual_finds_what_is_approved(address: str, approved: Approve) -> None:
    approved("a", "The bridge in Norstad is closed")
    [code] = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    script = code.replace("http://127.0.0.1:8080", address)
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.startswith("The bridge in Norstad is closed ")


def test_googles_client_searches_and_pages(google: Any, approved: Approve) -> None:
    approved("a", "The bridge in Norstad is closed", url="https://www.norstadpost.example/bridge?x=1")
    approved("b", "Die Brücke in Norstad ist gesperrt", Label.CORROBORATED, language="de")
    approved("c", "Norstad has sold its bridge", Label.UNCONFIRMED)

    found = google.search(query="bridge norstad", languageCode="en-US", pageSize=1).execute()

    assert [claim["text"] for claim in found["claims"]] == ["Norstad has sold its bridge"]
    request = google.search(query="bridge norstad", languageCode="en-US", pageSize=1, pageToken=found["nextPageToken"])
    rest = request.execute()
    assert "nextPageToken" not in rest
    [claim] = rest["claims"]
    [review] = claim.pop("claimReview")
    assert claim == {
        "text": "The bridge in Norstad is closed",
        "claimant": "Anna Berg",
        "claimDate": "2024-07-01T00:00:00Z",
    }
    assert review.pop("reviewDate").endswith("Z")
    assert review == {
        "publisher": {"name": "Ida Holm", "site": "norstadpost.example"},
        "url": "https://www.norstadpost.example/bridge?x=1",
        "title": "Denied: The bridge in Norstad is closed",
        "textualRating": "Denied",
        "languageCode": "en",
    }
    german = google.search(query="“Brücke”", maxAgeDays=1).execute()["claims"]
    assert german[0]["claimReview"][0]["textualRating"] == "Von unabhängigen Quellen bestätigt"
    assert google.search(query="tunnel").execute() == {}
    by_site = google.search(reviewPublisherSiteFilter="norstadpost.example").execute()["claims"]
    assert [claim["text"] for claim in by_site] == ["The bridge in Norstad is closed"]
    assert len(google.search(query="norstad", offset=2).execute()["claims"]) == 1
    with pytest.raises(HttpError, match="query must have a word") as caught:
        google.search().execute()
    assert caught.value.status_code == 400
    assert json.loads(caught.value.content)["error"]["status"] == "INVALID_ARGUMENT"


def ask(client: Caller, query: str) -> Answer:
    return client.get(f"{SEARCH}?{query}")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "query must have a word in it"),
        ("query=+%22", "query must have a word in it"),
        ("query=a&query=b", "query must be given once"),
        ("query=a&pageSize=-1", "pageSize must be at least 0"),
        ("query=a&pageSize=x", "pageSize must be a whole number"),
        ("query=a&offset=2147483648", "offset must be less than 2147483648"),
        ("query=a&maxAgeDays=-1", "maxAgeDays must be at least 0"),
        ("query=a&pageToken=xx", "pageToken must be a nextPageToken that this service gave"),
        ("query=a&alt=proto", "alt must be json"),
        ("query=a&prettyPrint=maybe", "prettyPrint must be true or false"),
        ("query=a&size=1", "size is not a field"),
    ],
)
def test_what_is_wrong_is_said_as_google_says_it(client: Caller, query: str, said: str) -> None:
    answer = ask(client, query)
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/json; charset=UTF-8")
    error = answer.json["error"]
    assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
    assert said in error["message"]


def test_what_googles_api_takes_besides_is_taken(client: Caller, approved: Approve) -> None:
    approved("a", "The bridge is closed")
    plain = ask(client, "query=bridge&prettyPrint=false")
    assert b"\n " not in plain.data
    more = (
        "key=k&alt=json&fields=claims&quotaUser=u&uploadType=x&upload_protocol=y&$.xgafv=2&access_token=t&oauth_token=o"
    )
    pretty = ask(client, f"query=bridge&{more}")
    assert b"\n  " in pretty.data
    assert plain.json == pretty.json
    assert ask(client, "query=bridge&maxAgeDays=2147483647&pageSize=0").json == plain.json
    assert ask(client, "query=bridge&maxAgeDays=0").json == {}


def test_a_newsroom_that_has_said_who_it_is_is_the_publisher(settings: Settings, approved: Approve) -> None:
    approved("a", "The bridge is closed", url="https://elsewhere.example/a")
    own = replace(settings, publisher_name="Norstad Post", publisher_url="https://www.norstadpost.example")
    caller = Caller(own)
    [claim] = ask(caller, "reviewPublisherSiteFilter=www.norstadpost.example").json["claims"]
    assert claim["claimReview"][0]["publisher"] == {"name": "Norstad Post", "site": "norstadpost.example"}
    assert ask(caller, "reviewPublisherSiteFilter=elsewhere.example").json == {}
    caller.context.close()


def test_a_database_that_is_down_is_said_as_google_says_it(settings: Settings) -> None:
    caller = Caller(replace(settings, database_url="postgresql://127.0.0.1:1/none"))
    answer = ask(caller, "query=bridge")
    assert (answer.status_code, answer.json["error"]["status"]) == (503, "UNAVAILABLE")
    caller.context.close()
