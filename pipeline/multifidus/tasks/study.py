"""One study: analyse it and write its result; where files meet computation."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from multifidus.domain.muscle_row import case_rows
from multifidus.domain.settings import StudySettings
from multifidus.domain.spine import SlicePlace
from multifidus.domain.study import DIXON_ROLES, Study
from multifidus.files.atomic import write_json
from multifidus.files.level_slices import STUDY_FILE, with_slices_of
from multifidus.files.nifti import write_labels
from multifidus.files.paths import bundle_folder
from multifidus.files.results.case import PROVENANCE_FILE, RESULT_FILE, write_case
from multifidus.files.results.folder import require_same
from multifidus.files.results.levels import rounded
from multifidus.files.results.measurements import (
    MEASUREMENTS,
    MEASUREMENTS_FILE,
    MEASUREMENTS_PARQUET,
    VOLUMES,
    VOLUMES_FILE,
    volume_rows,
)
from multifidus.files.results.redcap import (
    REDCAP_DICTIONARY,
    REDCAP_FILE,
    write_redcap,
    write_redcap_dictionary,
)
from multifidus.files.results.references import write_references
from multifidus.report.pictures.axial import level_overlay
from multifidus.report.pictures.sagittal import SagittalScene, sagittal_overlay
from multifidus.report.sections import Picture
from multifidus.segmentation.bundle import Bundle, open_bundle
from multifidus.study.analysis import Analysis, Networks, analyse
from multifidus.study.contrasts import axial_stacks
from multifidus.study.images import measured_mr_roles
from multifidus.tasks.provenance import claim_of, require_unchanged
from multifidus.tasks.report import (
    SAGITTAL_CAPTION,
    SAGITTAL_FIGURE,
    figure_name,
    level_caption,
    save_pictures,
)
from multifidus.tasks.request import (
    Request,
    open_study,
    record_and_notes,
    rules_of,
)


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
    return Networks(muscle_network(settings, measured_mr_roles(study)[0] in DIXON_ROLES), vertebrae)


def analyse_study(request: Request) -> Analysis:
    """Read the study, its record and the rules, and analyse them; writes nothing."""
    rules = rules_of(request.settings)
    record, notes = record_and_notes(request)
    settings = request.settings
    study = open_study(
        request.study, request.subject_id, settings.series, settings.levels.numbering
    )
    if (request.study / STUDY_FILE).is_file():
        axial = axial_stacks(study)[0].geometry
        settings = with_slices_of(settings, request.study / STUDY_FILE, axial)
    networks = networks_of(study, settings)
    study = replace(study, notes=study.notes + notes)
    return analyse(study, record, settings, networks, rules)


def save(analysis: Analysis, request: Request, folder: Path | str) -> None:
    """Write everything that an analysis leaves behind except the notebook and the report.

    Having written nothing, raises InputError where what was read is no longer what it was, and
    UsageError where the folder holds the result of another person or of other images.
    """
    folder = Path(folder)
    result = analysis.result
    provenance = request.provenance()
    if request.before is not None:
        require_unchanged(request.before, provenance, request.study)
    require_same(folder, claim_of(provenance))
    write_case(result, folder / RESULT_FILE)
    rows = case_rows(result)
    MEASUREMENTS.write_described(rows, folder / MEASUREMENTS_FILE)
    MEASUREMENTS.write_parquet(rows, folder / MEASUREMENTS_PARQUET)
    write_redcap(rows, folder / REDCAP_FILE)
    write_redcap_dictionary(folder / REDCAP_DICTIONARY)
    volumes = volume_rows(result.subject_id, result.volumes)
    VOLUMES.write_described(volumes, folder / VOLUMES_FILE)
    write_references(result, folder)
    for name, stack in zip(label_files(analysis), analysis.stacks, strict=True):
        write_labels(stack.labels, folder / name, border=stack.outlined.border.name)
    write_json(_levels(analysis), folder / "levels.json")
    save_pictures(pictures_of(analysis), folder)
    write_json(provenance, folder / PROVENANCE_FILE)


def label_files(analysis: Analysis) -> list[str]:
    """File name of each stack's label map; only several stacks are numbered, from 1."""
    count = len(analysis.stacks)
    if count == 1:
        return ["labels.nii.gz"]
    return [f"labels_{number}.nii.gz" for number in range(1, count + 1)]


def pictures_of(analysis: Analysis) -> list[Picture]:
    """The sagittal picture, if there is a sagittal image, and one overlay per level."""
    placed_slices = analysis.result.level_slices
    pictures = []
    for placed in placed_slices:
        stack = analysis.stacks[placed.stack]
        caption = level_caption(placed.level.value, placed.slice_index, stack.axial.names[0])
        png = level_overlay(stack.axial.images[0], stack.labels, placed)
        pictures.append(Picture(figure_name(placed.level), caption, png))
    vertebrae = analysis.vertebrae
    if vertebrae.sagittal is not None:
        spine = analysis.placement.spine
        scene = SagittalScene(
            image=vertebrae.sagittal,
            vertebrae=vertebrae.labels,
            stacks=[stack.axial.geometry for stack in analysis.stacks],
            measured=placed_slices,
            discs={} if spine is None else spine.discs.found,
        )
        png = sagittal_overlay(scene)
        pictures.insert(0, Picture(SAGITTAL_FIGURE, SAGITTAL_CAPTION, png))
    return pictures


def _levels(analysis: Analysis) -> dict[str, Any]:
    spine = analysis.placement.spine
    discs = {} if spine is None else spine.discs.found
    return {
        "axes": "patient mm, RAS+ (right, anterior, superior)",
        "source": analysis.vertebrae.source.value,
        "doubts": list(analysis.vertebrae.doubts),
        "disc_centres_mm": {
            level.value: rounded(disc.centre_mm, 3) for level, disc in discs.items()
        },
        "disc_normals": {level.value: rounded(disc.normal, 6) for level, disc in discs.items()},
        "slices": {placed.level.value: asdict(placed) for placed in analysis.result.level_slices},
        "axial_slices": [
            asdict(place) | {"named": isinstance(place, SlicePlace)}
            for place in analysis.placement.slice_places
        ],
    }
