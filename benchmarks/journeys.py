"""Which files of the package a newcomer passes on four journeys: those whose functions run.

`python -m benchmarks.journeys` prints them, with the folders they lie in, for: a DICOM folder to a
study; the area of a muscle on one slice; a criterion's answer; a page laid out.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from multifidus.clinical.score import scores_of
from multifidus.criteria.answers import Known, answers_of
from multifidus.criteria.decide import decide
from multifidus.files.clinical.source import read_clinical_data
from multifidus.files.paths import DATA_SAMPLES, PACKAGE
from multifidus.files.study import read_study
from multifidus.files.yaml import read_settings
from multifidus.muscle.fat.water_fat import WaterFat
from multifidus.muscle.measure import cross_sections
from multifidus.report.html import print_html
from multifidus.report.page import case_page
from multifidus.report.sections import Page
from multifidus.tasks.report import coding_page, wording
from multifidus.tasks.request import rules_of
from tests.helpers.cases import finished_case
from tests.helpers.phantoms import LEFT_MF, RIGHT_MF, axial_geometry, box_labels, water_and_fat


def passed(journey: Callable[[], object]) -> list[Path]:
    """The package's files in which a function was entered while it ran, in order."""
    files: dict[str, None] = {}

    def enter(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_name != "<module>":
            files.setdefault(frame.f_code.co_filename)

    sys.setprofile(enter)
    try:
        journey()
    finally:
        sys.setprofile(None)
    own = (Path(name) for name in files if name.startswith(str(PACKAGE)))
    return [path.relative_to(PACKAGE) for path in own]


def main() -> None:
    """Each journey's files, floor by floor; types of `domain` are counted apart."""
    for name, prepare in JOURNEYS.items():
        journey = prepare()
        journey()  # what is read once and kept is read here
        files = passed(journey)
        types = [path for path in files if path.parts[0] == "domain"]
        rooms = sorted({path.parent.as_posix() for path in files} - {"domain"})
        others = len(files) - len(types)
        print(f"{name}: {others} files in {', '.join(rooms)}, and {len(types)} of types")


def dicom() -> Callable[[], object]:
    return lambda: read_study(DATA_SAMPLES / "sample-01", "sample-01")


def area() -> Callable[[], object]:
    geometry = axial_geometry((60, 50, 2))
    labels = box_labels(geometry)
    pair = WaterFat(*water_and_fat(labels, {RIGHT_MF: 0.3, LEFT_MF: 0.1}))
    return lambda: cross_sections(labels, 0, pair)


def criterion() -> Callable[[], object]:
    settings = read_settings()
    data = read_clinical_data(DATA_SAMPLES / "clinical.csv", settings.clinical)
    record, rules = data.record_of("sample-01"), rules_of(settings)

    def journey() -> object:
        scores = scores_of(record, settings.clinical, rules.clinical)
        known = Known(record, (), scores)
        answers = answers_of(known, settings.eligibility, rules.clinical.safety)
        return [decide(rule, answers.evidence, answers.gate) for rule in rules.rule_sets]

    return journey


def page() -> Callable[[], object]:
    case = finished_case()

    def journey() -> Page:
        laid_out = case_page(case, wording(), [], "0" * 16, coding_page())
        print_html(laid_out)
        return laid_out

    return journey


JOURNEYS = {
    "a DICOM folder to a study": dicom,
    "the area of a muscle": area,
    "a criterion's answer": criterion,
    "a page laid out": page,
}

if __name__ == "__main__":
    main()
