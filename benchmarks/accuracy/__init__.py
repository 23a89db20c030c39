"""How good the verdicts are, and what leads to them: `python -m benchmarks.accuracy`; see docs/benchmarks.md."""
