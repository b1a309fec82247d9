"""What is asked of one study, read and checked before any network is loaded."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from pipeline import __version__
from pipeline.domain.errors import InputError, UsageError
from pipeline.domain.record import ClinicalRecord
from pipeline.domain.rules import Rules
from pipeline.domain.settings import StudySettings
from pipeline.domain.study import SAGITTAL_ROLES, SeriesRole, SeriesSummary, Study
from pipeline.io.clinical_params import clinical_files, read_clinical_tables
from pipeline.io.clinical_source import read_clinical_data
from pipeline.io.criteria_file import read_rule_set, rule_set_file
from pipeline.io.dicom_study import list_stacks, read_dicom_study
from pipeline.io.files import sha256_of, sha256_of_all
from pipeline.io.grades_file import gradings_of, scale_file
from pipeline.io.level_numbering import OWN_LEVELS
from pipeline.io.nifti import stem_of
from pipeline.io.nifti_study import nifti_files, read_nifti_study, summarise_nifti
from pipeline.io.norms_file import norms_file, read_norms
from pipeline.io.params_file import read_settings
from pipeline.io.project_files import PARAMS, bundle_folder
from pipeline.io.series_role import role_of_name

WORDING = PARAMS / "report.yml"
CODING = PARAMS / "coding.yml"
SERIES_ROLES = PARAMS / "series_roles.yml"
NO_USE = (SeriesRole.OTHER, SeriesRole.LOCALIZER)
PACKAGES = ("torch", "monai", "numpy", "scipy", "scikit-image", "nibabel", "pydicom")


@dataclass(frozen=True)
class Request:
    """What one analysis is asked to do. clinical: a clinical table, or None."""

    study: Path
    subject_id: str
    settings: StudySettings
    clinical: Path | None = None


def request_of(study: str, subject_id: str, clinical: str = "", params: str = "") -> Request:
    """A request from plain words, as notebooks and schedulers have them; "" stands for none.

    Raises UsageError for settings that do not hold.
    """
    settings = read_settings(Path(params) if params else None)
    return Request(Path(study), subject_id, settings, Path(clinical) if clinical else None)


def series_found(folder: Path) -> list[SeriesSummary]:
    """Every series of a study folder with its role and why; headers are read, no voxel.

    Raises UsageError for a missing or empty folder.
    """
    if _holds_nifti_images(folder):
        return summarise_nifti(folder)
    return [stack.summary for stack in list_stacks(folder)] + summarise_nifti(folder)


def open_study(
    folder: Path,
    subject_id: str,
    chosen: Mapping[str, str] | None = None,
    numbering: str = OWN_LEVELS,
) -> Study:
    """The study in a folder of DICOM files or of NIfTI files.

    A DICOM folder may hold a level label map as NIfTI. chosen: role to series id, where a study
    has several of one role. numbering: of its level label map, as `read_level_numbering` takes it.
    Raises UsageError for a missing or empty folder, InputError for one without a usable series.
    """
    if _holds_nifti_images(folder):
        study = read_nifti_study(folder, subject_id, numbering)
    else:
        levels = read_nifti_study(folder, subject_id, numbering)
        study = read_dicom_study(folder, subject_id)
        unused = study.unused + levels.unused
        study = replace(study, vertebrae=levels.vertebrae, unused=unused)
    require_usable(study.summaries, folder)
    return study.keeping(chosen or {})


def require_usable(found: Sequence[SeriesSummary], folder: Path) -> None:
    """Raise InputError where none of the series found has a use."""
    if all(one.role in NO_USE for one in found):
        listed = "; ".join(f"{one.series_id}: {one.reason}" for one in found)
        raise InputError(f"{folder}: no usable MR series; found {listed or 'no MR image at all'}")


def _holds_nifti_images(folder: Path) -> bool:
    """Whether the folder's NIfTI files are a study rather than a level label map beside DICOM."""
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder; name the folder of one study")
    if not any(path.is_file() for path in folder.rglob("*")):
        raise UsageError(f"{folder}: the folder is empty; it should hold DICOM or NIfTI files")
    labels = {SeriesRole.LEVEL_LABELS, SeriesRole.MUSCLE_LABELS}
    images = [p for p in nifti_files(folder) if role_of_name(stem_of(p), None)[0] not in labels]
    if images and any(one.summary.role not in NO_USE for one in list_stacks(folder)):
        raise UsageError(
            f"{folder}: holds DICOM series and NIfTI images ({images[0].name}); keep one kind, "
            "only a level label map may lie beside DICOM"
        )
    return bool(images)


def clinical_record(request: Request) -> ClinicalRecord | None:
    """The person's row of the clinical table, or None without a table."""
    return record_and_notes(request)[0]


def record_and_notes(request: Request) -> tuple[ClinicalRecord | None, tuple[str, ...]]:
    """The person's row, and in short what of the clinical file was not taken."""
    if request.clinical is None:
        return None, ()
    data = read_clinical_data(request.clinical, request.settings.clinical)
    return data.record_of(request.subject_id), data.notes_in_short


def rules_of(settings: StudySettings) -> Rules:
    """Scoring tables, rule sets, scales and norms that the settings name, read and checked."""
    return Rules(
        clinical=read_clinical_tables(),
        rule_sets=tuple(read_rule_set(path) for path in _rule_files(settings)),
        gradings=gradings_of(settings.grades),
        norms=tuple(norm for name in settings.norms.tables for norm in read_norms(name)),
    )


def _weights_used(settings: StudySettings) -> dict[str, str]:
    """SHA-256 of every weights file that the settings can load, exported or not."""
    muscles, levels = settings.segmentation, settings.levels
    named = (
        (muscles.bundle, muscles.weights),
        (muscles.dixon_bundle, muscles.weights),
        (levels.bundle, levels.weights),
    )
    files = [
        file
        for bundle, weights in named
        for file in (bundle_folder(bundle) / "models").glob(f"{Path(weights).stem}.*")
    ]
    return {f"{one.parents[1].name}/{one.name}": sha256_of(one) for one in sorted(files)}


def _rule_files(settings: StudySettings) -> list[Path]:
    return [rule_set_file(name) for name in settings.eligibility.rule_sets]


def _scales_and_norms(settings: StudySettings) -> list[Path]:
    scales = [scale_file(name) for name in settings.grades.scales]
    return scales + [norms_file(name) for name in settings.norms.tables]


def missing_roles(found: Sequence[SeriesSummary]) -> list[str]:
    """What a study lacks for a full result, in words."""
    roles = {one.role for one in found}
    missing = []
    dixon = {SeriesRole.AXIAL_WATER, SeriesRole.AXIAL_FAT}
    echoes = {SeriesRole.AXIAL_IN_PHASE, SeriesRole.AXIAL_OPPOSED_PHASE}
    if not (dixon <= roles or echoes <= roles):
        missing.append("axial Dixon water and fat, or in and opposed phase: no fat fraction")
    if not roles & (dixon | echoes | {SeriesRole.AXIAL_T1, SeriesRole.AXIAL_T2}):
        missing.append("any axial series: nothing can be measured")
    if SeriesRole.LEVEL_LABELS not in roles and not roles & set(SAGITTAL_ROLES):
        missing.append("a sagittal series or a level label map: levels only by slice_of_level")
    return missing


def provenance_of(request: Request) -> dict[str, Any]:
    """What the result depends on: software, weights, settings and inputs, each by fingerprint."""
    settings = request.settings
    inputs = [path for path in request.study.rglob("*") if path.is_file()]
    return {
        "software": {"multifidus": __version__, "python": platform.python_version()}
        | {name: version(name) for name in PACKAGES},
        "bundles": _weights_used(settings),
        "settings": TypeAdapter(StudySettings).dump_python(settings, mode="json"),
        "params_sha256": sha256_of_all(
            [
                *(*_rule_files(settings), *_scales_and_norms(settings), *clinical_files()),
                *(WORDING, CODING, SERIES_ROLES),
            ]
        ),
        "inputs": {"files": len(inputs), "sha256": sha256_of_all(inputs)},
        "record_sha256": sha256(repr(clinical_record(request)).encode()).hexdigest(),
        "subject_id": request.subject_id,
    }
