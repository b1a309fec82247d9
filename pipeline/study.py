"""One study: analyse it and write its result; where files meet computation."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline.analysis import Analysis, Networks, analyse, measured_roles
from pipeline.domain.errors import InputError
from pipeline.domain.settings import StudySettings
from pipeline.domain.study import DIXON_ROLES, Study
from pipeline.io.nifti import write_labels
from pipeline.io.project_files import bundle_folder
from pipeline.io.results import (
    PROVENANCE_FILE,
    RESULT_FILE,
    case_rows,
    write_bytes,
    write_case,
    write_json,
    write_rows,
)
from pipeline.levels.discs import find_discs
from pipeline.reporting.figures import level_overlay, sagittal_overlay
from pipeline.reporting.report import Picture
from pipeline.reports import FIGURES, SAGITTAL_CAPTION, SAGITTAL_FIGURE, figure_name, level_caption
from pipeline.request import Request, clinical_record, open_study, provenance_of, rules_of
from pipeline.segmentation.bundle import Bundle, open_bundle


def muscle_network(settings: StudySettings, dixon: bool) -> Bundle:
    """The bundle that outlines the muscles on Dixon images or on others, opened."""
    chosen = settings.segmentation
    name = chosen.dixon_bundle if dixon else chosen.bundle
    return open_bundle(bundle_folder(name), chosen.weights)


def networks_of(study: Study, settings: StudySettings) -> Networks:
    """The networks that this study needs, opened."""
    own_levels = study.vertebrae is not None
    chosen = settings.levels
    vertebrae = None if own_levels else open_bundle(bundle_folder(chosen.bundle), chosen.weights)
    return Networks(muscle_network(settings, measured_roles(study)[0] in DIXON_ROLES), vertebrae)


def analyse_study(request: Request) -> Analysis:
    """Read the study, its record and the rules, and analyse them; writes nothing."""
    rules = rules_of(request.settings)
    record = clinical_record(request)
    study = open_study(request.study, request.subject_id, request.settings.series)
    networks = networks_of(study, request.settings)
    return analyse(study, record, request.settings, networks, rules)


def save(analysis: Analysis, request: Request, folder: Path | str) -> None:
    """Write everything that an analysis leaves behind except the notebook and the report."""
    folder = Path(folder)
    result = analysis.result
    write_case(result, folder / RESULT_FILE)
    write_rows(case_rows(result), folder / "measurements.csv")
    write_labels(analysis.labels, folder / "labels.nii.gz")
    write_json(_levels(analysis), folder / "levels.json")
    for picture in pictures_of(analysis):
        write_bytes(picture.png, folder / FIGURES / picture.name)
    write_json(provenance_of(request), folder / PROVENANCE_FILE)


def pictures_of(analysis: Analysis) -> list[Picture]:
    """The sagittal picture, if there is a sagittal image, and one overlay per level."""
    image = analysis.axial.images[0]
    placed_slices = analysis.result.level_slices
    pictures = [
        Picture(
            figure_name(placed.level),
            level_caption(placed.level.value, placed.slice_index, analysis.axial.names[0]),
            level_overlay(image, analysis.labels, placed),
        )
        for placed in placed_slices
    ]
    vertebrae = analysis.vertebrae
    if vertebrae.sagittal is not None:
        png = sagittal_overlay(vertebrae.sagittal, vertebrae.labels, image, placed_slices)
        pictures.insert(0, Picture(SAGITTAL_FIGURE, SAGITTAL_CAPTION, png))
    return pictures


def _levels(analysis: Analysis) -> dict[str, Any]:
    labels = analysis.vertebrae.labels
    measured = {placed.level: placed for placed in analysis.result.level_slices}
    try:
        discs = find_discs(labels).centres_mm if labels is not None else {}
    except InputError:
        discs = {}
    return {
        "axes": "patient mm, RAS+ (right, anterior, superior)",
        "source": analysis.vertebrae.source.value,
        "disc_centres_mm": {
            level.value: [round(float(mm), 3) for mm in centre] for level, centre in discs.items()
        },
        "slices": {level.value: asdict(placed) for level, placed in measured.items()},
    }
