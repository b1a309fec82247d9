"""What is asked of one study, read and checked before any network is loaded."""

import os.path
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from multifidus.domain.criterion import Rules
from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.record import ClinicalRecord
from multifidus.domain.settings import StudySettings
from multifidus.domain.study import SAGITTAL_ROLES, SeriesRole, SeriesSummary, Study
from multifidus.files.atomic import files_below
from multifidus.files.clinical.source import read_clinical_data
from multifidus.files.dicom.role import role_of_name
from multifidus.files.dicom.study import list_stacks, read_dicom_study
from multifidus.files.level_numbering import OWN_LEVELS
from multifidus.files.nifti import stem_of
from multifidus.files.nifti_study import nifti_files, read_nifti_study, summarise_nifti
from multifidus.files.rules.criteria import read_rule_set, rule_set_file
from multifidus.files.rules.grades import gradings_of
from multifidus.files.rules.instruments import read_clinical_tables
from multifidus.files.rules.norms import read_norms
from multifidus.files.yaml import read_settings
from multifidus.tasks.provenance import provenance_of

NO_USE = (SeriesRole.OTHER, SeriesRole.LOCALIZER)


@dataclass(frozen=True)
class Request:
    """What one analysis is asked to do. clinical: a clinical table, or None.

    before: its provenance before anything was read; None where nobody took it.
    """

    study: Path
    subject_id: str
    settings: StudySettings
    clinical: Path | None = None
    before: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)

    def provenance(self) -> dict[str, Any]:
        """What the result depends on, as it is now."""
        return provenance_of(self.study, self.subject_id, self.settings, self.clinical)


def request_of(study: str, subject_id: str, clinical: str = "", params: str = "") -> Request:
    """A request from plain words, as notebooks and schedulers have them; "" stands for none.

    subject_id: "" for the name of the study's folder. Its provenance is taken here, before anything
    is read. Raises UsageError for settings or a clinical table that do not hold.
    """
    settings = read_settings(Path(params) if params else None)
    name = subject_id or subject_of(Path(study))
    asked = Request(Path(study), name, settings, Path(clinical) if clinical else None)
    return replace(asked, before=asked.provenance())


def subject_of(study: Path) -> str:
    """The name of a study's folder as it was given, a link not followed: who it is by default."""
    return Path(os.path.abspath(study)).name  # noqa: PTH100


def series_found(folder: Path) -> list[SeriesSummary]:
    """Every series of a study folder with its role and why; headers are read, no voxel.

    Raises UsageError for a missing or empty folder.
    """
    if _holds_nifti_images(folder):
        return summarise_nifti(folder)
    return [stack.summary for stack in list_stacks(folder)] + summarise_nifti(folder)


def series_in(folder: Path) -> list[SeriesSummary]:
    """The series as `series_found` lists them. Raises UsageError also where there is none."""
    found = series_found(folder)
    if not found:
        raise UsageError(f"{folder}: no MR series in it, neither DICOM nor NIfTI")
    return found


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
    if not files_below(folder):
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
    files = [rule_set_file(name) for name in settings.eligibility.rule_sets]
    return Rules(
        clinical=read_clinical_tables(),
        rule_sets=tuple(read_rule_set(path) for path in files),
        gradings=gradings_of(settings.grades),
        norms=tuple(norm for name in settings.norms.tables for norm in read_norms(name)),
    )


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
