from __future__ import annotations

import pytest

from verifier.attribution import Attribution
from verifier.entities import Act, Source
from verifier.origin import find_origin

KNOWN = {"Reuters": "reuters"}


@pytest.mark.parametrize(
    ("act", "cited", "unnamed", "kind", "origin"),
    [
        (Act.ASSERT, None, False, "government", "speaker"),
        (Act.REPORT, "Reuters", False, "news_outlet", "reuters"),
        (Act.REPORT, "Gazeta Nova", False, "news_outlet", None),
        (Act.REPORT, None, True, "news_outlet", None),
        (Act.ASSERT, None, True, "government", None),
        (Act.DENY, None, True, "government", "speaker"),
        (Act.DECLINE, None, True, "company", "speaker"),
        (Act.DENY, None, True, "news_outlet", None),
        (Act.DENY, "Reuters", False, "government", "reuters"),
    ],
)
def test_the_origin_is_who_is_cited_or_the_speaker_and_unclear_where_it_is_not_named(
    act: Act, cited: str | None, unnamed: bool, kind: str, origin: str | None
) -> None:
    read = Attribution(act=act, proposition="", start=0, end=0, cited=cited, unnamed=unnamed)
    assert find_origin(read, Source(id="speaker", name="Speaker", kind=kind), KNOWN.get) == origin
