from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.accuracy.__main__ import main
from benchmarks.accuracy.data import is_held_out
from benchmarks.accuracy.relations import take_together
from benchmarks.accuracy.report import Run, show_table, write_results
from benchmarks.accuracy.scores import Value, measure_accuracy, measure_calibration, measure_macro_f1
from verifier.entities import Content

COUNTS = Counter({("a", "a"): 3, ("a", "b"): 1, ("b", "b"): 1, ("b", "a"): 1})


def test_accuracy_stands_beside_always_the_commonest() -> None:
    assert measure_accuracy(COUNTS) == Value(6, 4 / 6, 4 / 6)


def test_macro_f1_weighs_every_class_alike() -> None:
    found = measure_macro_f1(COUNTS, ("a", "b"))

    assert found.value == pytest.approx((0.75 + 0.5) / 2)
    assert found.majority == pytest.approx((0.8 + 0) / 2)


def test_confidence_that_comes_true_is_calibrated() -> None:
    assert measure_calibration([(0.5, True), (0.5, False)]).value == 0
    assert measure_calibration([(1.0, False), (1.0, False)]).value == 1
    assert measure_calibration([(0.9, True), (0.2, False)]).value == pytest.approx(0.15)


@pytest.mark.parametrize(
    ("kinds", "verdict"),
    [
        ({Content.ENTAILS, Content.NEUTRAL}, "SUPPORTS"),
        ({Content.CONTRADICTS, Content.UNRELATED}, "REFUTES"),
        ({Content.ENTAILS, Content.CONTRADICTS}, "DISPUTED"),
        ({Content.NEUTRAL}, "NOT_ENOUGH_INFO"),
    ],
)
def test_evidence_is_taken_together(kinds: set[Content], verdict: str) -> None:
    assert take_together(kinds) == verdict


def test_about_a_fifth_of_the_claims_is_held_out() -> None:
    assert 150 < sum(is_held_out(f"claim {number}") for number in range(1000)) < 260


def test_the_table_fits_eighty_columns_also_beside_the_baseline(tmp_path: Path) -> None:
    values = {"dossiers.acts": Value(113, 0.5, 0.3)}
    run = Run(
        date="2026-01-01",
        commit="abc",
        processor="P",
        cores=2,
        engine="a-very-long-engine-name",
        policy="1",
        values=values,
        baseline=values,
    )

    assert max(map(len, show_table(run))) <= 80
    assert [path.suffix for path in write_results(run, tmp_path)] == [".md", ".json"]


def test_without_data_it_says_what_is_expected(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path), "--in-memory"]) == 2
    assert "dossiers/" in capsys.readouterr().err
