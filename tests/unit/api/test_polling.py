from __future__ import annotations

import pytest

from api.polling import Sent, View, read_wait


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [
        (None, 0),
        ("", 0),
        ("wait=5", 5),
        ("wait=20", 20),
        ("wait=3600", 20),
        ("wait=0", 0),
        ('respond-async, WAIT = "7" ; why="it, is", wait=9', 7),
        ("return=minimal", 0),
        # What is not understood is ignored.
        ("wait", 0),
        ("wait=", 0),
        ("wait=-1", 0),
        ("wait=1.5", 0),
        ("wait=soon", 0),
        ("wait=\u0665", 0),
        ("wait=99999999999999999999", 0),
        ('wait="5', 0),
    ],
)
def test_the_wait_is_read_as_rfc_7240_has_it(prefer: str | None, seconds: int) -> None:
    assert read_wait(prefer) == seconds


def test_a_tag_tells_the_edition_and_half_of_it_the_mark() -> None:
    view = View("one", mark="v1")
    sent = Sent(frozenset({view.tag}))

    assert (sent.knows(view), sent.knows_mark(view)) == (True, True)
    assert (sent.knows(View("two", mark="v1")), sent.knows_mark(View("two", mark="v1"))) == (False, True)
    assert (sent.knows(View("one", mark="v2")), sent.knows_mark(View("one", mark="v2"))) == (False, False)
    assert Sent(frozenset(), any=True).knows(view)
    assert not Sent(frozenset(), any=True).knows_mark(view)
