"""The report a clinician reads: one view of a finished result, printed as HTML and as PDF."""

import base64
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import typst
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from multifidus.domain.case import CaseResult
from multifidus.domain.decision import Decision
from multifidus.report.area_limits import limits_notes
from multifidus.report.clinical import examination_table, record_rows, score_table
from multifidus.report.coding import CodingPage, coding_view
from multifidus.report.criteria import (
    TONE,
    comparison_tables,
    finding_table,
    lacking_table,
)
from multifidus.report.gate import (
    IN_WORDS,
    answered_words,
    held_back,
    not_asked_table,
    question_line,
    reason_lines,
)
from multifidus.report.levels import body_table, level_table, numbering_notes
from multifidus.report.measurements import (
    doubtful_sentences,
    leading_method,
    measurement_table,
    quality_table,
    series_table,
    side_table,
    summary_sentences,
)
from multifidus.report.references import grade_notes, grade_table, norm_notes, norm_table
from multifidus.report.sizes import DEPTH_NOTE, VOLUME_NOTE, depth_table, volume_table
from multifidus.report.table import Table

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Statement:
    """A sentence that a report prints, and where it comes from."""

    text: str
    source: str


@dataclass(frozen=True)
class Wording:
    """What every report prints besides the person's own results."""

    banner: str
    limits: tuple[Statement, ...]
    contrary_evidence: tuple[Statement, ...]


@dataclass(frozen=True)
class Picture:
    """A PNG of the report. name: its file name; caption: what it shows."""

    name: str
    caption: str
    png: bytes


@dataclass(frozen=True)
class DecisionView:
    """A rule set's answer as printed. tones: one per row, `met`, `not-met` or `open`.

    setting: what the site decided, and what to know of the source. conclusion: as a person reads
    it; words: how many criteria are answered as asked, and which are not.
    """

    title: str
    version: str
    source: str
    setting: str
    unread: tuple[str, ...]
    conclusion: str
    words: str
    tone: str
    table: Table
    tones: tuple[str, ...]


def report_view(
    case: CaseResult,
    wording: Wording,
    pictures: Sequence[Picture],
    fingerprint: str,
    coding: CodingPage | None = None,
) -> dict[str, object]:
    """Everything a report prints, as text. fingerprint: of inputs, settings and weights."""
    return {
        "subject_id": case.subject_id,
        "software": f"Multifidus {case.software_version}",
        "fingerprint": fingerprint,
        "wording": asdict(wording),
        "reasons": reason_lines(case),
        "held_back": held_back(case),
        "questions": question_line(case),
        "not_asked": asdict(not_asked_table(case)),
        "summary": summary_sentences(case),
        "decisions": [asdict(_decision_view(decision)) for decision in case.decisions],
        "comparison": [asdict(one) for one in comparison_tables(case.decisions)],
        "lacking": asdict(lacking_table(case.decisions)),
        "coding": asdict(coding_view(coding)),
        "sides": asdict(side_table(case)),
        "fat_method": leading_method(case),
        "area_notes": limits_notes(case)[:1],
        "measurements": asdict(measurement_table(case)),
        "grades": asdict(grade_table(case)),
        "grade_notes": grade_notes(case),
        "norms": asdict(norm_table(case)),
        "norm_notes": norm_notes(case),
        "depth": asdict(depth_table(case)),
        "depth_note": DEPTH_NOTE,
        "volumes": asdict(volume_table(case)),
        "volume_note": VOLUME_NOTE,
        "doubtful": doubtful_sentences(case),
        "quality": asdict(quality_table(case)),
        "levels": asdict(level_table(case)),
        "numbering": numbering_notes(case),
        "bodies": asdict(body_table(case)),
        "series": asdict(series_table(case)),
        "scores": asdict(score_table(case.scores)),
        "record": asdict(record_rows(case.record)),
        "examinations": asdict(examination_table(case.examinations)),
        "not_assessable": [{"what": one.what, "reason": one.reason} for one in case.not_assessable],
        "notes": [*case.notes, *numbering_notes(case), *limits_notes(case)],
        "method": _method_rows(case),
        "pictures": [{"name": one.name, "caption": one.caption} for one in pictures],
    }


def render_html(view: Mapping[str, object], pictures: Sequence[Picture]) -> str:
    """The report as one HTML page that loads nothing."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    images = {
        one.name: "data:image/png;base64," + base64.b64encode(one.png).decode() for one in pictures
    }
    return environment.get_template("report.html.j2").render(**view, images=images)


def render_pdf(view: Mapping[str, object], pictures: Sequence[Picture]) -> bytes:
    """The report as a tagged PDF; the same view gives the same bytes."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for part in TEMPLATES.glob("*.typ"):
            shutil.copy(part, root)
        (root / "view.json").write_text(json.dumps(view), encoding="utf-8")
        for one in pictures:
            (root / one.name).write_bytes(one.png)
        pdf = typst.compile(str(root / "report.typ"), root=str(root), ignore_system_fonts=True)
    return bytes(pdf)


def _decision_view(decision: Decision) -> DecisionView:
    return DecisionView(
        title=decision.title,
        version=decision.version,
        source=f"{decision.source} ({decision.date})" if decision.date else decision.source,
        setting=" ".join(words for words in (decision.setting, decision.note) if words),
        unread=decision.unread,
        conclusion=IN_WORDS[decision.conclusion],
        words=answered_words(decision),
        tone=TONE[decision.conclusion],
        table=finding_table(decision),
        tones=tuple(TONE[finding.verdict] for finding in decision.findings),
    )


def _method_rows(case: CaseResult) -> list[tuple[str, str]]:
    method = case.method
    definition = {
        "fascial": "along the fascia; fat inside it belongs to the muscle",
        "muscle_boundary": "along the visible muscle; epimuscular fat is left out",
    }[method.roi_definition]
    return [
        ("Outlines", f"{method.segmentation}; {method.segmentation_note}"),
        ("Outlined on", ", ".join(method.segmented_on)),
        ("Border", definition),
        ("Fat", method.fat_note),
        (
            "Fat, ratio of sums",
            "sum of fat over sum of fat and water in the region, weighted by signal",
        ),
        ("Fat, mean of ratios", "mean of each pixel's fat over fat and water"),
        ("Lean area", f"total area times (1 - fat fraction, {leading_method(case)})"),
        (
            "Area in the disc's plane",
            "total area times the cosine of the tilt between slice and disc; as if cut along the "
            "disc, if the muscle runs square to it",
        ),
        (
            "Muscle to vertebra",
            "area in the disc's plane over the vertebral body above the disc, at its mid-height; "
            "studies divide by other areas too, so compare only like with like",
        ),
        ("Asymmetry", "100 x (larger - smaller) / larger area"),
        ("Levels", method.levels),
        (
            "Sides",
            "the person's, from the image geometry; pictures show the right side on the left",
        ),
    ]
