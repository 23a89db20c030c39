"""The recipes of docs/recipes.md print what is shown there, and the client does what its methods say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import secondsource

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/recipes.md").read_text(encoding="utf-8")


@pytest.fixture
def working(work: Callable[[], None]) -> Iterator[None]:
    """A worker beside the test."""
    ended = threading.Event()

    def run() -> None:
        while not ended.wait(0.05):
            work()

    thread = threading.Thread(target=run)
    thread.start()
    yield
    ended.set()
    thread.join()


@pytest.mark.usefixtures("working")
def test_each_recipe_prints_what_is_shown(address: str, tmp_path: Path) -> None:
    for name, content in re.findall(r"`([\w.]+)`:\n\n```\n(.*?)```", PAGE, re.DOTALL):
        (tmp_path / name).write_text(content, encoding="utf-8")
    recipes = re.findall(r"```python\n(.*?)```\n\n```\n(.*?)```", PAGE, re.DOTALL)
    assert len(recipes) == PAGE.count("```python") == 5

    for code, printed in recipes:
        script = code.replace("http://127.0.0.1:8080", address)
        run = subprocess.run(
            [sys.executable, "-c", script],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (run.stdout, run.stderr) == (printed, ""), code


@pytest.mark.usefixtures("working")
def test_the_script_of_the_readme_runs(address: str) -> None:
    [code] = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    run = subprocess.run(
        [sys.executable, "-c", code.replace("http://127.0.0.1:8080", address)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.stdout, run.stderr) == ("no_evidence\n", "")


@pytest.mark.usefixtures("working")
def test_the_client_judges_approves_and_is_told(address: str) -> None:
    with secondsource.Client(address) as client:
        client.add_statement("Anna", "The road is open.", "2024-07-01", id="s", language="en", act="assert")
        client.wait(client.submit("The road is open", id="c", language="en")["id"], timeout=60)
        assert client.judge("c", "s", "discusses", "Another road.")["value"] == "discusses"
        assert client.unjudge("c", "s")["value"] is None
        assert "act" in client.pin("s", act="deny", reason="She says so.")["pinned"]
        client.wait("c", timeout=60)
        assert client.approve("c", reviewer="Bo")["reviewer"] == "Bo"
        assert client.withdraw_approval("c")["withdrawn_by"]
        assert client.create_webhook("https://newsroom.example/")["secret"].startswith("whsec_")
        [webhook] = client.list_webhooks()
        client.remove_webhook(webhook["id"])
        assert list(client.list_webhooks()) == []
        document = client.add_document("Post", text="The road is closed.", published_on="2024-07-02", language="en")
        assert client.get_document(document["id"])["publisher"] == "post"
        assert next(iter(client.changes()))["claim"] == "c"


@pytest.mark.usefixtures("working")
def test_the_client_reads_and_writes_the_record(address: str) -> None:
    with secondsource.Client(address) as client:
        client.add_sources([{"name": "Ministry", "id": "m"}, {"name": "Office", "id": "o", "parent": "m"}])
        assert [source["id"] for source in client.list_sources(q="office")] == ["o"]
        assert client.get_source("o")["parent"] == "m"
        for _ in range(2):
            said = client.add_statement("o", "The road is open.", "2024-07-01", id="s", language="en", act="assert")
            assert said["speaker"] == "o"
        claim = client.submit("The road is open", id="c", language="en")
        client.wait(claim["id"], timeout=60)
        client.add_confirmation("m", "denies", "2024-07-02", claim="c", id="k")
        [bad] = client.add_confirmations([{"source": "m", "position": "denies", "stated_on": "2024-07-02"}])
        assert isinstance(bad, secondsource.Problem)
        client.retract("s", "A misprint.")
        assert [each["id"] for each in client.list_statements(since="2024-07-01")] == ["s", "k"]
        assert [found["kind"] for found in client.search("roads", kind="claim")] == ["claim"]
        assert list(client.list_claims(status="failed")) == []
        with pytest.raises(secondsource.ProblemError, match="There is no claim 'x'") as caught:
            client.get_claim("x")
        assert caught.value.status == 404
        assert next(client.list_verdicts("c"))["label"] in {"unconfirmed", "denied"}
        assert client.get_timeline("c")[0]["cause"] in {"s", "k"}
