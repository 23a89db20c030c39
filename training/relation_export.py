"""Exports a trained relation model as `verifier.cross_encoder` reads it: `python -m training.relation_export --help`.

With eight-bit weights and with what the search knows weighed in (`training.fusion`); measured as the verifier will use
it, beside the network in single precision.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path

from benchmarks.dossiers import read_dossiers
from training.cross_export import make_parser, make_predict, write_model
from training.events import split_events
from training.examples import KINDS
from training.fusion import fit_fusion
from training.relation import LONGEST
from training.relation_evaluation import RelationSets
from training.runs import start_log
from verifier.cross_encoder import CrossEncoderRelation
from verifier.onnx_model import load_session
from verifier.sentence_encoder import SentenceEncoder

FORMS = ("proposition", "whole")
"""What of a statement the verifier can read."""

log = logging.getLogger("training.relation_export")


def write_settings(folder: Path, forms: Sequence[str], fusion: dict[str, object] | None = None) -> None:
    """What the verifier has to know of the model. The fusion scales the logits: they need no temperature before it."""
    own: dict[str, object] = {"name": "relation-1", "temperature": 1.0, "forms": list(forms), "pieces": LONGEST}
    if fusion:
        own["fusion"] = fusion
    (folder / "secondsource.json").write_text(json.dumps(own, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Exports, quantises, calibrates and measures."""
    parser = make_parser(__doc__)
    parser.add_argument("--search", type=Path, required=True, help="folder of the encoder that the search uses")
    parser.add_argument("--forms", nargs="+", default=list(FORMS), choices=FORMS, help="what of a statement is read")
    options = parser.parse_args()
    start_log(log)
    paths, tokenizer = write_model(options, ("logits",))
    names = {str(number): kind.value for number, kind in enumerate(KINDS)}
    (options.out / "config.json").write_text(json.dumps({"id2label": names}, indent=1) + "\n", encoding="utf-8")
    _, held_out = split_events(options.data)
    write_settings(options.out, options.forms)
    dossiers = read_dossiers(options.data / "dossiers")
    fusion = fit_fusion(held_out, dossiers, CrossEncoderRelation(options.out), SentenceEncoder(options.search))
    write_settings(options.out, options.forms, fusion)
    log.info("fusion %s, on %d events", fusion, len(held_out))
    sets = RelationSets(options.data, held_out)
    for path in paths:
        figures = sets.measure(make_predict(load_session(path), tokenizer))
        log.info("%s, %.1f MB: %s", path, path.stat().st_size / 1e6, figures)


if __name__ == "__main__":
    main()
