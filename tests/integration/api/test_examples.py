"""The examples of docs/api.md answer as they are printed there."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[3] / "docs/api.md").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_examples_answer_as_they_are_printed(address: str) -> None:
    examples = re.findall(r"```console\n\$ (.*?)\n(\{\n.*?\n\})\n```", PAGE, re.DOTALL)
    assert len(examples) == PAGE.count("```console")

    for command, printed in examples:
        asked = command.replace("http://127.0.0.1:8080", address)
        run = subprocess.run(["/bin/sh", "-c", asked], capture_output=True, text=True, check=True)
        assert plain(run.stdout) == plain(printed), command


def plain(answer: str) -> str:
    """An answer without what is another one each time."""
    text = json.dumps(json.loads(answer), ensure_ascii=False, indent=1)
    text = re.sub(r'"20\d\d-\d\d-\d\dT[\d:.]+Z"', '"a time"', text)
    text = re.sub(r'"datePublished": "20\d\d-\d\d-\d\d"', '"datePublished": "a day"', text)
    text = re.sub(r'"whsec_[A-Za-z0-9+/=]{44}"', '"a secret"', text)
    text = re.sub(r'"[a-z]+-[0-9a-f]{16}"', '"an id"', text)
    return re.sub(r'"next_cursor": "[^"]+"', '"next_cursor": "a cursor"', text)
