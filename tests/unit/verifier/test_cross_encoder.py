"""The bundled relation model, and what is said of a folder that cannot be used."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from verifier.cross_encoder import BUNDLED, CrossEncoderRelation, Fusion, read_labels, write_premise
from verifier.entities import Act, Content
from verifier.ports import ModelError, Pair


@pytest.fixture(scope="module")
def model() -> CrossEncoderRelation:
    return CrossEncoderRelation()


def pair(claim: str, proposition: str, **about: object) -> Pair:
    return Pair(claim=claim, claim_language="en", proposition=proposition, language="en", **about)  # type: ignore[arg-type]


def copy_bundled(folder: Path, labels: Mapping[int, str] | None = None, **own: object) -> Path:
    """The bundled model in a folder of its own, with other settings."""
    shutil.copytree(BUNDLED, folder)
    if labels:
        (folder / "config.json").write_text(json.dumps({"id2label": labels}), encoding="utf-8")
    (folder / "secondsource.json").write_text(json.dumps(own), encoding="utf-8")
    return folder


PAIRS = [
    pair("Acme closes its plant", "Acme will close its plant"),
    pair("Acme closes its plant", "The plant stays open"),
    pair("A ferry sank off Norway", "The parliament passed the budget after a long debate about pensions and taxes"),
]


def test_probabilities_add_up_and_do_not_depend_on_what_is_asked_with_them(model: CrossEncoderRelation) -> None:
    together = model.compare(PAIRS)
    for scores in together:
        assert scores.entails + scores.contradicts + scores.neutral + scores.unrelated == pytest.approx(1, abs=1e-5)
    for one, scores in zip(PAIRS, together, strict=True):
        [alone] = CrossEncoderRelation().compare([one])
        assert alone.entails == pytest.approx(scores.entails, abs=0.02)
    assert model.compare(PAIRS[::-1]) == together[::-1]
    assert model.compare([]) == []


def test_a_text_of_any_length_is_read(model: CrossEncoderRelation) -> None:
    [scores] = model.compare([pair("Acme closes its plant", "Acme will close its plant. " * 500)])
    assert 0 <= scores.entails <= 1


def test_the_name_tells_the_weights(model: CrossEncoderRelation) -> None:
    name, _, digest = model.name.partition("@")
    assert (name, len(digest)) == ("relation-1", 8)


def test_the_name_tells_the_settings_as_well(tmp_path: Path) -> None:
    folders = [copy_bundled(tmp_path / f"{at}", name="own", temperature=value) for at, value in enumerate((1, 2, 2))]
    first, second, third = (CrossEncoderRelation(folder).name for folder in folders)
    assert first != second
    assert second == third


ZEROS = np.zeros(4, np.float32)
OWN = Path("secondsource.json")
EVEN = np.array([[0.3, 0.3, 0.2, 0.2]], np.float32)


@pytest.mark.parametrize(
    ("claim", "entails"),
    [
        ("Acme closes its plant", 0.6 * math.e**2 / (math.e**2 + 1)),
        ("Acme does not close its plant", 0.6 / (math.e**2 + 1)),
    ],
)
def test_what_is_said_of_a_claim_is_likelier_about_it_as_it_is_put(claim: str, entails: float) -> None:
    fusion = Fusion(network=1.0, bias=ZEROS, score=ZEROS, polarity=2.0)
    found = pair(claim, "The plant", act=Act.ASSERT, found=0.5)
    assert fusion.apply(EVEN, [found])[0] == pytest.approx([entails, 0.6 - entails, 0.2, 0.2], abs=0.001)
    # "Opens" is the opposite of "closes".
    opened = pair(claim, "The plant opens", act=Act.ASSERT, found=0.5)
    assert fusion.apply(EVEN, [opened])[0][:2] == pytest.approx([0.6 - entails, entails], abs=0.001)
    # The converse of a denial leans as what is denied does.
    assert fusion.apply(EVEN, [found.reversed()])[0][:2] == pytest.approx([entails, 0.6 - entails], abs=0.001)


def test_what_no_search_found_is_left_as_the_network_read_it(model: CrossEncoderRelation) -> None:
    fusion = Fusion(network=2.0, bias=ZEROS, score=ZEROS, polarity=2.0)
    unsought = pair("Acme closes its plant", "The plant", act=Act.ASSERT)
    assert fusion.apply(EVEN, [unsought]).tolist() == EVEN.tolist()
    # Rules are for what is said on record: of two bare sentences, the network's word stands.
    bare = pair("Sweden sends ships to Chile", "Norway sends ships to Chile")
    [row], [scores] = model.read([bare]), model.compare([bare])
    assert scores.entails == pytest.approx(float(row[0]))
    assert scores.entails > 0
    [said], [found] = model.compare([replace(bare, act=Act.ASSERT)]), model.compare([replace(bare, found=0.5)])
    assert said.entails == found.entails == 0


@pytest.mark.parametrize(
    ("changed", "message"),
    [({"bias": [1.0]}, "four values"), ({"network": None}, "network"), ({"polarity": "much"}, "much")],
)
def test_a_fusion_that_is_not_complete_is_refused(changed: Mapping[str, object], message: str) -> None:
    whole = {"network": 1.0} | dict.fromkeys(("bias", "score"), [0.0] * 4)
    with pytest.raises(ModelError, match=message):
        Fusion.read(whole | dict(changed), OWN)
    assert Fusion.read(whole, OWN) is not None
    assert Fusion.read(None, OWN) is None
    with pytest.raises(ModelError, match="network"):
        Fusion.read({}, OWN)


def test_a_fusion_that_cannot_be_read_is_named_by_its_file(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"own.*secondsource\.json: .*score"):
        CrossEncoderRelation(copy_bundled(tmp_path / "own", fusion={"bias": [0.0] * 4}))


def test_the_whole_statement_says_who_does_what() -> None:
    whole = pair("c", "Acme closes", text="Rumours of a closure are untrue.", speaker="Acme", act=Act.DENY)
    assert write_premise(whole) == "Acme denies: Rumours of a closure are untrue."
    assert write_premise(pair("c", "Acme closes")) == "Acme closes"


def test_a_model_of_three_classes_leaves_it_to_words_what_is_unrelated(tmp_path: Path) -> None:
    labels = {0: "entailment", 1: "CONTRADICTION", 2: "neutral", 3: "neutral"}
    model = CrossEncoderRelation(copy_bundled(tmp_path / "three", labels, temperature=1.0))
    same_words, others = model.compare(
        [
            pair("Acme talks about its plant with unions", "Acme talks about its plant with no unions in May"),
            pair("A ferry sank off Norway", "The parliament passed the budget"),
        ]
    )
    assert same_words.neutral > same_words.unrelated
    assert others.unrelated > others.neutral


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (None, "id2label"),
        ({"0": "entailment", "1": "LABEL_1"}, "'LABEL_1' is none of"),
        ({"0": "entailment", "1": "neutral"}, "contradicts"),
    ],
)
def test_labels_that_do_not_say_what_the_outputs_mean_are_refused(tmp_path: Path, labels: object, message: str) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"id2label": labels} if labels else {}), encoding="utf-8")
    with pytest.raises(ModelError, match=message):
        read_labels(path)


def test_labels_are_read_in_the_order_of_the_outputs(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"id2label": {"2": "ENTAILMENT", "0": "Contradiction", "1": "neutral"}}), "utf-8")
    assert read_labels(path) == [Content.CONTRADICTS, Content.NEUTRAL, Content.ENTAILS]


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "config.json"])
def test_a_file_that_is_missing_or_broken_is_named(tmp_path: Path, name: str) -> None:
    folder = copy_bundled(tmp_path / "own")
    (folder / name).write_bytes(b"not what it should be")
    with pytest.raises(ModelError, match=name):
        CrossEncoderRelation(folder)
    (folder / name).unlink()
    with pytest.raises(ModelError, match=name):
        CrossEncoderRelation(folder)


def test_outputs_that_do_not_fit_the_labels_fail_the_check(tmp_path: Path) -> None:
    labels = {0: "entailment", 1: "contradiction", 2: "neutral"}
    model = CrossEncoderRelation(copy_bundled(tmp_path / "fewer", labels))
    with pytest.raises(ModelError, match="values a pair"):
        model.compare(PAIRS)
