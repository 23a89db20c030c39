"""Every figure that is measured, in the order of the table, with the published one it compares with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """How a figure is written."""

    SHARE = "share"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row. `published` is a figure of others for the same measure; docs/benchmarks.md says whose.

    `seen` marks data that was in view when rules or thresholds were written: its figure is no forecast for other data.
    """

    key: str
    title: str
    published: float | None = None
    seen: bool = False
    unit: Unit = Unit.SHARE


ENTRIES = (
    Entry(key="dossiers.acts", title="dossiers, acts given: accuracy", seen=True),
    Entry(key="dossiers.text", title="dossiers, text only: accuracy", seen=True),
    Entry(key="agreement.acts", title="  acts given: as without services", seen=True),
    Entry(key="agreement.text", title="  text only: as without services", seen=True),
    Entry(key="calibration.acts", title="  acts given: ECE of confidence", seen=True),
    Entry(key="calibration.text", title="  text only: ECE of confidence", seen=True),
    Entry(key="founding.acts", title="founding record, acts given", seen=True),
    Entry(key="founding.text", title="founding record, text only", seen=True),
    Entry(key="pairs.dev_en", title="pairs, English: accuracy"),
    Entry(key="pairs.dev_en.xnli_en", title="  XNLI en"),
    Entry(key="pairs.dev_en.fm2", title="  FoolMeTwice"),
    Entry(key="pairs.dev_en.healthver", title="  HealthVer"),
    Entry(key="macro.healthver", title="  HealthVer: macro-F1", published=0.796),
    Entry(key="pairs.dev_en.scifact", title="  SciFact"),
    Entry(key="pairs.dev_en.check_covid", title="  Check-COVID"),
    Entry(key="pairs.dev_de", title="pairs, German (XNLI de): accuracy", published=0.787),
    Entry(key="events.within", title="events, one language: macro-F1", seen=True),
    Entry(key="events.across", title="events, across: macro-F1", seen=True),
    Entry(key="events.acts", title="events, acts from text: accuracy", seen=True),
    Entry(key="climate", title="Climate-FEVER claims: macro-F1", published=0.388),
    Entry(key="headlines", title="Emergent headlines: accuracy", published=0.733),
    Entry(key="candidates", title="candidates: recall at 20", seen=True),
    Entry(key="distracted", title="  among 100,000 other statements", seen=True),
    Entry(key="stsb", title="STSb en against de: Spearman"),
    Entry(key="retrieval", title="en to de retrieval: top-1"),
    Entry(key="speed.verdict", title="a verdict, 20 candidates: ms", unit=Unit.NUMBER),
    Entry(key="speed.pairs", title="pairs compared a second", unit=Unit.NUMBER),
)
