from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from cli.presentation import Change, collect_sources, make_console, show_claim, show_timeline

ADDRESS = (
    "https://news.example/a-very-long-address/that-does-not-fit-into-a-terminal-of-eighty-columns/at-all.html?id=1"
)

NAMES = {"nis": "National Intelligence Service", "peskov": "Dmitry Peskov", "paper": "The Paper", "russia": "Russia"}

DENIAL = {
    "statement": "s2",
    "relation": "refutes",
    "score": 0.912,
    "act": "deny",
    "speaker": "peskov",
    "publisher": "paper",
    "origin": "russia",
    "stated_on": "2024-10-10",
    "url": ADDRESS,
    "quote": "This looks like [another] piece of fake news, as there have been so many of them in all these years.",
    "pinned_by": None,
}
REPORT = {
    **DENIAL,
    "statement": "s1",
    "relation": "discusses",
    "act": "report",
    "speaker": "paper",
    "origin": None,
    "stated_on": "2024-06-30",
    "url": None,
    "quote": "",
    "pinned_by": "desk",
}


def claim(**verdict: Any) -> dict[str, Any]:
    return {
        "id": "c1",
        "text": "North Korea will send troops",
        "as_of": "2024-10-11",
        "verdict": {
            "label": "denied",
            "confidence": 0.912,
            "credibility": 5,
            "reasons": [
                "It is denied, and no origin affirms it; 2 are needed to dispute a denial.",
                "Dmitry [Peskov].",
            ],
            "origins": {"affirming": [], "denying": ["russia"]},
            "evidence": [REPORT, DENIAL],
            "needs_review": False,
            "engine": "lexical-1",
            "policy": "1",
            **verdict,
        },
    }


def render(shown: dict[str, Any], *, colour: bool = False) -> str:
    stream = io.StringIO()
    console = Console(file=stream, width=80, force_terminal=True) if colour else make_console(stream)
    show_claim(console, shown, NAMES)
    return stream.getvalue()


def flatten(text: str) -> str:
    return " ".join(text.split())


def test_the_verdict_is_told_with_what_it_is_worth() -> None:
    text = flatten(render(claim()))
    assert "“North Korea will send troops”, as of 11 Oct 2024" in text
    assert "DENIED confidence 0.91, credibility 5: improbable" in text
    assert "Claim c1, engine lexical-1, policy 1" in text


def test_reasons_and_origins_are_told() -> None:
    text = flatten(render(claim()))
    for reason in claim()["verdict"]["reasons"]:
        assert f"- {reason}" in text
    assert "- for: none - against: Russia" in text


def test_evidence_is_told_in_full() -> None:
    text = flatten(render(claim()))
    assert f"- 10 Oct 2024 refutes (0.91) Dmitry Peskov denies “{DENIAL['quote']}” in The Paper, origin: Russia" in text
    assert "- 30 Jun 2024 discusses (0.91) The Paper reports origin: unclear, not counted, judged by desk" in text


def test_an_address_is_never_broken() -> None:
    assert f"    {ADDRESS}\n" in render(claim())


def test_everything_else_fits_into_eighty_columns() -> None:
    lines = [line for line in render(claim()).splitlines() if ADDRESS not in line]
    assert max(map(len, lines)) <= 80


def test_there_is_colour_on_a_terminal_and_no_escape_code_elsewhere() -> None:
    assert "\x1b[" in render(claim(), colour=True)
    assert "\x1b" not in render(claim())


def test_a_verdict_on_nothing_has_no_evidence_and_no_underscore() -> None:
    text = render(claim(label="no_evidence", evidence=[], credibility=6))
    assert " NO EVIDENCE " in text
    assert "Evidence" not in text


@pytest.mark.parametrize("needed", [True, False])
def test_a_verdict_that_needs_review_says_so(needed: bool) -> None:
    assert ("a person should look at this" in render(claim(needs_review=needed))) is needed


def test_the_timeline_tells_day_verdict_and_whose_words() -> None:
    stream = io.StringIO()
    spoken = {"speaker": "peskov", "act": "deny", "text": "He said: fake news.", "quote_start": 9, "quote_end": 18}
    mute = {"speaker": "nis", "act": "confirm", "text": None, "quote_start": None, "quote_end": None}
    changes = [
        Change(day="2024-10-10", label="denied", statement=spoken),
        Change(day="2025-04-26", label="no_evidence", statement=mute),
    ]
    show_timeline(make_console(stream), "North Korea will send troops", changes, NAMES)
    assert "How the verdict on “North Korea will send troops” has changed" in stream.getvalue()
    assert "10 Oct 2024 DENIED Dmitry Peskov denies: “fake news”" in flatten(stream.getvalue())
    assert "26 Apr 2025 NO EVIDENCE National Intelligence Service confirms" in flatten(stream.getvalue())


def test_every_source_that_is_named_is_collected_once() -> None:
    assert collect_sources([REPORT, DENIAL]) == {"paper", "peskov", "russia"}
