"""Exports what tells acts and speakers as `verifier.speech_model` reads it: `python -m training.speech_export --help`.

With eight-bit weights, and with how often each act was met in training.
"""

from __future__ import annotations

import json
import logging
from collections import Counter

from training.cross_export import HEADS, make_parser, make_predict, write_model
from training.events import split_events
from training.examples import ACTS, make_act_examples
from training.relation_evaluation import SpeechSets
from training.runs import start_log
from verifier.onnx_model import load_session

log = logging.getLogger("training.speech_export")


def main() -> None:
    """Exports, quantises and measures."""
    options = make_parser(__doc__).parse_args()
    start_log(log)
    paths, tokenizer = write_model(options, HEADS)  # with that for relations, for `training.thaw`
    learnt, held_out = split_events(options.data)
    counts = Counter(one.act for one in make_act_examples(learnt))
    shares = {act.value: round(counts[number] / counts.total(), 4) for number, act in enumerate(ACTS)}
    settings = json.dumps({"acts": shares}, indent=1)
    (options.out / "secondsource.json").write_text(settings + "\n", encoding="utf-8")
    sets = SpeechSets(options.data, held_out, tokenizer)
    for path in paths:
        figures = sets.measure(make_predict(load_session(path), tokenizer))
        log.info("%s, %.1f MB: %s", path, path.stat().st_size / 1e6, figures)


if __name__ == "__main__":
    main()
