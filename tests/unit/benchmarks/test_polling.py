from __future__ import annotations

from pathlib import Path

from benchmarks.polling.feed import Exactness, compare
from benchmarks.polling.report import Run, show_tables, summarise, write_results


def test_what_was_read_is_held_against_what_is_on_record() -> None:
    def found(read: str) -> tuple[int, int, int]:
        exact = compare(list(read), list("abcd"))
        assert exact.recorded == 4
        return exact.skipped, exact.repeated, exact.out_of_order

    assert found("abcd") == (0, 0, 0)
    assert found("abd") == (1, 0, 0)
    assert found("abbcd") == (0, 1, 0)
    assert found("acbd") == (0, 0, 1)
    assert found("") == (4, 0, 0)


def test_the_tables_have_ratios_and_are_kept_with_the_commit(tmp_path: Path) -> None:
    hello = summarise([1.0, 2.0, 3.0], seconds=1, cpu=0.003)
    unchanged = summarise([4.0] * 99 + [9.0], seconds=50, cpu=0.4)
    run = Run(
        date="2026-11-27",
        commit="abc123, with changes",
        processor="a processor",
        cores=2,
        load=0.5,
        pollers=200,
        paces={"each once a second": (hello, unchanged)},
        writers=20,
        seconds=60,
        readers={"stream": (Exactness(recorded=1_000, skipped=0, repeated=0, out_of_order=0), unchanged)},
    )

    path = write_results(run, tmp_path)

    assert path.name == "2026-11-27-polling-abc123.md"
    rows = path.read_text(encoding="utf-8").splitlines()
    assert "| each once a second: ratio | 0.67 | 4.00 | 2.00 | 3.00 |" in rows
    assert "| stream | 1,000 | 0 | 0 | 0 | 4.0 | 9.0 |" in rows
    assert "each once a second: Flask's hello" in show_tables(run)[1]
