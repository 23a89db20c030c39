"""The least that Flask can do, as what a 304 is measured against."""

from __future__ import annotations

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    """Says hello."""
    return "Hello, world!\n"
