from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.attribution.__main__ import main
from benchmarks.attribution.data import Quote, read_quotes, read_statements
from benchmarks.attribution.finders import find_by_engine, find_by_marks, name_by_engine, name_nearest
from benchmarks.attribution.report import Run, show_table, write_results
from benchmarks.attribution.scoring import Scores, score
from benchmarks.attribution.speed import measure_seconds
from benchmarks.attribution.statements import measure_acts

TEXT = "„Der Damm hält noch lange“, sagte Mara Kern. Es regnet."
RIGHT = Quote(text=TEXT, kind="Direct", spans=((0, 26),), speaker=((34, 43),))
INDIRECT = "Mara Kern sagte, dass der Damm halte."


def test_what_is_found_word_for_word_with_its_speaker_counts_fully() -> None:
    scores = score([RIGHT], find_by_engine, name_by_engine, "de", what="test")
    assert (scores.token_f1, scores.exact, scores.speaker, scores.speaker_found) == (1, 1, 1, 1)
    assert scores.kinds == {"Direct": (1, 1)}


def test_half_of_the_words_are_half_of_the_score() -> None:
    wider = Quote(text=TEXT, kind="Direct", spans=((0, 55),), speaker=())
    scores = score([wider], find_by_engine, name_by_engine, "de", what="test")
    assert scores.token_f1 == pytest.approx(2 * 5 / (5 + 10))
    assert (scores.exact, scores.speakers) == (0, 0)


def test_the_baseline_knows_quotation_marks_alone() -> None:
    indirect = Quote(text=INDIRECT, kind="Indirect", spans=((17, 36),), speaker=((0, 9),))
    assert score([RIGHT], find_by_marks, name_nearest, "de", what="test").token_f1 == 1
    assert score([indirect], find_by_marks, name_nearest, "de", what="test").token_f1 == 0
    assert score([indirect], find_by_engine, name_by_engine, "de", what="test").token_f1 == 1


def test_the_data_is_read_and_measured(tmp_path: Path) -> None:
    (tmp_path / "quotes").mkdir()
    (tmp_path / "dossiers").mkdir()
    row = {"text": TEXT, "type": "Direct", "quote_spans": [[0, 26]], "speaker_spans": [[34, 43]]}
    (tmp_path / "quotes" / "de_dev.jsonl").write_text(json.dumps(row), encoding="utf-8")
    dossier = {
        "sources": [{"id": "a", "name": "Bote", "kind": "news_outlet"}],
        "statements": [{"speaker": "a", "text": "Laut dem Boten hält er.", "language": "de", "act": "report"}],
    }
    (tmp_path / "dossiers" / "one.json").write_text(json.dumps(dossier), encoding="utf-8")
    assert read_quotes(tmp_path, "de") == [RIGHT]
    assert read_quotes(tmp_path, "en") == []
    statements = read_statements(tmp_path)
    assert [item.is_outlet for item in statements["dossiers"]] == [True]
    assert measure_acts(statements["dossiers"], None, "test").total() == 1
    assert measure_seconds([RIGHT], "de") >= 0


def test_without_data_it_says_what_is_expected(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert "quotes/" in capsys.readouterr().err


def test_the_table_fits_a_terminal_and_the_file_is_named_for_the_commit(tmp_path: Path) -> None:
    scores = Scores(
        size=1200,
        token_f1=0.5,
        exact=0.25,
        speakers=1000,
        speaker=0.5,
        speaker_found=0.75,
        kinds={"IndirectFreeIndirect": (9, 0.5)},
        certainty={"quoted": (9, 0.5)},
    )
    run = Run(
        date="2024-07-02",
        commit="0123456789ab, with changes",
        processor="a processor",
        cores=1,
        part="dev",
        engine={"en": scores},
        baseline={"en": scores},
        acts={"dossiers": Counter({("deny", "deny"): 9, ("deny", "assert"): 1})},
        seconds={"en": 0.1},
    )
    table = show_table(run)
    assert max(map(len, table)) <= 80
    assert any("0.900" in line and "dossiers" in line for line in table)
    path = write_results(run, tmp_path)
    assert path.name == "2024-07-02-attribution-01234567.md"
    assert "| quoted | 0.50 | 9 |" in path.read_text(encoding="utf-8")
